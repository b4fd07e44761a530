import json
from pathlib import Path

import pytest

import trainstop.policy

DEFAULT = Path(trainstop.policy.__file__).with_name("default.yaml")
FAULTY = "version: 1\nrules:\n  - name: a\n    stopp: true\n  - name: b\n    when: {trigger: job_exploded}\n"


def test_a_valid_policy_says_what_it_holds(trainstop):
    result = trainstop("policy", "check", str(DEFAULT))
    assert result.exit_code == 0
    assert f"{DEFAULT}: valid; 7 rules" in result.stdout


@pytest.mark.parametrize("form", ["file", "-"])
def test_every_fault_is_named_with_its_line(trainstop, tmp_path, form):
    path = tmp_path / "policy.yaml"
    path.write_text(FAULTY)
    name = str(path) if form == "file" else "-"
    result = trainstop("policy", "check", name, stdin=FAULTY)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert [line.startswith(f"{name}: line {number}") for line, number in zip(lines, (4, 6), strict=True)] == [
        True,
        True,
    ]
    assert result.stderr == "trainstop: 2 faults\n"


def test_faults_as_json(trainstop):
    result = trainstop("policy", "check", "-", "--json", stdin=FAULTY)
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["valid"], len(answer["faults"])) == (1, False, 2)
    assert json.loads(trainstop("policy", "check", str(DEFAULT), "--json").stdout) == {"valid": True, "faults": []}


def test_text_of_a_policy_cannot_steer_the_terminal(trainstop):
    result = trainstop("policy", "check", "-", stdin='version: 1\nrules: [{name: "\\e[31mA [red]"}]\n')
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout


def test_a_file_that_is_not_there_is_wrong_usage(trainstop, tmp_path):
    result = trainstop("policy", "check", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be read: Is a directory" in result.stderr
