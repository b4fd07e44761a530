"""Jobs that no event told of are recorded by a backfill, and nobody hears of it."""

import json
from datetime import timedelta

import pytest

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
LINES = ["Epoch 3", "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"]
LOG = {"do": "log", "at_seconds": 0.4, "lines": LINES}
FAILED = {"do": "status", "at_seconds": 0.6, "status": "Failed", "failure_reason": "AlgorithmError: , exit code: 1"}
COMPLETED = {"do": "status", "at_seconds": 0.6, "status": "Completed"}
RULE = {"do": "rule", "at_seconds": 0.4, "rule": "Overfit", "status": "IssuesFound"}
FAILING, OVERFITTING, GOOD = "e2e-before-failing-1", "e2e-before-overfitting-1", "e2e-before-good-1"


def sweep_timer(stack, state):
    """Turn the sweep on or off: it would tell of what no event told."""
    scheduler = stack.client("scheduler")
    (name,) = (each["Name"] for each in scheduler.list_schedules()["Schedules"] if "SweepTimer" in each["Name"])
    schedule = scheduler.get_schedule(Name=name)
    kept = ("Name", "GroupName", "Description", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(**{key: schedule[key] for key in kept if key in schedule}, State=state)


@pytest.fixture
def ended(stack, tmp_path):
    """Jobs that ended unseen; the moment before."""
    sweep_timer(stack, "DISABLED")
    began = stack.clock() - timedelta(seconds=1)
    stack.play(
        tmp_path,
        delivery={"lost": ["*"]},
        jobs=[
            {"name": FAILING, "timeline": [TRAINING, LOG, FAILED]},
            {"name": OVERFITTING, "debugger_rules": [{"name": "Overfit"}], "timeline": [TRAINING, RULE, COMPLETED]},
            {"name": GOOD, "timeline": [TRAINING, COMPLETED]},
        ],
    )
    yield began.isoformat()
    sweep_timer(stack, "ENABLED")


def archived(stack, incident):
    """Keys under which the incident came to the archive; compaction leaves their versions there."""
    bucket = stack.outputs()["ArchiveBucketName"]
    versions = stack.client("s3").list_object_versions(Bucket=bucket, Prefix="incidents/").get("Versions", [])
    return [each["Key"] for each in versions if incident["incident_id"] in each["Key"]]


def test_jobs_that_ended_unseen_are_recorded_and_nobody_is_told(stack, wait, tmp_path, ended):
    assert stack.incidents(FAILING) == []
    spanned = ("--since", ended, "--until", stack.clock().isoformat())
    counted = json.loads(stack.trainstop("backfill", *spanned, "--dry-run", "--json").stdout)
    assert (counted["tally"]["listed_count"], counted["tally"]["recorded_count"]) == (3, 1)
    assert stack.incidents(FAILING) == []

    filled = stack.trainstop("backfill", *spanned)
    assert "Recorded     2 incidents; 0 were there before" in filled.stdout
    assert "Good runs    1 kept" in filled.stdout
    (failed,) = stack.incidents(FAILING)
    (overfitted,) = stack.incidents(OVERFITTING)
    assert (failed["origin"], failed["diagnosis"]["category"]) == ("backfill", "gpu_out_of_memory")
    assert (overfitted["trigger"], overfitted["outcome"]["action"]) == ("debugger_rule", "none")
    shown = " ".join(stack.trainstop("incidents", "show", failed["incident_id"]).stdout.split())
    assert "(by backfill)" in shown

    # A failure after it is told, so that notify has had the backfilled ones before it.
    marker = "e2e-after-backfill-1"
    stack.play(tmp_path, jobs=[{"name": marker, "timeline": [TRAINING, FAILED]}])
    wait(lambda: stack.inbox(marker))
    assert stack.inbox(FAILING) == []
    assert stack.inbox(OVERFITTING) == []
    assert stack.stop_calls(OVERFITTING) == []

    again = json.loads(stack.trainstop("backfill", *spanned, "--restart", "--json").stdout)
    assert (again["tally"]["recorded_count"], again["tally"]["known_count"]) == (0, 2)
    assert len(stack.incidents(FAILING)) == 1
    wait(lambda: archived(stack, failed) and archived(stack, overfitted))
