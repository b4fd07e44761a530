import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.records.made import an_incident, at
from trainstop.adapters.outbox import NotAStreamLetterError, Stretch

EVENTS = Path(__file__).parents[2] / "events"
FAILED = json.loads((EVENTS / "training-job-failed.json").read_text())
REPLAY = json.loads((EVENTS / "replay-of-a-failure.json").read_text())
NOTICED = at("2026-01-15 12:00:04.700")


def _another(number):
    return FAILED | {"id": f"id-{number}"}


def _stream_letter(first, last=None):
    """As Lambda writes it (shape: Lambda's developer guide, "Retain discarded records for a DynamoDB event source")."""
    times = [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (first, last or first)]
    info = {
        "shardId": "shardId-00000001573689847184-864758bb",
        "startSequenceNumber": "800000000003126276362",
        "endSequenceNumber": "800000000003126276362",
        "approximateArrivalOfFirstRecord": times[0],
        "approximateArrivalOfLastRecord": times[1],
        "batchSize": 1,
        "streamArn": "arn:aws:dynamodb:us-east-1:111122223333:table/incidents/stream/2026-01-01T00:00:00.000",
    }
    return json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": info})


def test_dead_letters_of_both_queues_go_on_their_way_and_leave_the_queues(trainstop, cloud):
    cloud.set_aside("WatchDeadLetterQueueUrl", *(json.dumps(_another(number)) for number in range(12)))
    cloud.set_aside("EventsDeadLetterQueueUrl", json.dumps(_another(12)), json.dumps(REPLAY))
    result = trainstop("replay", "--dead-letters")
    assert (result.exit_code, result.stdout) == (0, "14 replayed, 0 refused\n")
    assert len(cloud.arrivals()) == 14
    assert cloud.messages("WatchDeadLetterQueueUrl") == cloud.messages("EventsDeadLetterQueueUrl") == []


def test_a_dead_letter_that_cannot_be_read_stays_and_is_seen_at_once_again(trainstop, cloud):
    cloud.set_aside("WatchDeadLetterQueueUrl", json.dumps(FAILED))
    cloud.set_aside("WatchDeadLetterQueueUrl", "no json", reason="not JSON")
    result = trainstop("replay", "--dead-letters", "--json")
    [refused] = json.loads(result.stdout)["refused"]
    assert result.exit_code == 1
    assert refused["from"].startswith("WatchDeadLetterQueue ")
    assert refused["reason"].endswith("(set aside because: not JSON)")
    assert cloud.messages("WatchDeadLetterQueueUrl") == ["no json"]


def test_the_limit_bounds_what_is_taken_of_a_queue(trainstop, cloud):
    cloud.set_aside("WatchDeadLetterQueueUrl", *(json.dumps(_another(number)) for number in range(12)))
    assert trainstop("replay", "--dead-letters", "--limit", "11").stdout == "11 replayed, 0 refused\n"
    assert len(cloud.messages("WatchDeadLetterQueueUrl")) == 1


def test_debuggers_messages_go_back_to_relay_as_they_are(trainstop, cloud):
    cloud.set_aside("RelayDeadLetterQueueUrl", '{"Type": "Notification", "Message": "..."}', "anything")
    assert trainstop("replay", "--dead-letters").stdout == "2 replayed, 0 refused\n"
    assert sorted(cloud.messages("RelayQueueUrl")) == ["anything", '{"Type": "Notification", "Message": "..."}']
    assert cloud.messages("RelayDeadLetterQueueUrl") == []


def test_deliveries_and_changes_go_back_to_the_webhook_queue_as_they_are(trainstop, cloud):
    cloud.set_aside("WebhookDeadLetterQueueUrl", '{"webhook_id": "0a1b2c3d"}', reason="webhook 0a1b2c3d: 410 Gone")
    cloud.set_aside("WebhookDeadLetterQueueUrl", '{"source": "trainstop"}')
    assert trainstop("replay", "--dead-letters").stdout == "2 replayed, 0 refused\n"
    assert sorted(cloud.messages("WebhookQueueUrl")) == ['{"source": "trainstop"}', '{"webhook_id": "0a1b2c3d"}']
    assert cloud.messages("WebhookDeadLetterQueueUrl") == []


@pytest.mark.parametrize("queue", ["NotifyDeadLetterQueueUrl", "ArchiveDeadLetterQueueUrl"])
def test_incidents_that_were_not_told_or_archived_are_offered_again(trainstop, cloud, queue):
    lost = an_incident("lost", detected_at=NOTICED)
    late = an_incident("late", occurred_at=at("2025-12-24 00:00:00"), detected_at=NOTICED)
    other = an_incident("other", detected_at=NOTICED - timedelta(hours=1))
    cloud.keep(lost, late, other)
    cloud.set_aside(queue, _stream_letter(at("2026-01-15 12:00:06")))
    assert trainstop("replay", "--dead-letters").stdout == "1 replayed, 0 refused\n"
    assert [("offered_again_at" in cloud.item(incident)) for incident in (lost, late, other)] == [True, True, False]
    assert cloud.messages(queue) == []


def test_an_incident_that_was_offered_again_is_otherwise_as_it_was(trainstop, cloud):
    told = an_incident(detected_at=NOTICED, told_at=at("2026-01-15 12:00:09"))
    cloud.keep(told)
    before = cloud.item(told)
    cloud.set_aside("ArchiveDeadLetterQueueUrl", _stream_letter(at("2026-01-15 12:00:09")))
    trainstop("replay", "--dead-letters")
    assert {name: value for name, value in cloud.item(told).items() if name != "offered_again_at"} == before


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (_stream_letter(at("2026-02-15 12:00:00")), "no incident of that time is in the table"),
        ("no json", "not Lambda's record of a DynamoDB stream"),
    ],
)
def test_a_stretch_of_the_stream_without_incidents_stays(trainstop, cloud, body, why):
    cloud.keep(an_incident())
    cloud.set_aside("NotifyDeadLetterQueueUrl", body)
    result = trainstop("replay", "--dead-letters")
    assert (result.exit_code, result.stdout) == (1, "0 replayed, 1 refused\n")
    assert why in result.stderr
    assert cloud.messages("NotifyDeadLetterQueueUrl") == [body]


@pytest.mark.parametrize(
    ("rule", "noticed_at", "told_at", "held"),
    [
        ("recorded in the same second", "12:00:00.900", None, True),
        ("recorded after a claim had to lapse", "11:57:01", None, True),
        ("noticed long before", "11:56:58", None, False),
        ("noticed after the stretch", "12:00:12", None, False),
        ("noticed within a long stretch", "12:00:10.500", None, True),
        ("told within it, though noticed before", "11:00:00", "12:00:05", True),
        ("told after it", "11:00:00", "12:00:12", False),
    ],
)
def test_what_a_stretch_may_hold(rule, noticed_at, told_at, held):
    stretch = Stretch(at("2026-01-15 12:00:00"), at("2026-01-15 12:00:10"))
    told = at(f"2026-01-15 {told_at}") if told_at else None
    incident = an_incident(detected_at=at(f"2026-01-15 {noticed_at}"), told_at=told)
    assert stretch.may_hold(incident) is held, rule


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"DDBStreamBatchInfo": {}}', "[" * 100_000, '{"DDBStreamBatchInfo": null}']
)
def test_what_is_no_stretch_of_a_stream_is_told_apart(body):
    with pytest.raises(NotAStreamLetterError):
        Stretch.of(body)
