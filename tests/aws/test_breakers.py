from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.samples import STARTED
from trainstop.adapters.breakers import StopBreakers
from trainstop.ports import BudgetUnreadableError, StopLimit

NOW = STARTED + timedelta(minutes=11)
ALL = StopLimit(2)
ALICE = StopLimit(1, "alice")


@pytest.fixture
def breakers(clients, incidents_table):
    return StopBreakers(clients, incidents_table)


def test_stops_are_counted_by_the_clock_hour(breakers):
    assert [breakers.take(NOW, [ALL]) for _ in range(2)] == [None, None]
    assert breakers.take(NOW + timedelta(hours=1), [ALL]) is None


def test_the_stop_beyond_the_limit_opens_the_breaker_and_the_next_finds_it_open(breakers):
    _, _, opening, next_one = (breakers.take(NOW, [ALL]) for _ in range(4))
    assert (opening.is_new, opening.limit) == (True, ALL)
    assert (next_one.is_new, next_one.opened_at) == (False, opening.opened_at)


def test_a_breaker_stays_open_over_the_hour(breakers):
    for _ in range(3):
        breakers.take(NOW, [ALL])
    assert breakers.take(NOW + timedelta(hours=5), [ALL]) is not None


def test_a_person_closes_it_and_the_count_begins_anew(breakers):
    for _ in range(3):
        breakers.take(NOW, [ALL])
    assert breakers.close("", NOW, "arn:aws:iam::111122223333:user/carol", "the stops were right")
    assert breakers.take(NOW, [ALL]) is None
    assert not breakers.close("", NOW, "arn:aws:iam::111122223333:user/carol", "again")


def test_an_owners_breaker_is_the_owners_alone(breakers):
    breakers.take(NOW, [ALICE, ALL])
    assert breakers.take(NOW, [ALICE, ALL]).limit == ALICE
    assert breakers.take(NOW, [StopLimit(1, "bob"), ALL]) is None
    assert [each.limit for each in breakers.all_open()] == [ALICE]


def test_a_limit_of_zero_allows_no_stop(breakers):
    assert breakers.take(NOW, [StopLimit(0)]) is not None


def test_a_count_that_cannot_be_read_says_so(clients):
    with pytest.raises(BudgetUnreadableError, match="ResourceNotFoundException"):
        StopBreakers(clients, "missing").take(NOW, [ALL])


def test_a_table_out_of_reach_says_so(clients):
    def unreachable(**_):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1")

    clients.dynamodb.meta.events.register("before-send.dynamodb", unreachable)
    with pytest.raises(BudgetUnreadableError, match="EndpointConnectionError"):
        StopBreakers(clients, "incidents").take(NOW, [ALL])
