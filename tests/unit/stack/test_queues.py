import pytest

from tests.unit.stack.template import arn_of, denies_plain_http, properties, resources
from trainstop.domain.delivery import ATTEMPTS, delay_seconds

QUEUES = sorted(resources("AWS::SQS::Queue"))
DEAD_LETTERS = [queue for queue in QUEUES if queue.endswith("DeadLetterQueue")]
WORK = [queue for queue in QUEUES if queue not in DEAD_LETTERS]


def test_the_queues_are_four_for_work_and_six_for_what_failed() -> None:
    assert WORK == ["RelayQueue", "UrgentQueue", "WatchQueue", "WebhookQueue"]
    assert len(DEAD_LETTERS) == 6


@pytest.mark.parametrize("queue", QUEUES)
def test_messages_are_encrypted_and_sent_by_tls_alone(queue: str) -> None:
    assert properties(queue)["SqsManagedSseEnabled"] is True
    policy = properties(f"{queue}Policy")
    assert policy["Queues"] == [{"Ref": queue}]
    assert denies_plain_http(policy["PolicyDocument"], "sqs:*", arn_of(queue))


READERS = {
    "Watch": ("Watch", "Queue"),
    "Urgent": ("Watch", "Urgent"),
    "Relay": ("Relay", "Queue"),
    "Webhook": ("Webhook", "Queue"),
}
"""By queue: the function that reads it, and the name of that reading."""


@pytest.mark.parametrize("name", READERS)
def test_a_message_comes_back_no_sooner_than_six_timeouts_later(name: str) -> None:
    reader, _ = READERS[name]
    assert properties(f"{name}Queue")["VisibilityTimeout"] >= 6 * properties(f"{reader}Function")["Timeout"]


@pytest.mark.parametrize("name", [name for name in READERS if name != "Webhook"])
def test_what_fails_five_times_is_put_aside(name: str) -> None:
    reader, _ = READERS[name]
    redrive = properties(f"{name}Queue")["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": arn_of(f"{reader}DeadLetterQueue"), "maxReceiveCount": 5}


def test_a_delivery_is_given_up_with_its_reason_before_the_queue_puts_it_aside_without() -> None:
    redrive = properties("WebhookQueue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == arn_of("WebhookDeadLetterQueue")
    assert redrive["maxReceiveCount"] > ATTEMPTS
    assert sum(map(delay_seconds, range(1, ATTEMPTS))) < properties("WebhookQueue")["MessageRetentionPeriod"]


@pytest.mark.parametrize("queue", DEAD_LETTERS)
def test_dead_letters_outlive_those_of_the_queue_they_come_from(queue: str) -> None:
    fourteen_days = 14 * 24 * 3600
    assert properties(queue)["MessageRetentionPeriod"] == fourteen_days
    assert all(properties(work)["MessageRetentionPeriod"] < fourteen_days for work in WORK)


@pytest.mark.parametrize("name", READERS)
def test_a_batch_reports_its_failures_one_by_one(name: str) -> None:
    reader, reading = READERS[name]
    mapping = properties(f"{reader}Function")["Events"][reading]["Properties"]
    assert mapping["Queue"] == arn_of(f"{name}Queue")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] <= 10
    assert mapping["MaximumBatchingWindowInSeconds"] == 0
    assert "MaximumConcurrency" in mapping["ScalingConfig"]


@pytest.mark.parametrize("name", ["Notify", "Archive"])
def test_a_record_that_cannot_be_handled_does_not_hold_up_the_stream(name: str) -> None:
    mapping = properties(f"{name}Function")["Events"]["Incidents"]["Properties"]
    assert mapping["Stream"] == {"Fn::GetAtt": ["IncidentsTable", "StreamArn"]}
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] > 0
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"]["OnFailure"] == {"Type": "SQS", "Destination": arn_of(f"{name}DeadLetterQueue")}


@pytest.mark.parametrize("name", ["Notify", "Archive"])
def test_no_record_is_missed_between_the_tables_and_the_functions_creation(name: str) -> None:
    mapping = properties(f"{name}Function")["Events"]["Incidents"]["Properties"]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
