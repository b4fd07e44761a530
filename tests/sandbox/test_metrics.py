"""Metrics in what functions print, and the alarms on them."""

import json

import pytest
from ministack.services import cloudwatch, sns

from sandbox.cloud.alarms import with_dimensions
from sandbox.cloud.metrics import Point, points, with_metrics

LINE = json.dumps(
    {
        "_aws": {
            "Timestamp": 1768478424435,
            "CloudWatchMetrics": [
                {
                    "Namespace": "trainstop",
                    "Dimensions": [["service"], ["service", "reason"]],
                    "Metrics": [{"Name": "StopHeld", "Unit": "Count"}],
                }
            ],
        },
        "service": "watch",
        "reason": "dry_run",
        "StopHeld": [1.0],
    }
)


def test_each_set_of_dimensions_is_a_metric_of_its_own():
    assert list(points(f"START\n{LINE}\nEND")) == [
        Point("trainstop", "StopHeld", 1.0, "Count", {"service": "watch"}),
        Point("trainstop", "StopHeld", 1.0, "Count", {"service": "watch", "reason": "dry_run"}),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        '{"level": "INFO"}',
        '{"CloudWatchMetrics": broken',
        '{"_aws": ["CloudWatchMetrics"]}',
        '{"_aws": {"CloudWatchMetrics": [{"Metrics": [{}]}]}}',
        '{"_aws": {"CloudWatchMetrics": [{"Namespace": "n", "Metrics": [{"Name": "m"}]}]}, "m": "many"}',
    ],
)
def test_other_output_is_no_metric_and_keeps_no_other_one_away(line):
    assert len(list(points(f"{line}\n{LINE}"))) == 2


@pytest.fixture
def published(monkeypatch):
    """What alarms publish, as (topic ARN, subject, message)."""
    told = []
    monkeypatch.setattr(sns, "_fanout", lambda topic, _id, message, subject: told.append((topic, subject, message)))
    monkeypatch.setattr(cloudwatch, "_evaluate_alarm", with_dimensions(lambda _: None))
    cloudwatch.reset()
    yield told
    cloudwatch.reset()


@pytest.fixture
def topic():
    account, region = cloudwatch.get_account_id(), cloudwatch.get_region()
    return f"arn:aws:sns:{region}:{account}:operations"


@pytest.fixture
def alarm(published, topic):  # noqa: ARG001 - cleared first
    """An alarm as the template has it, on what watch prints."""
    made = {
        "AlarmName": "policy-problem",
        "Namespace": "trainstop",
        "MetricName": "PolicyProblem",
        "Dimensions": [{"Name": "service", "Value": "watch"}],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": 1.0,
        "StateValue": "INSUFFICIENT_DATA",
        "AlarmActions": [topic],
    }
    cloudwatch.cloudformation_put_metric_alarm(made)
    return made


def print_problem(service, value=1.0):
    metric = {"Namespace": "trainstop", "Dimensions": [["service"]], "Metrics": [{"Name": "PolicyProblem"}]}
    line = json.dumps({"_aws": {"CloudWatchMetrics": [metric]}, "service": service, "PolicyProblem": [value]})
    with_metrics(lambda *_: None)({}, "request", line)


def test_a_metric_sets_off_the_alarm_on_it_which_tells_once(alarm, published, topic):
    print_problem("watch")
    print_problem("watch")
    assert alarm["StateValue"] == "ALARM"
    ((to, subject, message),) = published
    assert (to, subject) == (topic, f'ALARM: "policy-problem" in {cloudwatch.get_region()}')
    told = json.loads(message)
    assert (told["OldStateValue"], told["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert told["Trigger"]["Dimensions"] == [{"Name": "service", "Value": "watch"}]


def test_a_metric_of_other_dimensions_leaves_an_alarm_alone(alarm, published):
    print_problem("sweep", 5.0)
    assert (alarm["StateValue"], published) == ("INSUFFICIENT_DATA", [])
    print_problem("watch", 0.0)
    assert (alarm["StateValue"], published) == ("OK", [])
