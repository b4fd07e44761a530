"""What a person does by trainstop's own command."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.fakes import FakeClock, FakeIncidents, FakeJobs, FakeSilences
from tests.samples import ARN, STARTED, describe_answer, running
from tests.unit.app.test_silence import a_silence
from tests.worlds import NAME, policy, world
from trainstop.app.operate import Command, OperateDeps, Order, RefusedError, operate
from trainstop.app.watch import watch
from trainstop.domain.cost import price_table
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.domain.signal import Nothing
from trainstop.policy.default import default_policy
from trainstop.policy.state import PolicyState

CAROL = "arn:aws:sts::111122223333:assumed-role/ml-engineer/carol"


@dataclass
class TaggedJobs(FakeJobs):
    """SageMaker, with tags that can be changed."""

    changed: list = field(default_factory=list)

    def tag(self, training_job_arn, key, value):
        self.changed.append((training_job_arn, key, value))

    def untag(self, training_job_arn, key):
        self.changed.append((training_job_arn, key, None))


def deps(answer=None, tags=None, document=None):
    return OperateDeps(
        jobs=TaggedJobs({NAME: answer or running()}, {ARN: tags or {}}),
        incidents=FakeIncidents(),
        policy=PolicyState(document=document or default_policy(), version="3"),
        silences=FakeSilences().active,
        prices=price_table(),
        clock=FakeClock(STARTED + timedelta(hours=1)),
    )


def order(command=Command.STOP, **changes):
    facts = {"command": command, "training_job_name": NAME, "principal_arn": CAROL, "reason": "wrong data"}
    return Order(**facts | changes)


def test_a_stop_is_recorded_with_who_and_why():
    world_now = deps()
    incident = operate(order(), world_now)
    assert world_now.jobs.stopped == [NAME]
    assert (incident.trigger, incident.outcome.action) == (Trigger.JOB_STOPPED, Action.STOPPED)
    assert (incident.operator.principal_arn, incident.operator.reason) == (CAROL, "wrong data")
    assert incident.decision.policy_version == "3"


def test_the_event_of_that_stop_meets_the_record(sample_event):
    world_now = deps()
    operate(order(), world_now)
    stopped = describe_answer(TrainingJobStatus="Stopped", SecondaryStatus="Stopped", FailureReason=None)
    watching = world(stopped, incidents=world_now.incidents)
    (nothing,) = watch(sample_event("training-job-stopped-by-a-person"), watching)
    assert nothing.reason is Nothing.ALREADY_RECORDED


def test_a_protected_job_needs_force():
    protected = deps(tags={"trainstop:protect": "true"})
    with pytest.raises(RefusedError, match="its tag trainstop:protect is true"):
        operate(order(), protected)
    assert protected.jobs.stopped == []
    operate(order(force=True), protected)
    assert protected.jobs.stopped == [NAME]


def test_a_job_that_does_not_run_is_not_stopped():
    with pytest.raises(RefusedError, match="it is Failed"):
        operate(order(), deps(describe_answer()))


def test_a_job_that_is_not_there_is_named():
    with pytest.raises(RefusedError, match="there is no training job x-1"):
        operate(order(training_job_name="x-1"), deps())


@pytest.mark.parametrize(("command", "value"), [(Command.PROTECT, "true"), (Command.UNPROTECT, None)])
def test_a_job_is_protected_by_the_policys_own_tag_on_the_record(command, value):
    world_now = deps()
    incident = operate(order(command), world_now)
    assert world_now.jobs.changed == [(ARN, "trainstop:protect", value)]
    assert (incident.trigger, incident.operator.command) == (Trigger.OPERATOR, command.value)


def test_a_policy_that_protects_by_no_tag_cannot_protect_a_job():
    document = policy("version: 1\nprotect: {tags: {team: 'vis*'}}\nrules: [{name: a, alert: {}}]")().document
    with pytest.raises(RefusedError, match="protects by no tag"):
        operate(order(Command.PROTECT), deps(document=document))


def test_what_a_person_does_to_a_silenced_job_is_silenced_like_the_rest_of_it():
    told = policy("version: 1\nprotect: {tags: {keep: 'yes'}}\nrules: [{name: all, alert: {}}]")().document
    kept = FakeSilences([a_silence(until=STARTED + timedelta(hours=2))])
    world_now = replace(deps(document=told), silences=kept.active)
    assert operate(order(), world_now).decision.silence.silence_id == "s-1"
    assert operate(order(Command.PROTECT), world_now).decision.tells_anybody


def test_a_secret_in_a_reason_is_not_kept():
    incident = operate(order(reason="key AKIAIOSFODNN7EXAMPLE leaked"), deps())
    assert "AKIAIOSFODNN7EXAMPLE" not in incident.model_dump_json()
