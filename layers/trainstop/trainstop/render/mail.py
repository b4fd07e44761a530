"""The e-mail: plain text of at most 60 lines of 72 columns.

Only trainstop's own lines start in the first column. What comes from a job, a user or AWS stands behind a label or an
indented bar, so that it can pass neither for a heading nor for a link. Link lines alone may be longer than 72 columns,
for a broken link opens nothing.
"""

from collections.abc import Iterable
from datetime import UTC, tzinfo

from trainstop.domain.category import Category, Retry
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.domain.group import Past
from trainstop.domain.incident import Incident
from trainstop.domain.verdict import Confidence
from trainstop.render.facts import Fact, job_facts
from trainstop.render.governance import governance
from trainstop.render.links import Links, is_job_name, is_region
from trainstop.render.past import how_it_ended, times_seen
from trainstop.render.runs import different, last_good_run
from trainstop.render.story import Story, job_name, should_it_go_on
from trainstop.render.text import columns, log_line, one_line, said, shorten_end, shorten_middle, wrap

COLUMNS = 72
MAX_LINES = 60

_BAR = "  | "
_ROOT_LINES = 6
_ANSWER_LINES = 4
_EXCERPT_LINES = 8
_ADVICE_LINES = 7
_POLICY_LINES = 14
_DIFFERENCE_LINES = 5

Section = list[str]


def email_of(incident: Incident, story: Story, links: Links, zone: tzinfo = UTC, past: Past | None = None) -> str:
    """The whole text; it ends in a line of trainstop's own and a line break.

    Args:
        incident: What happened.
        story: In words.
        links: To look at.
        zone: The reader's.
        past: What is known of the fault from before; None where nobody asked.
    """
    shown = _answer(incident) or root_line(incident)
    top = [_drill(incident), head(story), _stop_failure(incident), shown, seen_before(past)]
    job, where = [_stop_command(incident), _job(incident, zone)], links_section(incident, links)
    policy = _policy(incident, zone)
    bottom = [*job, _money(incident), policy, where]
    if len(joined([*top, *bottom])) > MAX_LINES:
        over = max(0, len(joined([*top, *job, policy, where])) - MAX_LINES)
        bottom = [*job, policy[: len(policy) - over], where]
    top.append(_last_good(incident, _room([*top, *bottom])))
    return "\n".join([*joined([*top, _excerpt(incident, _room([*top, *bottom])), *bottom]), ""])


def _room(sections: Iterable[Section]) -> int:
    """How many lines are left for one more section, the empty line before it not counted."""
    return MAX_LINES - len(joined(sections)) - 1


def joined(sections: Iterable[Section]) -> list[str]:
    """Sections as lines, with an empty one between them."""
    lines: list[str] = []
    for section in filter(None, sections):
        lines += [*([""] if lines else []), *section]
    return lines


def _drill(incident: Incident) -> Section:
    if not incident.drill:
        return []
    return [
        "This is a drill: no job failed.",
        "What follows is made up to see that alerts arrive. Nobody has to act.",
    ]


def head(story: Story) -> Section:
    """The five lines that tell it all."""
    advice = wrap(story.next_step, COLUMNS - 6, _ADVICE_LINES)
    return [
        f"What: {story.what}",
        f"Why:  {story.why}",
        f"Done: {story.done}",
        f"Cost: {story.cost}",
        f"Next: {advice[0]}",
        *(f"      {line}" for line in advice[1:]),
    ]


def _bar(text: str, max_lines: int) -> Section:
    return [f"{_BAR}{line}" for line in wrap(text, COLUMNS - len(_BAR), max_lines)]


def paragraph(text: str, max_lines: int) -> Section:
    """Indented lines of a sentence of trainstop's own."""
    return [f"  {line}" for line in wrap(text, COLUMNS - 2, max_lines)]


def _stop_failure(incident: Incident) -> Section:
    if incident.outcome.action is not Action.STOP_FAILED:
        return []
    return ["Why the stop failed", *_bar(said(incident.outcome.error or "") or "AWS gave no reason.", _ANSWER_LINES)]


def _answer(incident: Incident) -> Section:
    """What the rule, the alarm or the refused call said in its own words."""
    refusal, rule = incident.refusal, incident.rule
    if refusal is not None:
        code = said(refusal.error_code)
        who = said(refusal.principal_arn) or said(refusal.session_name)
        asked_by = [f"  Asked by: {line}" for line in wrap(who, COLUMNS - 12, 1)]
        answer = said(": ".join(filter(None, (code, said(refusal.error_message)))))
        return ["SageMaker's answer", *(_bar(answer, _ANSWER_LINES) or ["  It gave no reason."]), *asked_by]
    noticed = rule is not None and (incident.trigger.is_rule or incident.trigger is Trigger.ALARM)
    if rule is None or not noticed or not (details := said(rule.details)):
        return []
    heading = "The alarm's words" if incident.trigger is Trigger.ALARM else "The rule's words"
    return [heading, *_bar(details, _ANSWER_LINES), *_root_as_extra(incident)]


def _root_as_extra(incident: Incident) -> Section:
    line = said(incident.diagnosis.root_line or "")
    return ["  and a line of the log that stands out", *_bar(line, 2)] if line else []


def root_line(incident: Incident) -> Section:
    """The line that shows the cause, or what SageMaker said."""
    diagnosis = incident.diagnosis
    line = said(diagnosis.root_line or "")
    if not line:
        reason = said(incident.job.failure_reason or "")
        return ["SageMaker's reason", *_bar(reason, _ROOT_LINES)] if reason else []
    where = f" ({one_line(diagnosis.host)})" if diagnosis.host else ""
    return [shorten_end(f"Root line{where}", COLUMNS), *_bar(line, _ROOT_LINES), *paragraph(_assessment(incident), 2)]


def _assessment(incident: Incident) -> str:
    diagnosis = incident.diagnosis
    retry = "" if diagnosis.category is Category.UNKNOWN else _RETRY[diagnosis.retry]
    victims = diagnosis.victim_count
    echoes = f"{victims} later error{'' if victims == 1 else 's'} followed from it." if victims else ""
    sure = _SURE[diagnosis.confidence]
    return " ".join(filter(None, (sure, echoes, retry)))


_SURE = {
    Confidence.HIGH: "The cause is sure.",
    Confidence.MEDIUM: "The cause is likely, not sure.",
    Confidence.LOW: "The cause is a guess.",
    Confidence.NONE: "",
}
_RETRY = {
    Retry.YES: "An unchanged retry has a fair chance.",
    Retry.ONCE: "One unchanged retry is worth it; if it fails the same way, no more.",
    Retry.NO: "An unchanged retry would fail again.",
}


def seen_before(past: Past | None) -> Section:
    """What is known of the fault from before; a new one is said to be new."""
    if past is None:
        return []
    resolution = [f"  How it ended then: {line}" for line in wrap(how_it_ended(past), COLUMNS - 21, 1)]
    return ["Seen before", *paragraph(times_seen(past), 2), *resolution]


def _excerpt(incident: Incident, room: int) -> Section:
    """The end of the excerpt, for the root line stands near it; left out where fewer than two lines have room."""
    problem = said(incident.evidence.problem or "")
    lines = [line for line in map(log_line, incident.evidence.excerpt) if line]
    free = min(_EXCERPT_LINES, room - 1 - bool(problem))
    shown = [f"{_BAR}{shorten_end(line, COLUMNS - len(_BAR))}" for line in lines[-free:]] if free > 1 else []
    note = [f"  {shorten_end(problem, COLUMNS - 2)}"] if problem and room > 1 else []
    host = incident.diagnosis.host
    around = f"Log around it{f' ({one_line(host)})' if host else ''}" if incident.diagnosis.stream else "End of the log"
    heading = shorten_end(around, COLUMNS) if shown else "Log"
    return [heading, *shown, *note] if shown or note else []


def _last_good(incident: Incident, room: int) -> Section:
    """What was different when it last went well; left out where not even one difference has room."""
    label = "Last good run: "
    run = last_good_run(incident, COLUMNS - len(label))
    if not run or room <= 1:
        return []
    lines = different(incident, COLUMNS - 2, min(_DIFFERENCE_LINES, room - 1))
    return [f"{label}{run}", *(f"  {line}" for line in lines)]


def _stop_command(incident: Incident) -> Section:
    job = incident.job
    if not (should_it_go_on(incident) and is_job_name(job.name) and is_region(job.region)):
        return []
    option = f"    --training-job-name {job.name}"
    options = [option] if len(option) <= COLUMNS else ["    --training-job-name \\", f"    {job.name}"]
    return ["To stop it yourself", f"  aws sagemaker stop-training-job --region {job.region} \\", *options]


def _job(incident: Incident, zone: tzinfo) -> Section:
    facts = job_facts(incident, zone)
    width = max((len(fact.label) for fact in facts), default=0) + 1
    heading = "Job (made up)" if incident.drill else "Job"
    return [heading, *(_fact(fact, width) for fact in facts)] if facts else []


def _fact(fact: Fact, width: int) -> str:
    """Aligned with the others, unless that would cost a part of the value, as of the longest job names."""
    aligned = f"  {fact.label + ':':<{width}} "
    room = COLUMNS - len(aligned)
    if columns(fact.value) <= room:
        return f"{aligned}{fact.value}"
    plain = f"  {fact.label}: "
    return f"{plain}{shorten_middle(fact.value, COLUMNS - len(plain))}"


def _money(incident: Incident) -> Section:
    formula = said(incident.job.cost_formula)
    return ["How the cost was worked out", *paragraph(formula, 3)] if formula and incident.job.cost_usd else []


def _policy(incident: Incident, zone: tzinfo) -> Section:
    lines = [line for sentence in governance(incident, zone) for line in paragraph(sentence, 3)]
    version = said(incident.decision.policy_version)
    heading = "Policy" + (f" (version {version})" if version and version != "built-in" else "")
    return [shorten_end(heading, COLUMNS), *lines[:_POLICY_LINES]] if lines else []


def links_section(incident: Incident, links: Links) -> Section:
    """Where to look, and the command that shows all."""
    named = (
        ("Job in the console", links.job),
        ("The tuning job that made it", links.tuning_job),
        ("Its log, where the root line stands", links.log),
        ("Its logs, all hosts", None if links.log else links.log_streams),
        ("The alarm", links.alarm),
        ("Who called, in CloudTrail", links.calls),
    )
    shown = [line for label, url in named if url for line in (f"{label}:", url)]
    name = job_name(incident)
    whole = "this refusal" if incident.refusal is not None and not name else "this incident"
    return [*shown, f"All about {whole}: trainstop incidents show {_word(incident.incident_id)}"]


def _word(text: str) -> str:
    return "".join(filter(str.isalnum, one_line(text)))[:24]
