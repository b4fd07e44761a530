"""What people do about incidents."""

from datetime import timedelta

import pytest

from tests.fakes import FakeClock, FakeHandled
from tests.unit.records.made import a_diagnosis, a_stop, an_incident, at
from trainstop.adapters.incident_index import Listing
from trainstop.app.find import NotFoundError, find
from trainstop.app.handle import HandleDeps, NotHandledError, Wish, handle
from trainstop.domain.decision import Decision, StopReason
from trainstop.domain.handling import MOST_ENTRIES, Handling, HandlingAction, HandlingEntry
from trainstop.domain.standing import Standing, standing

NOW = at("2026-01-16 09:00:00")
CAROL = "arn:aws:sts::111122223333:assumed-role/ml-engineer/carol"
DORA = "arn:aws:sts::111122223333:assumed-role/ml-platform/dora"


class Known:
    """Incidents as the index finds them, with what was done since."""

    def __init__(self, handled, *incidents):
        self.handled, self.incidents = handled, incidents

    def all(self):
        entries = self.handled.entries
        return tuple(
            each.model_copy(update={"handling": Handling(entries=tuple(entries[each.incident_id]))})
            if entries.get(each.incident_id)
            else each
            for each in self.incidents
        )

    def get(self, incident_id):
        return next((each for each in self.all() if each.incident_id == incident_id), None)

    def since(self, since, now, limit, wanted):  # noqa: ARG002 - all are of this week
        return Listing(tuple(filter(wanted, self.all())), complete=True)

    def of_job(self, job_name, since, limit):  # noqa: ARG002 - all are of this week
        return Listing(tuple(each for each in self.all() if each.job.name == job_name), complete=True)


def deps(*incidents):
    handled = FakeHandled()
    return HandleDeps(Known(handled, *incidents), handled, FakeClock(NOW, timedelta(seconds=1)))


def wish(action, incident=None, text="", by=CAROL):
    return Wish(action, incident or an_incident().incident_id, by, text)


ACK, RESOLVE, NOTE = HandlingAction.ACKNOWLEDGE, HandlingAction.RESOLVE, HandlingAction.NOTE


def test_an_incident_is_acknowledged_noted_and_resolved_and_all_is_kept():
    world = deps(an_incident())
    for each in (wish(ACK), wish(NOTE, text="looks like the new image"), wish(RESOLVE, text="rolled back", by=DORA)):
        done = handle(each, world)
    handling = done.incident.handling
    assert (handling.acknowledged.by, handling.resolved.by, handling.resolved.text) == (CAROL, DORA, "rolled back")
    assert [each.action for each in handling.entries] == [ACK, NOTE, RESOLVE]
    assert standing(done.incident) is Standing.RESOLVED


def test_who_says_the_same_again_changes_nothing_and_is_told_so():
    world = deps(an_incident())
    assert handle(wish(ACK), world).is_new
    assert not handle(wish(ACK), world).is_new
    assert handle(wish(ACK, by=DORA), world).is_new
    done = handle(wish(ACK, text="on it"), world)
    assert [each.by for each in done.incident.handling.entries] == [CAROL, DORA, CAROL]
    assert done.incident.handling.acknowledged.by == CAROL


def test_how_a_fault_ended_is_kept_with_its_fingerprint():
    world = deps(an_incident())
    handle(wish(NOTE, text="hm"), world)
    assert world.handled.resolutions == {}
    handle(wish(RESOLVE, text="half the batch size"), world)
    (fingerprint, resolution), *_ = world.handled.resolutions.items()
    assert fingerprint == an_incident().diagnosis.fingerprint
    assert (resolution.text, resolution.by) == ("half the batch size", CAROL)
    assert resolution.incident_id == an_incident().incident_id


def test_an_incident_without_a_fingerprint_is_resolved_for_itself():
    world = deps(an_incident(diagnosis=a_diagnosis(fingerprint="")))
    handle(wish(RESOLVE, text="gone"), world)
    assert world.handled.resolutions == {}


def test_a_resolution_that_was_lost_half_way_is_kept_by_the_repeat():
    world = deps(an_incident())
    handle(wish(RESOLVE, text="gone"), world)
    world.handled.resolutions.clear()
    assert not handle(wish(RESOLVE, text="gone"), world).is_new
    assert len(world.handled.resolutions) == 1


def test_who_resolves_again_corrects_what_was_said():
    world = deps(an_incident())
    handle(wish(RESOLVE, text="gone"), world)
    done = handle(wish(RESOLVE, text="no, it was the driver", by=DORA), world)
    assert done.incident.handling.resolved.text == "no, it was the driver"


def test_words_are_cleaned_and_lose_their_secrets():
    world = deps(an_incident())
    done = handle(wish(NOTE, text="\x1b[31mkey\u202e\nAKIAIOSFODNN7EXAMPLE " + "x" * 900), world)
    (entry,) = done.incident.handling.entries
    assert entry.text.startswith("key [removed: aws access key] xxx")
    assert len(entry.text) <= 500


@pytest.mark.parametrize("action", [NOTE, RESOLVE])
def test_words_are_needed(action):
    with pytest.raises(NotHandledError, match="the text is empty"):
        handle(wish(action, text=" \x07 "), deps(an_incident()))


def test_an_incident_takes_so_many_entries_and_no_more():
    world = deps(an_incident())
    for number in range(MOST_ENTRIES):
        handle(wish(NOTE, text=f"note {number}"), world)
    with pytest.raises(NotHandledError, match="has 50 entries"):
        handle(wish(NOTE, text="one more"), world)


STOP, FAILED, OTHER = a_stop("bert-1"), an_incident("bert-1"), an_incident("vision-1")


def found(text, *incidents):
    return find(text, deps(*incidents).known, NOW)


def resolved(incident):
    entry = HandlingEntry(action=RESOLVE, at=NOW, by=CAROL, text="done")
    return incident.model_copy(update={"handling": Handling(entries=(entry,))})


@pytest.mark.parametrize("text", [FAILED.incident_id, FAILED.incident_id[:6], "bert-1"])
def test_an_incident_is_found_by_its_id_the_beginning_of_it_or_its_job(text):
    assert found(text, FAILED, OTHER) == FAILED


def test_of_a_jobs_incidents_the_open_one_is_meant():
    silent = Decision(stop=False, stop_reason=StopReason.NO_RULE_SAYS_STOP, policy_version="3")
    untold = STOP.model_copy(update={"decision": silent})
    assert found("bert-1", resolved(STOP), FAILED) == FAILED
    assert found("bert-1", untold, FAILED) == FAILED


@pytest.mark.parametrize(
    ("text", "incidents", "said"),
    [
        ("bert-1", [STOP, FAILED], rf"has 2 open incidents, give an id: {STOP.incident_id} \(LossNotDecreasing\), "),
        ("bert-1", [resolved(FAILED)], "no incident of the job bert-1 is open; give the incident's id"),
        ("nlp-9", [FAILED], "there is no incident, and no job with one, named nlp-9$"),
        ("abcdef", [FAILED], "named abcdef; a beginning is looked for in the last 30 days"),
        ("0" * 20, [FAILED], "there is no incident"),
        (" ", [FAILED], "name an incident or a job"),
    ],
)
def test_what_cannot_be_found_is_told(text, incidents, said):
    with pytest.raises(NotFoundError, match=said):
        found(text, *incidents)


def test_a_beginning_that_several_incidents_have_is_not_enough():
    twin = OTHER.model_copy(update={"incident_id": f"{FAILED.incident_id[:8]}{'0' * 12}"})
    with pytest.raises(NotFoundError, match="more than one incident begins with"):
        found(FAILED.incident_id[:8], FAILED, twin)
