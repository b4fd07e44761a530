from typing import Any

import pytest

from tests.unit.stack.patterns import matches
from tests.unit.stack.template import arn_of, properties, resources, template
from trainstop.events.incident_change import CHANGE_DETAIL_TYPE, CHANGE_SOURCE

RULES = (
    "TrainingJobRule",
    "ProcessingJobRule",
    "RefusedSubmissionRule",
    "SubmittedJobRule",
    "AlarmRule",
    "ReplayRule",
)
ALL_RULES = (RULES[0], "IssuesFoundRule", *RULES[1:])
"""Those of what happens to jobs; the one of trainstop's own events is apart."""
CHANGE_RULE = "IncidentChangeRule"


def pattern_of(rule: str) -> dict[str, Any]:
    pattern = properties(rule)["EventPattern"]
    if rule == "AlarmRule":
        namespaces = template()["Parameters"]["AlarmNamespaces"]["Default"].split(",")
        metric = pattern["detail"]["configuration"]["metrics"]["metricStat"]["metric"]
        assert metric == {"namespace": {"Ref": "AlarmNamespaces"}}
        detail = {
            "state": pattern["detail"]["state"],
            "configuration": {"metrics": {"metricStat": {"metric": {"namespace": namespaces}}}},
        }
        pattern = {**pattern, "detail": detail}
    return pattern


def alarm(*, state: str = "ALARM", namespace: str = "/aws/sagemaker/TrainingJobs") -> dict[str, Any]:
    metrics = [
        {"id": "e1", "expression": "m2-m1", "returnData": True},
        {"id": "m1", "metricStat": {"metric": {"namespace": namespace, "name": "loss"}}, "returnData": False},
    ]
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "detail": {"alarmName": "a", "state": {"value": state}, "configuration": {"metrics": metrics}},
    }


def sagemaker(kind: str, **detail: Any) -> dict[str, Any]:
    return {"source": "aws.sagemaker", "detail-type": kind, "detail": detail}


def call(**detail: Any) -> dict[str, Any]:
    event = {"eventSource": "sagemaker.amazonaws.com", "eventName": "CreateTrainingJob", **detail}
    return sagemaker("AWS API Call via CloudTrail", **event)


JOB = "SageMaker Training Job State Change"
PROCESSING = "SageMaker Processing Job State Change"


@pytest.mark.parametrize(
    ("saying", "event", "rule"),
    [
        ("a failed job", sagemaker(JOB, TrainingJobStatus="Failed"), "TrainingJobRule"),
        ("a job whose rule changed", sagemaker(JOB, TrainingJobStatus="InProgress"), "TrainingJobRule"),
        ("a rule evaluation that ended", sagemaker(PROCESSING, ProcessingJobStatus="Stopped"), "ProcessingJobRule"),
        ("a rule evaluation that goes on", sagemaker(PROCESSING, ProcessingJobStatus="InProgress"), None),
        ("a refused submission", call(errorCode="ResourceLimitExceeded"), "RefusedSubmissionRule"),
        ("an accepted submission", call(responseElements={}), "SubmittedJobRule"),
        ("another accepted call", call(eventName="StopTrainingJob"), None),
        ("another refused call", call(eventName="StopTrainingJob", errorCode="AccessDenied"), None),
        ("an alarm on a job's metric", alarm(), "AlarmRule"),
        ("an alarm that is over", alarm(state="OK"), None),
        ("an alarm on something else", alarm(namespace="AWS/EC2"), None),
        ("a replayed event", {"source": "trainstop.replay", "detail": {"event": {}}}, "ReplayRule"),
        ("a drill", {"source": "trainstop.drill", "detail": {"Scenario": "no-capacity"}}, "ReplayRule"),
        ("another service's event", {"source": "aws.ec2", "detail-type": JOB, "detail": {}}, None),
        ("another SageMaker event", sagemaker("SageMaker Endpoint State Change"), None),
    ],
)
def test_an_event_is_taken_by_one_rule_or_none(saying: str, event: dict[str, Any], rule: str | None) -> None:
    takers = [name for name in RULES if matches(pattern_of(name), event)]
    assert takers == ([rule] if rule else []), saying


def test_there_are_no_other_rules() -> None:
    assert set(resources("AWS::Events::Rule")) == {*ALL_RULES, CHANGE_RULE}


def test_what_trainstop_publishes_is_taken_for_webhooks_alone() -> None:
    event = {"account": "111122223333", "source": "trainstop", "detail-type": "trainstop Incident Change", "detail": {}}
    pattern = {**properties(CHANGE_RULE)["EventPattern"], "account": ["111122223333"]}
    assert properties(CHANGE_RULE)["EventPattern"]["account"] == [{"Ref": "AWS::AccountId"}]
    assert matches(pattern, event)
    assert not [rule for rule in ALL_RULES if matches(pattern_of(rule), event)]
    assert (pattern["source"], pattern["detail-type"]) == ([CHANGE_SOURCE], [CHANGE_DETAIL_TYPE])


def test_a_change_that_reaches_no_queue_is_redriven_with_the_deliveries() -> None:
    (target,) = properties(CHANGE_RULE)["Targets"]
    assert target["Arn"] == arn_of("WebhookQueue")
    assert target["DeadLetterConfig"] == {"Arn": arn_of("WebhookDeadLetterQueue")}


def fired(*statuses: str, status: str = "InProgress") -> dict[str, Any]:
    entries = [{"RuleConfigurationName": "r", "RuleEvaluationStatus": each} for each in statuses]
    return sagemaker(JOB, TrainingJobStatus=status, DebugRuleEvaluationStatuses=entries)


@pytest.mark.parametrize(
    ("event", "urgent"),
    [
        (fired("NoIssuesFound", "IssuesFound"), True),
        (fired("InProgress", "NoIssuesFound"), False),
        (fired("IssuesFound", status="Stopping"), False),
        (sagemaker(JOB, TrainingJobStatus="InProgress"), False),
    ],
)
def test_a_running_job_whose_rule_found_issues_overtakes_the_others_beside_its_usual_way(event, urgent) -> None:
    assert matches(pattern_of("IssuesFoundRule"), event) is urgent
    assert matches(pattern_of("TrainingJobRule"), event)


@pytest.mark.parametrize("rule", ALL_RULES)
def test_what_a_rule_takes_goes_to_a_queue_of_watch_or_to_the_dead_letters(rule: str) -> None:
    (target,) = properties(rule)["Targets"]
    assert target["Arn"] == arn_of("UrgentQueue" if rule == "IssuesFoundRule" else "WatchQueue")
    assert target["DeadLetterConfig"] == {"Arn": arn_of("EventsDeadLetterQueue")}


@pytest.mark.parametrize(
    ("queue", "rules"),
    [
        ("WatchQueue", RULES),
        ("UrgentQueue", ("IssuesFoundRule",)),
        ("EventsDeadLetterQueue", ALL_RULES),
        ("WebhookQueue", (CHANGE_RULE,)),
        ("WebhookDeadLetterQueue", (CHANGE_RULE,)),
    ],
)
def test_eventbridge_may_send_for_these_rules_alone(queue: str, rules: tuple[str, ...]) -> None:
    policy = properties(f"{queue}Policy")["PolicyDocument"]
    (statement,) = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Resource"] == arn_of(queue)
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": [arn_of(rule) for rule in rules]}}


def test_the_sweep_is_started_on_time_or_its_start_is_a_dead_letter() -> None:
    timer = properties("SweepTimer")
    assert timer["Target"]["Arn"] == arn_of("SweepFunction")
    assert timer["Target"]["DeadLetterConfig"] == {"Arn": arn_of("EventsDeadLetterQueue")}
    assert timer["FlexibleTimeWindow"] == {"Mode": "OFF"}


def test_a_sweep_ends_before_the_next_begins_by_default() -> None:
    assert properties("SweepFunction")["Timeout"] < 60 * template()["Parameters"]["SweepMinutes"]["Default"]


def test_every_sweep_interval_is_noticed_missing_by_the_alarm() -> None:
    longest = max(template()["Parameters"]["SweepMinutes"]["AllowedValues"])
    assert 60 * longest < properties("SweepMissingAlarm")["Period"]


def test_debuggers_topic_reaches_relay_unfiltered() -> None:
    subscription = properties("DebuggerTopicToRelay")
    assert subscription["Endpoint"] == arn_of("RelayQueue")
    assert "FilterPolicy" not in subscription
    assert properties("DebuggerTopic")["TopicName"] == "SMDebugRules"
    policy = properties("RelayQueuePolicy")["PolicyDocument"]
    (statement,) = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert source.endswith(":${AWS::AccountId}:SMDebugRules")
