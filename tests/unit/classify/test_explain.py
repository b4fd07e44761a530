from trainstop.classify import classify
from trainstop.classify.explain import MAX_CANDIDATES, explain
from trainstop.domain.failure import Failure, LogLine

LINES = (
    "Epoch 1 step 10 loss 0.3",
    "Traceback (most recent call last):",
    '  File "/opt/ml/code/train.py", line 88, in <module>',
    "    fit()",
    "KeyError: 'label'",
    "During handling of the above exception, another exception occurred:",
    "Traceback (most recent call last):",
    '  File "/opt/ml/code/train.py", line 90, in <module>',
    "    raise RuntimeError('cannot train')",
    "RuntimeError: cannot train",
    "RuntimeError: Connection closed by peer [10.0.1.5]:41234",
)


def of_lines(*lines, reason=None):
    return Failure(
        failure_reason=reason, secondary_status="Failed", lines=tuple(LogLine(line, "algo-1") for line in lines)
    )


def test_the_verdict_is_the_classifiers():
    failure = of_lines(*LINES)
    assert explain(failure).verdict == classify(failure)


def test_what_was_considered_is_shown_with_its_rank_and_the_choice_is_marked():
    way = explain(of_lines(*LINES)).way
    chosen = [each for each in way.considered if each.chosen]
    assert [each.line for each in chosen] == [explain(of_lines(*LINES)).verdict.root_line_clean]
    assert "victim" in {each.rank for each in way.considered}
    assert way.why["log"]


def test_chains_of_exceptions_are_shown_in_their_order():
    found = explain(of_lines(*LINES)).way.found
    assert [(each.type, each.link, each.chain_length) for each in found][:2] == [
        ("KeyError", 1, 2),
        ("RuntimeError", 2, 2),
    ]


def test_exit_codes_of_the_reason_and_of_launchers_are_read():
    way = explain(of_lines("failed (exitcode: -9) local_rank: 0 (pid: 7)", reason="AlgorithmError: , exit code: 1")).way
    assert way.exit_codes == (1, -9)
    assert way.reason_classes == ("AlgorithmError",)


def test_where_the_status_or_the_jobs_own_word_decides_no_line_is_marked():
    own = of_lines(*LINES, reason="AlgorithmError: trainstop: category=network")
    late = Failure(secondary_status="MaxRuntimeExceeded", lines=own.lines)
    for failure in (own, late):
        way = explain(failure).way
        assert way.considered
        assert not any(each.chosen for each in way.considered)
        assert way.why == {}


def test_secrets_are_removed_from_what_is_shown():
    way = explain(of_lines("ValueError: bad key AKIAIOSFODNN7EXAMPLE")).way
    assert way.considered
    assert all("AKIAIOSFODNN7EXAMPLE" not in each.line for each in way.considered)


def test_a_flood_of_candidates_is_cut():
    way = explain(of_lines(*(f"ValueError: {number}" for number in range(500)))).way
    assert len(way.considered) == MAX_CANDIDATES
