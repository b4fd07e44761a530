"""Custom notifications for Amazon Q Developer in chat applications, which makes Slack and Teams messages of them.

Schema and limits: docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html. What does not follow the schema is
dropped without a word. Title, description, steps and keywords are bounded as documented, or by less; the rest, for
which no limit is known, by a few hundred characters.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from hashlib import sha256
from typing import Any

from trainstop.domain.category import Category
from trainstop.domain.decision import Action, Severity
from trainstop.domain.finding import Trigger
from trainstop.domain.group import Past
from trainstop.domain.incident import Incident
from trainstop.render.brief import headline
from trainstop.render.facts import job_facts
from trainstop.render.links import Links, is_job_name, is_region
from trainstop.render.markdown import Markdown, code, labelled, lines, link, plain, sentence
from trainstop.render.past import how_it_ended, times_seen
from trainstop.render.story import Story
from trainstop.render.text import CUT, one_line, said
from trainstop.render.units import instant

TITLE_CHARACTERS = 250
DESCRIPTION_CHARACTERS = 2800
"""Amazon Q takes 8,000; Slack shows 3,000 in one piece."""
STEP_CHARACTERS = 350
KEYWORD_CHARACTERS = 75
_MOST_STEPS = _MOST_KEYWORDS = _MOST_RESOURCES = _MOST_CONTEXT = 10
_OTHER_CHARACTERS = 250

_THREAD = re.compile(r"[\w.:#/-]{1,128}", re.ASCII)
_RESOURCE = re.compile(r"arn:[\w:/.+=,-]{1,245}", re.ASCII)
_CONTEXT = re.compile(r"[\w.:/-]{1,250}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Card:
    """What one notification says.

    Attributes:
        title: Plain text, made harmless here.
        description: One line each; at least one is not "".
        next_steps: One bullet each, at most ``STEP_CHARACTERS``; longer ones are left out.
        keywords: Plain text, shown as tags.
        summary: Plain text that stands for a whole thread; "" takes the title.
        thread: The same for all that belongs to one thread.
        resources: ARNs.
        context: What custom actions (buttons) may use, by name: values of letters, digits and ``_ . : / -`` only, for
            they become words of a command; others are left out.
    """

    title: str
    description: tuple[Markdown, ...]
    thread: str
    next_steps: tuple[Markdown, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str = ""
    resources: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    event_type: str = "trainstop"


def card_json(card: Card) -> str:
    """The notification, as the ``Message`` of a Publish without ``MessageStructure``.

    A field without a value is left out. It is far below SNS's 262,144 bytes whatever its characters are.
    """
    title = plain(card.title, TITLE_CHARACTERS)
    steps = [step for step in card.next_steps if 0 < len(step) <= STEP_CHARACTERS]
    content = {
        "textType": "client-markdown",
        "title": title,
        "description": lines(card.description, DESCRIPTION_CHARACTERS) or title,
        "nextSteps": steps[:_MOST_STEPS],
        "keywords": [tag for word in card.keywords if (tag := plain(word, KEYWORD_CHARACTERS))][:_MOST_KEYWORDS],
    }
    metadata = {
        "threadId": thread_id(card.thread),
        "summary": plain(card.summary or card.title, _OTHER_CHARACTERS),
        "eventType": card.event_type,
        "relatedResources": [arn for arn in card.resources if _RESOURCE.fullmatch(arn)][:_MOST_RESOURCES],
        "additionalContext": dict(
            [(name, value) for name, value in card.context.items() if _CONTEXT.fullmatch(value)][:_MOST_CONTEXT]
        ),
    }
    notification = {"version": "1.0", "source": "custom", "content": _filled(content), "metadata": _filled(metadata)}
    return json.dumps(notification, ensure_ascii=False, separators=(",", ":"))


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def thread_id(thread: str) -> str:
    """``thread``, or a digest of it where it is too long or has unusual characters: cut off, two could become one."""
    if _THREAD.fullmatch(thread):
        return thread
    return sha256(thread.encode("utf-8", "replace")).hexdigest()[:32]


def chat_of(
    incident: Incident, story: Story, links: Links, thread: str, zone: tzinfo = UTC, *, past: Past | None = None
) -> str:
    """One incident as a notification, with times in the reader's zone too, and its fault's past."""
    job, drill = incident.job, "[DRILL] " if incident.drill else ""
    return card_json(
        Card(
            title=f"{MARKS[incident.severity]} {drill}{headline(incident, TITLE_CHARACTERS - 2 - len(drill))}",
            description=(*_description(incident, story, zone), *_past(past)),
            thread=thread,
            next_steps=tuple(_next_steps(incident, story, links)),
            keywords=tuple(_keywords(incident)),
            summary=f"{drill}{headline(incident, _OTHER_CHARACTERS - len(drill))}",
            resources=tuple(filter(None, (job.arn, job.tuning_job_arn))),
            context=_context(incident),
            event_type=f"trainstop-{incident.trigger.value.replace('_', '-')}",
        )
    )


MARKS = {
    Severity.CRITICAL: "\N{LARGE RED CIRCLE}",
    Severity.HIGH: "\N{LARGE ORANGE CIRCLE}",
    Severity.WARNING: "\N{LARGE YELLOW CIRCLE}",
    Severity.INFO: "\N{LARGE BLUE CIRCLE}",
}


def _past(past: Past | None) -> Iterator[Markdown]:
    if past is not None:
        yield labelled("Seen before", plain(times_seen(past)))
        yield labelled("How it ended then", plain(how_it_ended(past)))


def _description(incident: Incident, story: Story, zone: tzinfo) -> Iterator[Markdown]:
    yield labelled("What", plain(story.what))
    yield labelled("Why", *_quoting(story.why))
    yield labelled("Done", plain(story.done))
    yield labelled("Cost", plain(story.cost))
    yield labelled("When", plain(instant(incident.occurred_at, zone)))
    for label, words in _words(incident):
        if words and f'"{words}"' not in story.why:
            yield labelled(label, code(words, 400))
    yield from _about_the_job({fact.label: fact.value for fact in job_facts(incident, zone)})


def _about_the_job(known: Mapping[str, str]) -> Iterator[Markdown]:
    """What is known of the job, by the labels of job_facts, in few lines."""
    ran = f"ran {known['Ran']}" if "Ran" in known else ""
    yield labelled("Job", plain(", ".join(filter(None, (known.get("Runs on"), ran)))))
    named = (labelled(label, code(known.get(label, ""), 200)) for label in ("Owner", "Team", "Tuning job", "Pipeline"))
    yield sentence(*named)
    yield labelled("Account", plain(known.get("Account", "")))


def _quoting(why: str) -> tuple[Markdown, ...]:
    """A cause with the line that shows it, ``cause: "line"``: the line as code; where it was cut, the cause alone."""
    cause, quote, line = why.partition(': "')
    if not quote or not line.endswith('"'):
        return (plain(why),)
    shown = code(line[:-1])
    return (plain(f"{cause}."),) if line.endswith(f'{CUT}"') or not shown else (plain(f"{cause}:"), shown)


def _words(incident: Incident) -> Iterator[tuple[str, str]]:
    """What AWS, a rule or a log said, by whose words they are."""
    if incident.outcome.action is Action.STOP_FAILED:
        yield "Why the stop failed", said(incident.outcome.error or "")
    if incident.refusal is not None:
        yield "SageMaker's answer", said(f"{incident.refusal.error_code}: {incident.refusal.error_message}")
        yield "Asked by", said(incident.refusal.principal_arn) or said(incident.refusal.session_name)
        return
    if incident.rule is not None and incident.trigger is Trigger.ALARM:
        yield "The alarm's words", said(incident.rule.details)
    elif incident.rule is not None and incident.trigger.is_rule:
        yield "The rule's words", said(incident.rule.details)
    root, host = said(incident.diagnosis.root_line or ""), incident.diagnosis.host
    yield f"Root line{' (' + plain(host, 40) + ')' if host else ''}", root
    if not root:
        yield "SageMaker's reason", said(incident.job.failure_reason or "")


def _next_steps(incident: Incident, story: Story, links: Links) -> Iterator[Markdown]:
    yield plain(story.next_step, STEP_CHARACTERS)
    named = (
        ("Job in the console", links.job),
        ("The tuning job that made it", links.tuning_job),
        ("Its log, where the root line stands", links.log),
        ("Its logs, all hosts", None if links.log else links.log_streams),
        ("The alarm", links.alarm),
        ("Who called, in CloudTrail", links.calls),
    )
    for label, url in named:
        if url and (address := link(url)):
            yield sentence(plain(f"{label}:"), address)
    yield sentence(plain("All about it:"), code(f"trainstop incidents show {incident.incident_id}", 64))


def _keywords(incident: Incident) -> Iterator[str]:
    yield f"severity {incident.severity.value}"
    if incident.diagnosis.category is not Category.UNKNOWN:
        yield incident.diagnosis.category.value.replace("_", " ")
    yield incident.trigger.value.replace("_", " ")
    if incident.outcome.action is not Action.NONE:
        yield incident.outcome.action.value.replace("_", " ")


def _context(incident: Incident) -> dict[str, str]:
    job = incident.job
    return {
        "incident": incident.incident_id,
        "severity": incident.severity.value,
        "category": incident.diagnosis.category.value,
        "trigger": incident.trigger.value,
        "action": incident.outcome.action.value,
        "job": one_line(job.name) if is_job_name(job.name) else "",
        "region": job.region if is_region(job.region) else "",
    }
