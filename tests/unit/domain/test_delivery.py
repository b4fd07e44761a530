"""When a delivery is tried again, and when it is given up."""

import pytest

from trainstop.domain.delivery import ATTEMPTS, Answer, Fate, delay_seconds, delivery_id, fate_of


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_success_is_a_success(status):
    assert fate_of(Answer(status), 1) is Fate.DELIVERED


@pytest.mark.parametrize("status", [None, 408, 425, 429, 500, 502, 503, 504, 599])
def test_what_may_pass_is_tried_again_and_given_up_in_the_end(status):
    fates = [fate_of(Answer(status), attempt) for attempt in range(1, ATTEMPTS + 1)]
    assert fates == [Fate.TRY_AGAIN] * (ATTEMPTS - 1) + [Fate.GIVEN_UP]


@pytest.mark.parametrize("status", [101, 301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422])
def test_what_lasts_is_given_up_at_once_and_a_redirection_is_not_followed(status):
    assert fate_of(Answer(status), 1) is Fate.GIVEN_UP


def test_the_delays_grow_to_an_hour_at_most():
    assert [delay_seconds(attempt) for attempt in range(1, 9)] == [10, 30, 90, 270, 810, 2430, 3600, 3600]
    assert delay_seconds(10**9) == 3600


@pytest.mark.parametrize(
    ("answer", "result"),
    [(Answer(410), "410 Gone"), (Answer(299), "299"), (Answer(None, "connection refused"), "connection refused")],
)
def test_a_result_is_in_words_of_our_own(answer, result):
    assert answer.result == result


def test_a_delivery_has_one_id_for_all_its_repeats():
    assert delivery_id("4b1f.told", "0a1b2c3d") == delivery_id("4b1f.told", "0a1b2c3d")
    assert len({delivery_id(change, hook) for change in ("a.told", "b.told") for hook in ("1", "2")}) == 4
