import json
from pathlib import Path

import pytest

from trainstop.adapters.replay import BATCH_BYTES, Entry, Replay, batches

EVENTS = Path(__file__).parents[2] / "events"
FAILED = json.loads((EVENTS / "training-job-failed.json").read_text())
REPLAY = json.loads((EVENTS / "replay-of-a-failure.json").read_text())


def _another(number):
    return FAILED | {"id": f"id-{number}"}


def _originals(cloud):
    return [arrival["detail"]["event"] for arrival in cloud.arrivals()]


def test_an_event_goes_through_the_bus_inside_a_replay(trainstop, cloud, tmp_path):
    path = tmp_path / "event.json"
    path.write_text(json.dumps(FAILED, indent=2))
    result = trainstop("replay", str(path))
    assert (result.exit_code, result.stdout) == (0, "1 replayed, 0 refused\n")
    [arrival] = cloud.arrivals()
    assert (arrival["source"], arrival["detail-type"]) == ("trainstop.replay", "trainstop replay")
    assert arrival["detail"] == {"event": FAILED}


@pytest.mark.parametrize("form", ["lines", "list", "standard input"])
def test_more_events_than_one_call_takes_are_all_put(trainstop, cloud, tmp_path, form):
    events = [_another(number) for number in range(23)]
    text = json.dumps(events) if form == "list" else "\n\n".join(map(json.dumps, events)) + "\n"
    path = tmp_path / "events"
    path.write_text(text)
    result = trainstop("replay", "--json", "-" if form == "standard input" else str(path), stdin=text)
    assert json.loads(result.stdout) == {"replayed": 23, "refused": []}
    assert sorted(event["id"] for event in _originals(cloud)) == sorted(event["id"] for event in events)


def test_a_replay_is_not_wrapped_twice(trainstop, cloud):
    assert trainstop("replay", str(EVENTS / "replay-of-a-failure.json")).exit_code == 0
    assert _originals(cloud) == [REPLAY["detail"]["event"]]


@pytest.mark.usefixtures("cloud")
def test_every_sample_event_can_be_replayed_but_those_that_no_rule_of_trainstop_reads(trainstop):
    paths = [str(path) for path in sorted(EVENTS.glob("*.json")) if path.name != "debugger-topic-notification.json"]
    result = trainstop("replay", "--json", *paths)
    assert json.loads(result.stdout) == {"replayed": len(paths), "refused": []}


def test_what_trainstop_would_not_read_is_refused_with_its_place_and_the_rest_goes_on(trainstop, cloud, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(
        "\n".join(map(json.dumps, [FAILED, {"source": "aws.ec2", "detail-type": "x", "detail": {}}, {"a": 1}]))
    )
    result = trainstop("replay", str(path))
    assert (result.exit_code, result.stdout) == (1, "1 replayed, 2 refused\n")
    assert f"{path}, line 2: trainstop reads no events of aws.ec2: x" in result.stderr
    assert f"{path}, line 3: envelope" in result.stderr
    assert len(cloud.arrivals()) == 1


@pytest.mark.parametrize("text", ["", "no json", '{"a": 1}\nno json\n', "17"])
def test_a_file_without_events_is_wrong_usage_or_nothing_and_sends_nothing(trainstop, cloud, tmp_path, text):
    path = tmp_path / "events"
    path.write_text(text)
    result = trainstop("replay", str(path))
    assert result.exit_code == (2 if text else 0)
    assert cloud.arrivals() == []


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("arguments", [[], ["--dead-letters", "x.json"], ["none-such.json"], ["--limit", "0"]])
def test_wrong_usage(trainstop, arguments):
    assert trainstop("replay", *arguments).exit_code == 2


def test_batches_keep_to_ten_entries_and_to_the_bytes_of_one_request():
    entries = [Entry("x" * 100_000) for _ in range(5)] + [Entry("y") for _ in range(11)]
    sizes = [len(batch) for batch in batches(entries)]
    assert sizes == [2, 2, 10, 2]
    assert all(sum(entry.size for entry in batch) <= BATCH_BYTES for batch in batches(entries))


class FlakyBus:
    """Refuses entries whose detail is in ``refusals`` as often as it says."""

    def __init__(self, refusals):
        self.refusals = refusals
        self.taken = []

    def put_events(self, Entries):  # noqa: N803 - boto3's name
        return {"Entries": [self._answer(entry["Detail"]) for entry in Entries]}

    def _answer(self, detail):
        if self.refusals.get(detail, 0) > 0:
            self.refusals[detail] -= 1
            return {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
        self.taken.append(detail)
        return {"EventId": "1"}


def test_entries_that_eventbridge_refuses_are_tried_again_alone():
    pauses, bus = [], FlakyBus({"b": 2, "c": 99})
    answers = Replay(bus, sleep=pauses.append).put([Entry("a"), Entry("b"), Entry("c")])
    assert answers == [None, None, "ThrottlingException: slow down"]
    assert bus.taken == ["a", "b"]
    assert pauses == [1.0, 2.0]
