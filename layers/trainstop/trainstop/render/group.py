"""A group in words: what its jobs have in common, how many they are, and which."""

from datetime import UTC, tzinfo

from trainstop.domain.decision import Action, Audience
from trainstop.domain.finding import Trigger
from trainstop.domain.group import Group, Sameness, Telling
from trainstop.domain.incident import Incident
from trainstop.render.alphabets import gsm_septets, to_ascii, to_gsm
from trainstop.render.brief import FROM, SMS_SEPTETS, SUBJECT_CHARACTERS, not_none, short_title
from trainstop.render.chat import MARKS, STEP_CHARACTERS, TITLE_CHARACTERS, Card, card_json
from trainstop.render.links import Links
from trainstop.render.mail import COLUMNS, MAX_LINES, head, joined, links_section, paragraph, root_line, seen_before
from trainstop.render.markdown import code, labelled, link, plain
from trainstop.render.story import NAMELESS, WIDTH, Story, rule_name
from trainstop.render.text import fit, one_line, said, shorten_end, shorten_middle
from trainstop.render.units import clock_time, duration, money

_LISTED_JOBS = 16
_CARD_JOBS = 8

_HAPPENED = {
    Trigger.JOB_STOPPED: "{count} jobs{whose} were stopped",
    Trigger.RUNTIME_LIMIT: "{count} jobs{whose} hit their runtime limit",
    Trigger.WAIT_LIMIT: "{count} jobs{whose} hit their wait limit",
    Trigger.DEBUGGER_RULE: "Rule {rule} fired on {count} jobs{whose}",
    Trigger.PROFILER_RULE: "Rule {rule} fired on {count} jobs{whose}",
    Trigger.ALARM: "Alarm {rule} went off for {count} jobs{whose}",
    Trigger.REFUSED_SUBMISSION: "SageMaker refused {count} submissions{whose}",
}
_FAILED = {
    Sameness.FAULT: "The same fault in {count} jobs{whose}",
    Sameness.CAUSE: "One cause in {count} jobs{whose}",
    Sameness.PARENT: "{count} jobs{whose} failed",
    Sameness.NOTHING: "{count} jobs{whose} failed",
}
_WAS_DONE = {
    Action.STOPPED: "stopped {count}",
    Action.STOP_HELD: "did NOT stop {count}",
    Action.STOP_FAILED: "FAILED to stop {count}",
    Action.ALREADY_STOPPED: "{count} had ended already",
    Action.NONE: "nothing about {count}",
}


def group_story(incident: Incident, group: Group, telling: Telling, story: Story) -> Story:
    """The five lines of a group; ``story`` is that of the incident that stands for it."""
    return Story(
        what=_what(incident, group, telling),
        why=_why(group, story),
        done=_done(incident, group),
        cost=_cost(group),
        next_step=_next_step(group, telling, story),
    )


def group_email(
    incident: Incident, group: Group, telling: Telling, *, story: Story, links: Links, zone: tzinfo = UTC
) -> str:
    """At most ``MAX_LINES`` lines of ``COLUMNS`` columns, as that of an incident; ``story`` is the group's."""
    sections = [
        head(story),
        _jobs(group, zone),
        *([] if telling is Telling.ENDED or len(group.faults) > 1 else [root_line(incident), seen_before(group.past)]),
        _more(group, telling),
        links_section(incident, links),
    ]
    return "\n".join([*joined(sections)[:MAX_LINES], ""])


def group_subject(incident: Incident, group: Group, telling: Telling) -> str:
    """Printable ASCII; what is told of a group's end answers its first alert."""
    if telling is Telling.ENDED and group.thread:
        return shorten_middle(f"Re: {group.thread}", SUBJECT_CHARACTERS, len)
    return f"{FROM}{_headline(incident, group, telling, SUBJECT_CHARACTERS - len(FROM))}"


def _headline(incident: Incident, group: Group, telling: Telling, characters: int) -> str:
    mark = {Telling.ESCALATION: "NOW ", Telling.ENDED: "Over: "}.get(telling, "")
    name = to_ascii(one_line(group.key.about or group.first.training_job_name)) or NAMELESS
    fixed = {"count": f"{mark}{group.count} jobs", "what": short_title(incident)}
    return fit("{count}: {what}: {name}", characters, {"name": not_none(name)}, fixed, len)


def group_card(incident: Incident, group: Group, telling: Telling, story: Story, links: Links) -> str:
    """A custom notification in the thread of the group."""
    names = [each.training_job_name for each in group.members[:_CARD_JOBS]]
    more = f"and {group.count - len(names)} more" if group.count > len(names) else ""
    return card_json(
        Card(
            title=f"{MARKS[group.severity]} {_headline(incident, group, telling, TITLE_CHARACTERS - 2)}",
            description=(
                labelled("What", plain(story.what)),
                labelled("Why", plain(story.why)),
                labelled("Done", plain(story.done)),
                labelled("Cost", plain(story.cost)),
                labelled("Jobs", *(code(name) for name in names), plain(more)),
            ),
            thread=group.key.digest,
            next_steps=(plain(story.next_step, STEP_CHARACTERS), *(link(url) for url in (links.job,) if url)),
            summary=story.what,
            event_type=f"trainstop-group-{telling.value}",
        )
    )


def group_sms(incident: Incident, group: Group, telling: Telling) -> str:
    """One segment of GSM-7 characters."""
    since = f"{group.opened_at:%H:%M} UTC"
    fixed = {
        "count": str(group.count),
        "what": to_gsm(short_title(incident)),
        "since": since,
        "over": "Over: " if telling is Telling.ENDED else "",
    }
    tail = f" Cost {money(group.cost_usd)}." if group.cost_usd else ""
    names = {"name": to_gsm(one_line(group.newest.training_job_name)) or NAMELESS}
    template = "{over}{count} jobs since {since}: {what}. Newest {name}."
    return fit(template, SMS_SEPTETS - gsm_septets(tail), names, fixed, gsm_septets) + tail


def _what(incident: Incident, group: Group, telling: Telling) -> str:
    happened = _HAPPENED.get(incident.trigger, _FAILED[group.key.sameness])
    whose, name = _whose(group)
    template = happened.replace("{whose}", whose)
    when = f", {_span(group)}." if telling is Telling.ENDED else f" since {group.opened_at:%H:%M} UTC."
    over = "Over: " if telling is Telling.ENDED else ""
    names = {"rule": rule_name(incident) or NAMELESS, "name": name}
    fixed = {"count": str(group.count), "over": over, "when": when}
    return fit(f"{{over}}{template}{{when}}", WIDTH, names, fixed)


def _whose(group: Group) -> tuple[str, str]:
    """Whose the jobs are, as a part of a template, and the name: their parent's, the reader's, the one team's."""
    if group.key.sameness is Sameness.PARENT:
        return " of {name}", one_line(group.key.about)
    if group.key.name:
        kind = "team " if group.key.audience is Audience.TEAM else ""
        return f" of {kind}{{name}}", one_line(group.key.name)
    team = one_line(group.teams[0]) if len(group.teams) == 1 else ""
    return (" of team {name}", team) if team else ("", "")


def _span(group: Group) -> str:
    same_day = group.newest_at.date() == group.opened_at.date()
    last = f"{group.newest_at:%H:%M}" if same_day else f"{group.newest_at:%Y-%m-%d %H:%M}"
    return f"{group.opened_at:%H:%M}-{last} UTC"


def _why(group: Group, story: Story) -> str:
    if len(group.faults) == 1:
        return story.why
    most = sorted(group.faults.items(), key=lambda fault: -fault[1])
    return shorten_end(", ".join(f"{count} x {said(title) or 'unknown'}" for title, count in most) + ".", WIDTH)


def _done(incident: Incident, group: Group) -> str:
    if set(group.actions) == {Action.NONE}:
        runs = incident.trigger.is_rule or incident.trigger is Trigger.ALARM
        return "Nothing: the policy says to tell, not to stop." if runs else "Nothing: they had ended already."
    parts = [text.format(count=group.actions[action]) for action, text in _WAS_DONE.items() if action in group.actions]
    return shorten_end(f"Of these trainstop {', '.join(parts)}.", WIDTH)


def _cost(group: Group) -> str:
    if group.count == group.unknown_costs:
        return "unknown"
    unknown = f", and unknown for {group.unknown_costs} of them" if group.unknown_costs else ""
    return f"{money(group.cost_usd)} together{unknown}"


def _next_step(group: Group, telling: Telling, story: Story) -> str:
    if telling is Telling.ENDED:
        return f"Nothing new came for {duration(group.window_seconds)}. Should it come back, you are told anew."
    return story.next_step


def _jobs(group: Group, zone: tzinfo) -> list[str]:
    shown = group.members[:_LISTED_JOBS]
    lines = [_job(clock_time(each.occurred_at, zone), each.training_job_name) for each in shown]
    left = group.count - len(shown)
    newest = [_job(clock_time(group.newest.occurred_at, zone), group.newest.training_job_name)] if left else []
    gap = [f"  ... and {left - 1} more; the newest:"] if left > 1 else []
    return ["The jobs", *lines, *gap, *newest]


def _job(when: str, name: str) -> str:
    start = f"  {when}  "
    return f"{start}{shorten_middle(one_line(name) or NAMELESS, COLUMNS - len(start))}"


def _more(group: Group, telling: Telling) -> list[str]:
    if telling is Telling.ENDED:
        return []
    quiet = duration(group.window_seconds)
    text = f"You are told again when they are ten times as many, and when {quiet} have passed without another."
    return ["What follows", *paragraph(text, 2)]
