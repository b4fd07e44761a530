import pytest

from tests.fakes import FakeClock, FakeJobList, FakeJobs, FakeQueue
from tests.samples import ARN, STARTED, running
from trainstop.app.relay import RelayDeps, relay
from trainstop.domain.signal import JobSignal, Origin
from trainstop.events import parse
from trainstop.ports import JobSummary


def world(configurations):
    answers = {}
    summaries = []
    for name, rules in configurations.items():
        arn = ARN.replace("demo-cnn-20260115", name)
        answers[name] = running(TrainingJobName=name, TrainingJobArn=arn, DebugRuleConfigurations=rules)
        summaries.append(JobSummary(name, arn, "InProgress", "Training", STARTED))
    return RelayDeps(FakeJobList(summaries), FakeJobs(answers), FakeQueue(), FakeClock(STARTED))


def rule(name, invokes):
    return {"RuleConfigurationName": name, "RuleEvaluatorImage": "image", "RuleParameters": {"rule_to_invoke": invokes}}


def test_every_running_job_with_the_rule_that_fired_gets_a_look():
    deps = world(
        {
            "a": [rule("stall-60", "StalledTrainingRule")],
            "b": [rule("Overfit", "Overfit")],
            "c": [rule("StalledTraining", "StalledTrainingRule")],
        }
    )
    relayed = relay("SMDebugRule:StalledTrainingRule fired. None", deps)
    signals = [parse(event) for event in deps.queue.sent]
    assert [signal.training_job_name for signal in signals] == ["a", "c"]
    assert all(isinstance(signal, JobSignal) and signal.origin is Origin.RELAY for signal in signals)
    assert relayed.message.text == ""


@pytest.mark.parametrize("text", ["hello", "", "SMDebugRule: fired."])
def test_another_message_is_no_hint(text):
    deps = world({"a": [rule("Overfit", "Overfit")]})
    assert relay(text, deps).message is None
    assert deps.queue.sent == []


def test_a_rule_that_no_running_job_has_is_no_hint():
    deps = world({"a": [rule("Overfit", "Overfit")]})
    assert relay("SMDebugRule:DeadRelu fired. None", deps).candidate_count == 0
