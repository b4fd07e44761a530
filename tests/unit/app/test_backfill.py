"""Incidents of jobs that ended before trainstop was there."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.fakes import (
    FakeBackfillState,
    FakeChanges,
    FakeClock,
    FakeFamilies,
    FakeIncidents,
    FakeJobList,
    FakeJobs,
    FakeLogs,
)
from tests.samples import STARTED, describe_answer
from trainstop.app import backfill as filling
from trainstop.app.backfill import BackfillDeps, Order, TooManyUnreadError, backfill, slices
from trainstop.app.changes import publish_changes
from trainstop.app.followup import _digests
from trainstop.domain.cost import price_table
from trainstop.domain.decision import Action, StopReason
from trainstop.domain.digest import Period
from trainstop.domain.finding import Trigger
from trainstop.domain.handling import Handling, HandlingAction, HandlingEntry
from trainstop.domain.signal import Origin
from trainstop.domain.standing import Standing, standing
from trainstop.ports import JobSummary
from trainstop.records.item import from_item, to_item

DAY = timedelta(days=1)
UNTIL = STARTED.replace(hour=18, minute=0, second=0)
NOW = UNTIL + 40 * DAY
ARN = "arn:aws:sagemaker:us-east-1:111122223333:training-job/{}"
ISSUE = {
    "RuleConfigurationName": "Overfit",
    "RuleEvaluationStatus": "IssuesFound",
    "LastModifiedTime": STARTED + timedelta(seconds=300),
}


def a_job(name, status="Failed", secondary=None, ended=UNTIL - timedelta(hours=1), **changes):
    """A job that ended, as DescribeTrainingJob tells it."""
    times = {"TrainingStartTime": ended - timedelta(minutes=10), "TrainingEndTime": ended, "LastModifiedTime": ended}
    named = {"TrainingJobName": name, "TrainingJobArn": ARN.format(name)}
    return describe_answer(**named, TrainingJobStatus=status, SecondaryStatus=secondary or status, **times) | changes


def world(*answers, **changes):
    summaries = [
        JobSummary(
            answer["TrainingJobName"],
            answer["TrainingJobArn"],
            answer["TrainingJobStatus"],
            answer["SecondaryStatus"],
            answer["LastModifiedTime"],
        )
        for answer in answers
    ]
    deps = BackfillDeps(
        job_list=FakeJobList(summaries),
        jobs=FakeJobs({answer["TrainingJobName"]: answer for answer in answers}),
        logs=FakeLogs(("Epoch 1", "ValueError: bad label")),
        incidents=FakeIncidents(),
        families=FakeFamilies(),
        state=FakeBackfillState(),
        prices=price_table(),
        clock=FakeClock(NOW),
    )
    return replace(deps, **changes)


def order(days=3, **changes):
    return Order(**{"since": UNTIL - days * DAY, "until": UNTIL} | changes)


def run(deps, **changes):
    """The last step of a backfill."""
    return list(backfill(order(**changes), deps))[-1].backfilled


def recorded(deps):
    return list(deps.incidents.recorded.values())


def triggers(deps):
    return [(each.job.name, each.trigger) for each in recorded(deps)]


def test_a_failure_of_before_is_recorded_as_watch_would_have_done_but_for_the_act_and_the_alert():
    deps = world(a_job("bert-1"))
    done = run(deps)
    (incident,) = recorded(deps)
    assert (incident.origin, incident.occurred_at, incident.detected_at) == (
        Origin.BACKFILL,
        UNTIL - timedelta(hours=1),
        NOW,
    )
    assert incident.diagnosis.root_line == "ValueError: bad label"
    assert (incident.outcome.action, incident.decision.stop_reason) == (Action.NONE, StopReason.BACKFILL)
    assert not incident.decision.stop_reason.is_guardrail
    assert not incident.decision.resubmit_reason.is_guardrail
    assert not incident.decision.orders_alert
    assert incident.decision.resubmit is None
    assert standing(incident) is Standing.NOTHING_TO_HANDLE
    assert deps.jobs.stopped == []
    assert (done.tally.listed_count, done.tally.recorded_count, done.tally.known_count) == (1, 1, 0)


@pytest.mark.parametrize(
    ("rule", "answer", "expected"),
    [
        ("a failed job", a_job("a"), [Trigger.JOB_FAILED]),
        ("a time limit", a_job("a", "Stopped", "MaxRuntimeExceeded"), [Trigger.RUNTIME_LIMIT]),
        ("a spot job that waited too long", a_job("a", "Stopped", "MaxWaitTimeExceeded"), [Trigger.WAIT_LIMIT]),
        ("a job that somebody stopped", a_job("a", "Stopped"), [Trigger.JOB_STOPPED]),
        (
            "a failed job with a rule that found an issue",
            a_job("a", DebugRuleEvaluationStatuses=[ISSUE]),
            [Trigger.DEBUGGER_RULE, Trigger.JOB_FAILED],
        ),
        (
            "a completed job with a rule that found an issue",
            a_job("a", "Completed", ProfilerRuleEvaluationStatuses=[ISSUE]),
            [Trigger.PROFILER_RULE],
        ),
        ("a completed job with nothing wrong", a_job("a", "Completed"), []),
        ("what has a retry's name is no retry of a trainstop that was not there", a_job("a-retry-1", "Completed"), []),
        ("a running job", a_job("a", "InProgress", "Training", DebugRuleEvaluationStatuses=[ISSUE]), []),
        ("a stopping job", a_job("a", "Stopping"), []),
    ],
)
def test_the_findings_are_those_of_ended_jobs(rule, answer, expected):
    deps = world(answer)
    run(deps)
    assert [each.trigger for each in recorded(deps)] == expected, rule


def test_a_job_whose_log_is_gone_is_explained_by_its_reason():
    deps = world(a_job("bert-1"), logs=FakeLogs())
    assert run(deps).tally.without_log_count == 1
    assert "bad label" in (recorded(deps)[0].job.failure_reason or "")
    assert recorded(deps)[0].evidence.line_count == 0


def test_a_second_backfill_describes_and_changes_nothing():
    deps = world(a_job("bert-1"), a_job("bert-2", "Stopped", "MaxRuntimeExceeded"))
    run(deps)
    before, described = dict(deps.incidents.recorded), len(deps.jobs.described)
    again = run(deps, restart=True)
    assert deps.incidents.recorded == before
    assert len(deps.jobs.described) == described
    assert (again.tally.recorded_count, again.tally.known_count) == (0, 2)


def test_a_stop_that_a_rule_explains_has_no_incident_of_its_own_and_its_log_is_read_once():
    deps = world(a_job("bert-1", "Stopped", DebugRuleEvaluationStatuses=[ISSUE]))
    run(deps)
    again = run(deps, restart=True)
    assert triggers(deps) == [("bert-1", Trigger.DEBUGGER_RULE)]
    assert (again.tally.known_count, deps.logs.read) == (1, 1)


def test_an_incident_of_the_watch_is_left_alone():
    deps = world(a_job("bert-1"))
    run(deps)
    (incident,) = recorded(deps)
    seen = incident.model_copy(update={"origin": Origin.EVENT})
    deps.incidents.recorded[incident.incident_id] = seen
    run(deps, restart=True)
    assert recorded(deps) == [seen]


def test_days_come_newest_first_and_each_is_noted_when_it_is_done():
    deps = world(a_job("old", ended=UNTIL - 2 * DAY), a_job("new"))
    run(deps)
    assert [name for name, _ in triggers(deps)] == ["new", "old"]
    midnight = UNTIL.replace(hour=0)
    assert [each.reached for each in deps.state.saved] == [
        midnight,
        midnight - DAY,
        midnight - 2 * DAY,
        UNTIL - 3 * DAY,
    ]


def test_what_was_interrupted_goes_on_after_the_last_day_that_was_done():
    deps = world(a_job("old", ended=UNTIL - 2 * DAY), a_job("new"))
    steps = backfill(order(), deps)
    while not next(steps).slice_ended:
        pass
    steps.close()
    assert [name for name, _ in triggers(deps)] == ["new"]
    deps.job_list.spans.clear()
    done = run(deps)
    assert deps.job_list.spans[0][1] == UNTIL.replace(hour=0)
    assert [name for name, _ in triggers(deps)] == ["new", "old"]
    assert (done.tally.listed_count, done.tally.recorded_count) == (2, 2)


def test_a_longer_backfill_goes_on_where_a_shorter_one_ended_and_a_restart_begins_anew():
    deps = world(a_job("old", ended=UNTIL - 5 * DAY), a_job("new"))
    run(deps)
    deps.job_list.spans.clear()
    assert run(deps, days=7).tally.recorded_count == 2
    assert deps.job_list.spans[0][1] == UNTIL - 3 * DAY
    deps.job_list.spans.clear()
    run(deps, days=7, restart=True)
    assert deps.job_list.spans[0][1] == UNTIL


def test_a_limit_ends_it_within_a_day_which_the_next_run_takes_up_again():
    deps = world(*(a_job(f"bert-{number}") for number in range(5)))
    assert run(deps, limit=2).tally.recorded_count == 2
    assert deps.state.saved == []
    run(deps, limit=2)
    assert len(recorded(deps)) == 4
    assert run(deps, limit=2).reached == UNTIL - 3 * DAY
    assert len(recorded(deps)) == 5


def test_a_dry_run_lists_and_counts_and_that_is_all():
    deps = world(a_job("bert-1"), a_job("bert-2", "Completed"), a_job("bert-3", "InProgress", "Training"))
    done = run(deps, dry_run=True)
    assert (done.tally.listed_count, done.tally.recorded_count, done.tally.completed_count) == (3, 1, 1)
    assert (deps.jobs.described, recorded(deps), deps.state.saved) == ([], [], [])


def test_a_day_with_more_jobs_than_a_listing_holds_is_listed_by_halves_and_counted_once():
    answers = [a_job(f"bert-{n}", ended=UNTIL - timedelta(minutes=n + 1)) for n in range(40)]
    deps = world(*answers)
    deps.job_list.most = 5
    done = run(deps)
    assert (done.tally.listed_count, len(recorded(deps))) == (40, 40)


def test_a_job_that_cannot_be_described_is_named_and_tried_once_more():
    deps = world(a_job("bert-1"), a_job("bert-2"))
    deps.jobs.unreadable["bert-1"] = "ThrottlingException: Rate exceeded"
    (unread,) = run(deps).unread
    assert (unread.training_job_name, unread.reason) == ("bert-1", "ThrottlingException: Rate exceeded")
    deps.jobs.unreadable.clear()
    done = run(deps)
    assert done.unread == ()
    assert sorted(name for name, _ in triggers(deps)) == ["bert-1", "bert-2"]
    assert done.tally.listed_count == 2


def test_where_no_job_can_be_described_it_does_not_go_on(monkeypatch):
    monkeypatch.setattr(filling, "MOST_UNREAD", 3)
    answers = [a_job(f"bert-{number}") for number in range(5)]
    deps = world(*answers)
    deps.jobs.unreadable |= {answer["TrainingJobName"]: "AccessDeniedException: no" for answer in answers}
    with pytest.raises(TooManyUnreadError, match=r"more than 3 jobs .* bert-3: AccessDeniedException: no"):
        run(deps)
    assert deps.state.saved == []


def test_a_job_that_is_gone_is_counted():
    deps = world(a_job("bert-1"))
    deps.jobs.answers.clear()
    assert run(deps).tally.gone_count == 1


def test_money_is_lost_once_a_job_and_not_by_what_a_person_stopped():
    deps = world(
        a_job("failed", DebugRuleEvaluationStatuses=[ISSUE]),
        a_job("limited", "Stopped", "MaxRuntimeExceeded"),
        a_job("stopped", "Stopped"),
        a_job("unknown", ResourceConfig={"InstanceType": "ml.new.2xlarge", "InstanceCount": 1}),
    )
    tally = run(deps).tally
    one = next(each.job.cost_usd for each in recorded(deps) if each.job.name == "failed")
    assert one
    assert (tally.lost_usd, tally.unknown_cost_count) == (2 * one, 1)
    assert tally.lost_usd > Decimal(0)


def test_completed_jobs_are_kept_as_good_runs_the_newest_of_a_family():
    deps = world(
        a_job("bert-2026-01-13-01-40-07-512", "Completed", ended=UNTIL - 2 * DAY),
        a_job("bert-2026-01-15-01-40-07-512", "Completed"),
        a_job("flawed-1", "Completed", ProfilerRuleEvaluationStatuses=[ISSUE]),
    )
    assert run(deps).tally.good_run_count == 1
    (run_,) = deps.families.runs.values()
    assert run_.training_job_name == "bert-2026-01-15-01-40-07-512"


def test_completed_jobs_can_be_left_out():
    deps = world(a_job("bert-1"), a_job("bert-2", "Completed", ProfilerRuleEvaluationStatuses=[ISSUE]))
    done = run(deps, completed=False)
    assert deps.jobs.described == ["bert-1"]
    assert (done.tally.completed_count, deps.families.runs) == (1, {})


def test_an_incident_of_before_is_not_compared_with_a_run_that_came_later():
    deps = world(a_job("bert-1", ended=UNTIL - DAY), a_job("bert-2", "Completed"))
    run(deps)
    assert len(deps.families.runs) == 1
    assert recorded(deps)[0].last_good is None


def test_nobody_hears_of_it_and_no_digest_counts_it():
    deps = world(a_job("bert-1"))
    run(deps)
    (incident,) = recorded(deps)
    changes = FakeChanges()
    image = to_item(incident)
    assert from_item(image) == incident
    for record in (image, image | {"offered_again_at": {"S": "x"}}):
        assert publish_changes(incident, {"dynamodb": {"NewImage": record}}, changes) == ()
    assert changes.published == []
    digests = _digests([incident], Period.WEEKLY, UNTIL, complete=True)
    assert all(digest.count == 0 for digest in digests)


def test_what_a_person_does_about_it_is_published():
    deps = world(a_job("bert-1"))
    run(deps)
    entry = HandlingEntry(action=HandlingAction.NOTE, at=NOW, by="arn:aws:iam::111122223333:user/carol", text="seen")
    noted = recorded(deps)[0].model_copy(update={"handling": Handling(entries=(entry,))})
    assert [change.value for change in publish_changes(noted, {}, FakeChanges())] == ["noted"]


def test_slices_are_days_in_utc_without_gaps():
    since, until = UNTIL - 2 * DAY, UNTIL
    found = list(slices(since, until))
    assert found[0][1] == until
    assert found[-1][0] == since
    assert all(later[0] == earlier[1] for later, earlier in pairwise(found))
    assert all(start.date() == (end - timedelta(microseconds=1)).date() for start, end in found)
    assert list(slices(until, until)) == []
