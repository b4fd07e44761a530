"""What a publication to an audience carries."""

from tests.unit.records.made import a_job, an_incident
from trainstop.domain.decision import AlertOrder, Audience, Channel, Severity
from trainstop.render.lanes import lane_attributes, lanes_of, values_of


def told(*audience, **changes):
    incident = an_incident(**changes)
    order = AlertOrder(severity=Severity.HIGH, audience=audience, channels=(Channel.EMAIL, Channel.JSON))
    return incident.model_copy(update={"decision": incident.decision.model_copy(update={"alert": order})})


def test_the_lanes_are_the_alerts_audiences_or_the_platform():
    assert lanes_of(told(Audience.OWNER, Audience.PLATFORM)) == (Audience.OWNER, Audience.PLATFORM)
    assert lanes_of(told()) == (Audience.PLATFORM,)
    quiet = told()
    assert lanes_of(quiet.model_copy(update={"decision": quiet.decision.model_copy(update={"alert": None})})) == ()


def test_owner_and_team_are_published_in_lower_case():
    incident = told(Audience.OWNER, job=a_job(tags={"Owner": "Alice", "Team": "NLP"}))
    values = values_of(lane_attributes(incident, Audience.OWNER))
    assert {"audience": ("owner",), "owner": ("alice",), "team": ("nlp",)}.items() <= values.items()
    assert values["channels"] == ("email", "json")
    assert values["job"] == ("bert-1",)


def test_what_nobody_tagged_is_not_there():
    values = values_of(lane_attributes(told(job=a_job(tags={})), Audience.PLATFORM))
    assert not {"owner", "team"} & values.keys()
