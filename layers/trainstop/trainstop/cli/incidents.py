"""``trainstop incidents``: what happened lately, and all about one incident."""

from dataclasses import dataclass

from trainstop.adapters.incident_index import IncidentIndex
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.show import facts_of, links_shown
from trainstop.cli.since import now_utc, since
from trainstop.domain.category import Category
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.domain.standing import standing
from trainstop.ports import Listing
from trainstop.records.times import utc
from trainstop.render.story import rule_name
from trainstop.render.text import one_line

_COLUMNS = ("when (UTC)", "job", "why", "done", "state", "incident")
_WHOLE = {"when (UTC)", "done", "state", "incident"}
_DONE = {
    Action.NONE: "-",
    Action.STOPPED: "stopped",
    Action.ALREADY_STOPPED: "ended",
    Action.STOP_HELD: "held",
    Action.STOP_FAILED: "refused",
}
"""Short, for a terminal of 80 columns."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents are listed."""

    job: str | None
    category: Category | None
    only_open: bool

    def takes(self, incident: Incident) -> bool:
        """Whether an incident is one of them, its job apart."""
        in_category = self.category is None or incident.diagnosis.category is self.category
        return in_category and (not self.only_open or standing(incident).is_open)


def list_incidents(wanted: Filter, *, stack: str, since_text: str, limit: int, as_json: bool) -> None:
    """Print incidents, newest first."""
    now = now_utc()
    start = since(since_text, now)
    with deployment(stack) as deployed:
        index, job = _index(deployed), wanted.job
        listing = index.of_job(job, start, limit, wanted.takes) if job else index.since(start, now, limit, wanted.takes)
    _print(listing, as_json=as_json)
    if not listing.complete:
        output.remark("There may be more: the listing was cut off. Narrow it by --since or --job, or ask Athena.")


def show_incident(*, stack: str, incident_id: str, as_json: bool) -> None:
    """Print one incident."""
    with deployment(stack) as deployed:
        incident = _index(deployed).get(incident_id)
    if incident is None:
        raise CliError(ExitCode.NEGATIVE, f"there is no incident {incident_id}")
    if as_json:
        output.print_json(incident.model_dump(mode="json"))
    else:
        output.print_facts([*facts_of(incident), ("", "")])
        output.print_links(links_shown(incident))


def _index(deployed: Deployment) -> IncidentIndex:
    return IncidentIndex(deployed.client("dynamodb"), deployed.output("IncidentsTableName"))


def _print(listing: Listing, *, as_json: bool) -> None:
    if as_json:
        output.print_json([incident.model_dump(mode="json") for incident in listing.incidents])
    elif listing.incidents:
        output.print_table(_COLUMNS, map(_row, listing.incidents), whole=_WHOLE, folded=True)
    else:
        output.remark("No incidents.")


def _row(incident: Incident) -> list[str]:
    about_trainstop = incident.trigger in {Trigger.BREAKER, Trigger.OPERATOR, Trigger.RETRY_COMPLETED}
    cause = incident.trigger if about_trainstop else incident.diagnosis.category
    by_hand = one_line(incident.operator.command) if incident.operator else ""
    why = f"{'drill: ' if incident.drill else ''}{by_hand or rule_name(incident) or cause.value}"
    return [
        f"{utc(incident.occurred_at):%m-%d %H:%M}",
        one_line(incident.job.name) or "(no name)",
        why,
        _DONE[incident.outcome.action],
        standing(incident).value,
        incident.incident_id,
    ]
