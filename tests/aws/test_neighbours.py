import json
from datetime import timedelta

from tests.fakes import FakeClock
from tests.samples import STARTED
from trainstop.adapters.neighbours import SdkNotificationRules


def put(clients, name, **detail):
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Training Job State Change"],
        "detail": {"TrainingJobStatus": ["Completed", "Failed", "Stopped"]} | detail,
    }
    clients.events.put_rule(Name=name, EventPattern=json.dumps(pattern), State="ENABLED")


def test_a_rule_of_the_sdk_tells_of_jobs_with_its_prefix(clients):
    put(clients, "sm-pysdk-job-notif-a3f8b2c1", TrainingJobName=[{"prefix": "prod-"}])
    rules = SdkNotificationRules(clients, FakeClock(STARTED))
    assert [rules.sdk_notifies(name) for name in ("prod-1", "demo-1")] == [True, False]


def test_a_rule_without_a_prefix_tells_of_every_job(clients):
    put(clients, "sm-pysdk-job-notif-a3f8b2c1")
    assert SdkNotificationRules(clients, FakeClock(STARTED)).sdk_notifies("demo-1")


def test_a_rule_that_is_off_or_of_another_make_tells_of_none(clients):
    put(clients, "sm-pysdk-job-notif-a3f8b2c1")
    clients.events.disable_rule(Name="sm-pysdk-job-notif-a3f8b2c1")
    put(clients, "mine")
    assert not SdkNotificationRules(clients, FakeClock(STARTED)).sdk_notifies("demo-1")


def test_rules_are_read_again_after_five_minutes(clients):
    clock = FakeClock(STARTED)
    rules = SdkNotificationRules(clients, clock)
    assert not rules.sdk_notifies("demo-1")
    put(clients, "sm-pysdk-job-notif-a3f8b2c1")
    assert not rules.sdk_notifies("demo-1")
    clock.now += timedelta(minutes=6)
    assert rules.sdk_notifies("demo-1")
