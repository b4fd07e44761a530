from datetime import UTC, datetime, timedelta, timezone

import pytest

from trainstop.events.times import to_datetime

NOON = datetime(2026, 1, 15, 12, 0, 0, 554000, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        1768478400554,
        "1768478400554",
        "2026-01-15T12:00:00.554Z",
        "2026-01-15T12:00:00.554+0000",
        "2026-01-15T12:00:00.554",
        1768478400.554,
    ],
)
def test_every_way_in_which_aws_writes_a_time_is_the_same_moment(written):
    assert to_datetime(written) == NOON


def test_another_zone_is_kept_as_the_same_moment():
    assert to_datetime("2026-01-15T14:00:00.554+02:00") == NOON.astimezone(timezone(timedelta(hours=2)))


def test_null_stays_null():
    assert to_datetime(None) is None


@pytest.mark.parametrize("written", [True, [], {}, "soon", "", 10**30, float("inf"), float("nan"), "9" * 5000])
def test_what_is_no_time_is_refused(written):
    with pytest.raises(ValueError, match=r"."):
        to_datetime(written)
