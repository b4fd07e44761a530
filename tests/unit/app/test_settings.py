"""Settings that cannot be right are told by name."""

import pytest

from trainstop.app.settings import MissingSettingError, NotifySettings

TOPICS = ("PLATFORM_TOPIC_ARN", "TEAM_TOPIC_ARN", "OWNER_TOPIC_ARN", "CHAT_TOPIC_ARN", "JOB_TOPIC_ARN")
NOTIFY = {f"TRAINSTOP_{name}": "x" for name in ("TABLE", *TOPICS)}


def test_a_zone_is_utc_where_none_is_given():
    assert NotifySettings.from_environment(NOTIFY).time_zone == "UTC"
    assert NotifySettings.from_environment(NOTIFY | {"TRAINSTOP_TIME_ZONE": "Asia/Tokyo"}).time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("zone", ["Europe/Berln", "Europe", "", "../../etc/passwd"])
def test_a_zone_that_there_is_none_of_is_told_by_its_variable(zone):
    with pytest.raises(MissingSettingError, match=r"TRAINSTOP_TIME_ZONE: .*no time zone .*such as Europe/Berlin"):
        NotifySettings.from_environment(NOTIFY | {"TRAINSTOP_TIME_ZONE": zone})
