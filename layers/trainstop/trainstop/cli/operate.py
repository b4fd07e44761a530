"""``trainstop stop``, ``protect``, ``unprotect`` and ``breaker``: what a person does, on the record."""

from collections.abc import Iterable
from datetime import datetime

from trainstop.adapters.breakers import StopBreakers
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.adapters.silences import SilencesTable
from trainstop.adapters.table import IncidentsTable
from trainstop.app.act import describe_breaker
from trainstop.app.operate import Command, OperateDeps, Order, RefusedError, closing_incident, operate
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.policy import policy_store, state_of
from trainstop.cli.since import now_utc
from trainstop.domain.cost import price_table
from trainstop.domain.decision import Action
from trainstop.policy.silences import ActiveSilences, Silence
from trainstop.ports import SilencesUnreadableError, StopRefusedError

_DONE = {
    Command.STOP: "is stopping",
    Command.PROTECT: "is protected from stops by trainstop",
    Command.UNPROTECT: "is protected by its tag no more",
}


def order(
    command: Command, training_job_name: str, *, stack: str, reason: str, force: bool = False, as_json: bool
) -> None:
    """Carry out an order, and print the incident that records it.

    Raises:
        CliError: it cannot or should not be carried out, or SageMaker refuses it.
    """
    with deployment(stack) as deployed:
        wanted = Order(command, training_job_name, _principal(deployed), reason, force)
        try:
            incident = operate(wanted, _deps(deployed))
        except RefusedError as error:
            raise CliError(ExitCode.NEGATIVE, str(error)) from error
        except StopRefusedError as error:
            raise CliError(ExitCode.AWS, f"SageMaker does not stop {training_job_name}: {error}") from error
    if as_json:
        output.print_json(incident.model_dump(mode="json"))
        return
    done = "was stopping already" if incident.outcome.action is Action.ALREADY_STOPPED else _DONE[command]
    output.print_lines([f"{training_job_name} {done}; recorded as incident {incident.incident_id}"])


def show_breakers(*, stack: str, as_json: bool) -> None:
    """Print the open breakers."""
    with deployment(stack) as deployed:
        breakers = _breakers(deployed).all_open()
    if as_json:
        output.print_json(
            [
                {
                    "owner": breaker.limit.owner,
                    "stops_per_hour": breaker.limit.stops_per_hour,
                    "opened_at": breaker.opened_at.isoformat(),
                }
                for breaker in breakers
            ]
        )
    elif breakers:
        output.print_lines(f"OPEN: {describe_breaker(breaker)}" for breaker in breakers)
        output.remark("No stops until somebody closes it: trainstop breaker close --reason WHY")
    else:
        output.remark("No breaker is open.")


def close_breaker(*, stack: str, owner: str, reason: str, as_json: bool) -> None:
    """Close a breaker, so that trainstop stops jobs again.

    Raises:
        CliError: it is not open.
    """
    with deployment(stack) as deployed:
        now, identity = now_utc(), deployed.client("sts").get_caller_identity()
        closed = _breakers(deployed).close(owner, now, identity["Arn"], reason)
        if closed:
            record = closing_incident(
                owner,
                principal_arn=identity["Arn"],
                reason=reason,
                account=identity["Account"],
                region=deployed.stack.region,
                now=now,
            )
            IncidentsTable(deployed.clients, deployed.output("IncidentsTableName")).record(record)
    whose = f"of {owner} " if owner else ""
    if not closed:
        raise CliError(ExitCode.NEGATIVE, f"the breaker {whose}is not open")
    if as_json:
        output.print_json({"closed": True, "owner": owner})
    else:
        output.print_lines([f"the breaker {whose}is closed: trainstop stops jobs again, and counts from 0"])


def _breakers(deployed: Deployment) -> StopBreakers:
    return StopBreakers(deployed.clients, deployed.output("IncidentsTableName"))


def _deps(deployed: Deployment) -> OperateDeps:
    clients = deployed.clients
    return OperateDeps(
        jobs=SageMakerJobs(clients),
        incidents=IncidentsTable(clients, deployed.output("IncidentsTableName")),
        policy=state_of(policy_store(deployed).in_force()),
        silences=_active_silences(deployed),
        prices=price_table(),
        clock=now_utc,
    )


def _active_silences(deployed: Deployment) -> ActiveSilences:
    """None where they cannot be read: then the policy's alert goes out."""
    table = SilencesTable(deployed.clients, deployed.output("IncidentsTableName"))

    def active(moment: datetime) -> Iterable[Silence]:
        try:
            return table.active(moment)
        except SilencesUnreadableError as error:
            output.remark(f"The silences cannot be read ({error}): the alert goes out if the policy wants one.")
            return ()

    return active


def _principal(deployed: Deployment) -> str:
    return str(deployed.client("sts").get_caller_identity()["Arn"])
