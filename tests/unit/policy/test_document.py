import pytest

from trainstop.policy.default import default_policy
from trainstop.policy.parse import MAX_DOCUMENT_BYTES, PolicyError, parse_policy


def faults(text):
    with pytest.raises(PolicyError) as caught:
        parse_policy(text)
    return caught.value.faults


def test_the_shipped_policy_is_valid():
    assert default_policy().rules[0].name == "debugger-rules-stop"


def test_all_faults_are_named_at_once_with_line_and_column():
    found = faults("version: 1\nrules:\n  - name: one\n    when: {jobb: x}\n    alert: {severity: loud}\n")
    assert len(found) == 2
    assert found[0].startswith("line 4, column 18: rules.0.when.jobb")
    assert found[1].startswith("line 5, column 23: rules.0.alert.severity")


def test_faults_stand_in_the_order_of_the_text_whatever_finds_them():
    text = """version: 1
rules:
  - {name: one, stop: true}
  - {name: one, alert: {severity: loud}, alert: none}
protect: {job: [x]}
"""
    assert faults(text) == [
        "line 4, column 12: rules: the name one is used more than once",
        "line 4, column 42: the key alert is given twice",
        "line 5, column 16: protect.job: there is no such field (did you mean jobs?)",
    ]


def test_a_secret_in_a_value_is_not_shown():
    (found,) = faults("version: 1\nrules: [{name: 'AKIAIOSFODNN7EXAMPLE', stop: true}]")
    assert "AKIAIOSFODNN7EXAMPLE" not in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must be a mapping"),
        ("[1]", "must be a mapping"),
        ("a: [", "not YAML"),
        ("version: 1", "rules"),
        ("version: 2\nrules: [{name: a}]", "version"),
        ("version: 1\nrules: []", "rules"),
        ("version: 1\nrules: [{name: a, stop: true}, {name: a, ignore: true}]", "more than once"),
        ("a: &x 1\nb: *x", "aliases"),
        ("version: 1\nrules: [{name: a, stop: perhaps}]", "stop"),
        ("a: !!python/object/apply:os.system [ls]", "not YAML"),
        ("[" * 5000, "not YAML"),
        ("x" * (MAX_DOCUMENT_BYTES + 1), "larger"),
    ],
)
def test_what_cannot_be_right_is_said(text, said):
    assert any(said in fault for fault in faults(text))


def test_one_value_may_stand_for_a_list():
    document = parse_policy("version: 1\nrules: [{name: a, when: {trigger: alarm, job: 'x*'}, alert: {channels: sms}}]")
    assert document.rules[0].when.job == ("x*",)
