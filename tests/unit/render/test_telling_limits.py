"""Whatever jobs write, what is told of groups, days and waiting alerts keeps its limits and its structure."""

import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.render.samples import at
from tests.unit.render.tellings import a_stored_report
from tests.unit.render.test_limits import TEXT, ZONES, check_email, check_short_forms, incidents
from trainstop.domain.decision import AlertOrder, Audience, Channel, Delivery, Severity
from trainstop.domain.digest import Period, digest_of
from trainstop.domain.group import Past, Telling, group_key, joined
from trainstop.domain.held import Box, BoxKey, HeldAlert, Waiting
from trainstop.render import AlertMessage, render_box, render_digest, render_telling, sns_message
from trainstop.render.text import columns

NOW = at("02:10:00")
PASTS = st.builds(
    Past,
    times=st.sampled_from([0, 1, 14, 10**9]),
    first_seen_at=st.sampled_from([None, NOW]),
    last_seen_at=st.sampled_from([None, NOW]),
    last_job=TEXT,
    resolution=TEXT,
)


def ordered(incident):
    """In a group of its fault, whatever it is."""
    order = AlertOrder(
        severity=incident.severity,
        audience=tuple(Audience),
        channels=tuple(Channel),
        delivery=Delivery(group_window_seconds=900),
    )
    return incident.model_copy(
        update={
            "decision": incident.decision.model_copy(update={"alert": order}),
            "diagnosis": incident.diagnosis.model_copy(update={"fingerprint": "f" * 16}),
        }
    )


def group_of(members, audience, past, times):
    """The members again and again, as if each were one more."""
    group = None
    for number in range(times):
        each = members[number % len(members)]
        key = group_key(members[0], audience)
        moment = NOW + timedelta(minutes=number)
        group = joined(group, each, key, now=moment, window_seconds=900, past=past)
    return group


def check_lines(message: AlertMessage, links: int = 0) -> None:
    lines = message.email.removesuffix("\n").split("\n")
    linked = [line for line in lines if line.startswith("https://")]
    assert len(linked) == links
    assert len(lines) <= 60
    assert all(line.isprintable() for line in lines)
    assert all(columns(line) <= 72 for line in lines if line not in linked)


def check_delivery(message: AlertMessage) -> None:
    assert len(sns_message(message).encode()) + len(message.chat.encode()) <= 262_144
    assert {"version", "source", "content", "metadata"} == json.loads(message.chat).keys()
    assert json.loads(message.chat)["content"]["description"]
    assert len(message.attributes) <= 10


@settings(max_examples=15, deadline=None)
@given(
    st.lists(incidents().map(ordered), min_size=1, max_size=2),
    PASTS,
    st.sampled_from([1, 2, 25]),
    st.tuples(
        st.sampled_from(Audience),
        st.sampled_from([Telling.FIRST, Telling.ESCALATION, Telling.ENDED]),
        st.sampled_from(ZONES),
    ),
)
def test_any_text_leaves_what_is_told_of_a_group_within_its_limits(members, past, times, told):
    audience, telling, zone = told
    group = group_of(members, audience, past, times).model_copy(update={"thread": "[trainstop] the first alert"})
    message = render_telling(members[0], group, telling, zone)

    check_short_forms(message)
    check_delivery(message)
    drill = members[0].drill
    check_email("".join(message.email.splitlines(keepends=True)[3 if drill and group.count == 1 else 0 :]))
    assert json.loads(message.json)["group"]["count"] == times


@settings(max_examples=10, deadline=None)
@given(st.lists(incidents(), max_size=3), st.sampled_from(Period), TEXT, st.booleans())
def test_any_text_leaves_a_digest_within_its_limits(found, period, team, stored):
    report = a_stored_report(last_day=NOW.date()) if stored else None
    message = render_digest(digest_of(found, period, NOW, name=team, report=report))

    check_short_forms(message)
    check_delivery(message)
    check_lines(message, links=int(stored and period is Period.WEEKLY))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.builds(
            HeldAlert,
            incident_id=st.just("0" * 20),
            text=TEXT,
            severity=st.sampled_from(Severity),
            occurred_at=st.just(NOW),
        ),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(Waiting),
    TEXT,
)
def test_any_text_leaves_alerts_that_waited_within_their_limits(alerts, waiting, name):
    key = BoxKey(audience=Audience.OWNER, name=name, waiting=waiting, channels=(Channel.EMAIL,), release_at=NOW)
    message = render_box(Box(key=key, alerts=tuple(alerts), count=len(alerts) + 3))

    check_short_forms(message)
    check_delivery(message)
    check_lines(message)
