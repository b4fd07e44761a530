from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from tests.samples import STARTED
from trainstop.adapters.silences import FRESH_SECONDS, KEPT_OVER, MOST_SILENCES, SilencesTable
from trainstop.policy.silences import Silence
from trainstop.ports import SilencesFullError, SilencesUnreadableError

NOW = STARTED
CAROL = "arn:aws:sts::111122223333:assumed-role/ml-engineer/carol"


def a_silence(number=0, **changes):
    facts = {
        "when": {"job": f"demo-{number}-*", "category": ["capacity"]},
        "weekly": {"days": ["sat"], "from": "22:00", "until": "06:00", "zone": "Europe/Berlin"} if number else None,
        "starts_at": NOW,
        "until": NOW + timedelta(hours=2),
        "author": CAROL,
        "reason": "größer als gedacht",
        "created_at": NOW,
    }
    return Silence.model_validate(facts | changes)


class Seconds:
    """A worker's own seconds."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def table(clients, incidents_table, seconds):
    return SilencesTable(clients, incidents_table, seconds)


def test_a_silence_is_kept_with_an_id_of_its_own(table):
    assert table.all() == ()
    first, second = table.add(a_silence()), table.add(a_silence(1))
    assert (first.silence_id, second.silence_id) == ("s-1", "s-2")
    assert table.all() == (first, second)
    assert first == a_silence(silence_id="s-1")


def test_only_active_silences_are_given(table):
    first = table.add(a_silence())
    table.add(a_silence(starts_at=NOW + timedelta(hours=1)))
    assert table.active(NOW) == (first,)
    assert table.active(NOW + timedelta(hours=2)) == ()


def test_a_worker_goes_by_what_it_read_for_a_few_seconds(table, clients, seconds):
    assert table.active(NOW) == ()
    SilencesTable(clients, "incidents").add(a_silence())
    seconds.now = FRESH_SECONDS
    assert table.active(NOW) == ()
    seconds.now = FRESH_SECONDS + 0.1
    assert len(table.active(NOW)) == 1


def test_a_silence_can_be_changed_and_an_unknown_one_cannot(table):
    kept = table.add(a_silence())
    ended = table.change(kept.silence_id, lambda each: each.model_copy(update={"ended_at": NOW, "ended_by": CAROL}))
    assert table.all() == (ended,)
    assert table.active(NOW) == ()
    assert table.change("s-9", lambda each: each) is None
    assert table.change("s-1", lambda _: None) is None


def test_two_changes_at_one_time_are_both_kept(clients, incidents_table):
    slow, quick = SilencesTable(clients, incidents_table), SilencesTable(clients, incidents_table)

    def overtaken(**_):
        clients.dynamodb.meta.events.unregister("before-parameter-build.dynamodb.PutItem", overtaken)
        quick.add(a_silence(1))

    clients.dynamodb.meta.events.register("before-parameter-build.dynamodb.PutItem", overtaken)
    kept = slow.add(a_silence(2))
    assert kept.silence_id == "s-2"
    assert [each.when.job for each in slow.all()] == [("demo-1-*",), ("demo-2-*",)]


def test_there_is_room_for_so_many_and_the_next_is_refused(table):
    for number in range(MOST_SILENCES):
        table.add(a_silence(number))
    with pytest.raises(SilencesFullError, match="room for 200 silences"):
        table.add(a_silence())
    assert len(table.all()) == MOST_SILENCES


def test_silences_too_long_for_an_item_are_refused(table):
    long = {"job": ["j" * 256] * 100, "rule": ["r" * 256] * 100, "role": ["o" * 256] * 100}
    for _ in range(4):
        table.add(a_silence(when=long))
    with pytest.raises(SilencesFullError):
        table.add(a_silence(when=long))
    assert len(table.all()) == 4


def test_those_that_are_long_over_make_room(table):
    for number in range(KEPT_OVER + 5):
        minutes = timedelta(minutes=number + 1)
        table.add(a_silence(until=NOW + minutes))
    later = NOW + timedelta(days=1)
    table.add(a_silence(starts_at=later, created_at=later, until=later + timedelta(hours=1)))
    kept = [each.silence_id for each in table.all()]
    assert len(kept) == KEPT_OVER + 1
    assert kept[0] == "s-6"
    assert kept[-1] == f"s-{KEPT_OVER + 6}"


def test_an_item_of_an_unknown_form_is_unreadable(table, clients):
    item = {"pk": {"S": "silences"}, "version": {"N": "3"}, "silences": {"S": '[{"mute": "all"}]'}}
    clients.dynamodb.put_item(TableName="incidents", Item=item)
    with pytest.raises(SilencesUnreadableError, match="ValidationError"):
        table.active(NOW)


def test_an_item_that_lacks_its_parts_is_unreadable(table, clients):
    clients.dynamodb.put_item(TableName="incidents", Item={"pk": {"S": "silences"}})
    with pytest.raises(SilencesUnreadableError, match="KeyError"):
        table.active(NOW)


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "AccessDeniedException"])
def test_an_answer_that_is_an_error_is_unreadable(clients, code):
    with Stubber(clients.dynamodb) as stub:
        stub.add_client_error("get_item", code)
        with pytest.raises(SilencesUnreadableError, match=code):
            SilencesTable(clients, "incidents").active(NOW)


def test_a_table_out_of_reach_is_unreadable(clients):
    def unreachable(**_):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1")

    clients.dynamodb.meta.events.register("before-send.dynamodb", unreachable)
    with pytest.raises(SilencesUnreadableError, match="EndpointConnectionError"):
        SilencesTable(clients, "incidents").active(NOW)
