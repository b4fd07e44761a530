"""``trainstop ack``, ``resolve`` and ``note``: what people do about an incident, kept with it."""

from trainstop.adapters.handling import HandlingTable
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.app.find import NotFoundError
from trainstop.app.handle import Done, HandleDeps, NotHandledError, Wish, handle
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.caller import caller
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc
from trainstop.domain.handling import HandlingAction
from trainstop.render.story import title

_DONE = {
    HandlingAction.ACKNOWLEDGE: "is acknowledged",
    HandlingAction.RESOLVE: "is resolved",
    HandlingAction.NOTE: "has your note",
}


def handle_incident(action: HandlingAction, incident: str, text: str, *, stack: str, as_json: bool) -> None:
    """Add to an incident's handling, and print which incident it is.

    Raises:
        CliError: no incident is meant, or more than one, or it cannot take the entry.
    """
    with deployment(stack) as deployed:
        wish = Wish(action, incident, caller(deployed).principal_arn, text)
        try:
            done = handle(wish, _deps(deployed))
        except (NotFoundError, NotHandledError) as error:
            raise CliError(ExitCode.NEGATIVE, str(error)) from error
    if as_json:
        output.print_json(done.incident.model_dump(mode="json"))
    else:
        output.print_lines([_sentence(action, done)])


def _sentence(action: HandlingAction, done: Done) -> str:
    incident = done.incident
    job = f" of job {incident.job.name}" if incident.job.name else ""
    again = "" if done.is_new else ", as you said before"
    return f"{incident.incident_id} {_DONE[action]}{again}: {title(incident)}{job}"


def _deps(deployed: Deployment) -> HandleDeps:
    table = deployed.output("IncidentsTableName")
    return HandleDeps(
        known=IncidentIndex(deployed.client("dynamodb"), table),
        handled=HandlingTable(deployed.clients, table),
        clock=now_utc,
    )
