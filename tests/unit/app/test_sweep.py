from datetime import timedelta

from tests.fakes import FakeClock, FakeIncidents, FakeJobList, FakeJobs, FakeQueue, FakeSweepState
from tests.samples import ARN, STARTED, describe_answer, running
from trainstop.app.sweep import FIRST_LOOK_BACK, OVERLAP, SLICE, SweepDeps, sweep
from trainstop.domain.finding import Trigger, incident_id
from trainstop.domain.signal import JobSignal, Origin
from trainstop.events import parse
from trainstop.ports import JobSummary

NAME = "demo-cnn-20260115"
NOW = STARTED + timedelta(minutes=12)


def summary(status="Failed", secondary="Failed", ended=STARTED + timedelta(minutes=10)):
    return JobSummary(NAME, ARN, status, secondary, ended)


def world(summaries, answers, swept_until=NOW - timedelta(minutes=5), step=timedelta(0)):
    return SweepDeps(
        FakeJobList(summaries),
        FakeJobs(answers),
        FakeIncidents(),
        FakeQueue(),
        FakeSweepState(swept_until),
        FakeClock(NOW, step),
    )


def test_a_failure_that_no_event_told_is_queued_as_an_event_that_watch_reads():
    deps = world([summary()], {NAME: describe_answer()})
    assert sweep(deps, NOW + timedelta(minutes=1)).queued_count == 1
    signal = parse(deps.queue.sent[0])
    assert isinstance(signal, JobSignal)
    assert (signal.training_job_name, signal.origin) == (NAME, Origin.SWEEP)


def test_a_failure_that_is_recorded_costs_no_describe_and_no_hint():
    deps = world([summary()], {NAME: describe_answer()})
    deps.incidents.recorded[incident_id(ARN, Trigger.JOB_FAILED)] = object()
    assert sweep(deps, NOW + timedelta(minutes=1)).queued_count == 0
    assert deps.jobs.described == []


def test_a_rule_that_found_issues_without_an_event_is_queued():
    deps = world([summary("InProgress", "Training")], {NAME: running("Overfit")})
    sweep(deps, NOW + timedelta(minutes=1))
    assert isinstance(parse(deps.queue.sent[0]), JobSignal)


def test_a_running_job_without_issues_is_left_alone():
    deps = world([summary("InProgress", "Training")], {NAME: running()})
    assert sweep(deps, NOW + timedelta(minutes=1)).queued_count == 0


def test_a_sweep_looks_back_behind_the_last_one():
    deps = world([], {}, swept_until=NOW - timedelta(minutes=5))
    sweep(deps, NOW + timedelta(minutes=1))
    assert deps.job_list.spans == [(NOW - timedelta(minutes=5) - OVERLAP, NOW)]


def test_the_first_sweep_looks_back_a_day():
    deps = world([], {}, swept_until=None)
    sweep(deps, NOW + timedelta(minutes=1))
    assert deps.job_list.spans[0][0] == NOW - FIRST_LOOK_BACK - OVERLAP


def test_a_gap_of_hours_is_caught_up_slice_by_slice():
    deps = world([summary(ended=NOW - timedelta(hours=3))], {NAME: describe_answer()}, NOW - timedelta(hours=5))
    swept = sweep(deps, NOW + timedelta(minutes=1))
    assert swept.caught_up
    assert swept.queued_count == 1
    assert deps.state.saved == [NOW - timedelta(hours=5) + SLICE * number for number in range(1, 6)]


def test_what_the_time_does_not_allow_is_left_to_the_next_sweep():
    deps = world([], {}, NOW - timedelta(hours=5), step=timedelta(seconds=30))
    swept = sweep(deps, NOW + timedelta(seconds=70))
    assert not swept.caught_up
    assert deps.state.swept_until == swept.swept_until < NOW


def test_a_failed_queue_leaves_the_slice_to_be_swept_again():
    class Full(FakeQueue):
        def send(self, events):
            raise RuntimeError(f"SQS refused {len(events)}")

    deps = world([summary()], {NAME: describe_answer()})
    broken = SweepDeps(deps.job_list, deps.jobs, deps.incidents, Full(), deps.state, deps.clock)
    try:
        sweep(broken, NOW + timedelta(minutes=1))
    except RuntimeError:
        assert deps.state.saved == []


def test_a_retry_that_completed_unheard_is_queued():
    name = "demo-retry-1"
    arn = ARN.replace(NAME, name)
    answer = describe_answer(
        TrainingJobName=name, TrainingJobArn=arn, TrainingJobStatus="Completed", SecondaryStatus="Completed"
    )
    row = JobSummary(name, arn, "Completed", "Completed", STARTED + timedelta(minutes=10))
    deps = world([row], {name: answer})
    assert sweep(deps, NOW + timedelta(minutes=1)).queued_count == 1
    assert isinstance(parse(deps.queue.sent[0]), JobSignal)
