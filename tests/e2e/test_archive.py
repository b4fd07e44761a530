"""The archive's table on the deployed stack: what is in it, and that merging may be repeated, killed and raced."""

import json
import os
import signal
import threading

import pytest

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
FAILED = {"do": "status", "at_seconds": 1, "status": "Failed", "failure_reason": "AlgorithmError: x, exit code: 1"}


def failing(*names):
    return [{"name": name, "timeline": [TRAINING, FAILED]} for name in names]


@pytest.fixture
def athena(stack, wait):
    """The rows of a query as a person in the Athena console sees them, all values text."""

    def ask(sql):
        athena, outputs = stack.client("athena"), stack.outputs()
        identity = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": outputs["GlueDatabaseName"]},
            WorkGroup=outputs["QueryWorkGroupName"],
        )["QueryExecutionId"]

        def ended():
            status = athena.get_query_execution(QueryExecutionId=identity)["QueryExecution"]["Status"]
            return status if status["State"] not in {"QUEUED", "RUNNING"} else None

        assert wait(ended)["State"] == "SUCCEEDED"
        names, *rows = (
            [cell.get("VarCharValue") for cell in row["Data"]]
            for row in athena.get_query_results(QueryExecutionId=identity)["ResultSet"]["Rows"]
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    return ask


def test_select_star_gives_one_typed_row_an_incident_in_its_latest_state(stack, wait, tmp_path, athena):
    job = "e2e-archive-star-1"
    stack.play(tmp_path, jobs=failing(job))
    wait(lambda: stack.inbox(job))
    (incident,) = wait(lambda: [each for each in stack.incidents(job) if each["told_at"]])
    stack.trainstop("resolve", incident["incident_id"], "--note", "the label was wrong")

    def resolved():
        stack.trainstop("archive", "compact")
        rows = athena(f"SELECT * FROM incidents WHERE job_name = '{job}'")  # noqa: S608 - the test's own name
        return rows if rows and rows[0]["resolution"] else None

    (row,) = wait(resolved)
    assert row["incident_id"] == incident["incident_id"]
    assert row["dt"] == row["occurred_at"][:10]
    whats = athena(
        "SELECT element.what AS what, element.words AS words FROM incidents "  # noqa: S608 - the test's own name
        f"CROSS JOIN UNNEST(history) AS states (element) WHERE job_name = '{job}' ORDER BY element.at",
    )
    assert [each["what"] for each in whats] == ["recorded", "told", "resolve"]
    assert whats[-1]["words"] == "the label was wrong"


def test_merging_by_several_at_a_time_and_killed_loses_and_doubles_no_row(stack, wait, tmp_path, athena):
    names = [f"e2e-archive-raced-{number}" for number in range(12)]
    stack.play(tmp_path, jobs=failing(*names))
    wait(lambda: all(stack.incidents(name) for name in names))
    runs = [threading.Thread(target=stack.trainstop_apart, args=("archive", "compact")) for _ in "12"]
    for run in runs:
        run.start()
    for process in stack.workers("trainstop-compact"):
        os.kill(process, signal.SIGKILL)
    for run in runs:
        run.join()

    def counted():
        stack.trainstop("archive", "compact", check=False)
        query = "SELECT job_name, count(*) AS n FROM incidents WHERE job_name LIKE 'e2e-archive-raced-%' GROUP BY 1"
        rows = athena(query)
        return rows if len(rows) == len(names) else None

    assert {row["n"] for row in wait(counted, 400)} == {"1"}


def test_the_archives_state_is_shown(stack):
    stack.trainstop("archive", "compact")
    status = json.loads(stack.trainstop("archive", "status", "--json").stdout)
    assert status["unreadable"] == 0
    assert status["days"] >= 1
