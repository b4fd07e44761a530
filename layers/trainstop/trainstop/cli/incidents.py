"""``trainstop incidents``: what happened lately, and all about one incident."""

from trainstop.adapters.incident_index import IncidentIndex
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.show import facts_of, links_shown
from trainstop.cli.since import now_utc, since
from trainstop.domain.category import Category
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.ports import Listing
from trainstop.records.times import utc
from trainstop.render.story import rule_name
from trainstop.render.text import one_line

_COLUMNS = ("when (UTC)", "job", "why", "done", "incident")
_WHOLE = {"when (UTC)", "done", "incident"}


def list_incidents(
    *, stack: str, since_text: str, job: str | None, category: Category | None, limit: int, as_json: bool
) -> None:
    """Print incidents, newest first."""
    now = now_utc()
    start = since(since_text, now)
    with deployment(stack) as deployed:
        index = _index(deployed)

        def wanted(incident: Incident) -> bool:
            return category is None or incident.diagnosis.category is category

        listing = index.of_job(job, start, limit, wanted) if job else index.since(start, now, limit, wanted)
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
        output.print_table(_COLUMNS, map(_row, listing.incidents), whole=_WHOLE)
    else:
        output.remark("No incidents.")


def _row(incident: Incident) -> list[str]:
    about_trainstop = incident.trigger in {Trigger.BREAKER, Trigger.OPERATOR, Trigger.RETRY_COMPLETED}
    cause = incident.trigger if about_trainstop else incident.diagnosis.category
    why = f"{'drill: ' if incident.drill else ''}{rule_name(incident) or cause.value}"
    done = incident.outcome.action.value.replace("none", "-")
    return [
        f"{utc(incident.occurred_at):%m-%d %H:%M}",
        one_line(incident.job.name) or "(no name)",
        why,
        done,
        incident.incident_id,
    ]
