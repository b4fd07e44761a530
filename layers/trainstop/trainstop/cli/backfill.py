"""``trainstop backfill``: incidents of jobs that ended before trainstop was deployed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from trainstop.adapters.backfill import SECONDS_BETWEEN_LISTS, BackfillTable, PacedJobs
from trainstop.adapters.clients import Clients, patient_client
from trainstop.adapters.families import FamiliesTable
from trainstop.adapters.logs import CloudWatchLogs
from trainstop.adapters.sagemaker import SageMakerJobList
from trainstop.adapters.stack import find_stack_description
from trainstop.adapters.table import IncidentsTable
from trainstop.app.backfill import BackfillDeps, Order, Step, TooManyUnreadError, backfill
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc, since
from trainstop.domain.backfill import Backfilled
from trainstop.domain.cost import price_table
from trainstop.records.times import utc

_MINUTES = "%Y-%m-%d %H:%M"
_SHOWN_UNREAD = 20


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for; moments as given, ``until`` "" for the stack's creation."""

    since: str
    until: str = ""
    failed_only: bool = False
    dry_run: bool = False
    restart: bool = False
    limit: int | None = None


class _Patient:
    """Gives the patient client of a service as an attribute."""

    def __getattr__(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
        return patient_client(service)


def run(request: Request, *, stack: str, as_json: bool) -> None:
    """Backfill, show how far it is, and print what became of it.

    Raises:
        CliError: the order cannot be right, AWS refuses, somebody interrupted it, or jobs could not be described.
    """
    with deployment(stack) as deployed:
        order = _order(request, deployed)
        step, interrupted = Step(order.until, Backfilled.beginning(order.until)), False
        with _shown(order) as show:
            try:
                for step in backfill(order, _deps(order, deployed)):
                    show(step)
            except KeyboardInterrupt:
                interrupted = True
            except TooManyUnreadError as error:
                raise CliError(ExitCode.AWS, str(error)) from error
        _print(order, step.backfilled, as_json=as_json)
    if interrupted:
        raise CliError(ExitCode.NEGATIVE, f"interrupted; the same command goes on from {_noted(order, step)}")
    if step.backfilled.reached > order.since:
        output.remark(f"ended by --limit; the same command goes on from {_noted(order, step)}")
    if step.backfilled.unread:
        count = len(step.backfilled.unread)
        raise CliError(ExitCode.NEGATIVE, f"{count} jobs could not be described; the same command tries them once more")


def _order(request: Request, deployed: Deployment) -> Order:
    now = now_utc()
    description = find_stack_description(deployed.client("cloudformation"), deployed.stack.name)
    deployed_at = utc(description["CreationTime"])
    until = since(request.until, now, option="--until") if request.until else deployed_at
    begin = since(request.since, now)
    if begin >= until:
        hint = "give an earlier --since" if request.until else "give an earlier --since, or --until"
        raise CliError(ExitCode.USAGE, f"nothing lies between {begin:{_MINUTES}} and {until:{_MINUTES}} UTC: {hint}")
    if until > deployed_at and not request.dry_run:
        deployed_text = f"{deployed_at:{_MINUTES}} UTC"
        output.remark(f"trainstop was deployed at {deployed_text}: what it missed since then is told to nobody either")
    return Order(
        since=begin,
        until=until,
        completed=not request.failed_only,
        dry_run=request.dry_run,
        restart=request.restart,
        limit=request.limit,
    )


def _deps(order: Order, deployed: Deployment) -> BackfillDeps:
    table, clients = deployed.output("IncidentsTableName"), cast("Clients", _Patient())
    return BackfillDeps(
        job_list=SageMakerJobList(clients, time.sleep, SECONDS_BETWEEN_LISTS),
        jobs=PacedJobs(clients, time.monotonic, time.sleep),
        logs=CloudWatchLogs(clients),
        incidents=IncidentsTable(clients, table),
        families=FamiliesTable(clients, table),
        state=BackfillTable(clients, table, completed=order.completed, now=now_utc),
        prices=price_table(),
        clock=now_utc,
    )


@contextmanager
def _shown(order: Order) -> Iterator[Callable[[Step], None]]:
    """Shows steps: as a bar on a terminal, else as a line for each day; both on standard error."""
    console = output.passing()
    if not console.is_terminal:
        yield _line
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("listing", total=(order.until - order.since).total_seconds())

        def show(step: Step) -> None:
            covered = (order.until - step.at).total_seconds()
            progress.update(bar, completed=covered, description=f"{step.at:%Y-%m-%d}  {_counted(step.backfilled)}")

        yield show


def _line(step: Step) -> None:
    if step.slice_ended:
        output.remark(f"{step.at:%Y-%m-%d}: {_counted(step.backfilled)}")


def _counted(backfilled: Backfilled) -> str:
    return f"{backfilled.tally.listed_count} jobs, {backfilled.tally.recorded_count} incidents"


def _noted(order: Order, step: Step) -> str:
    reached = order.until if order.dry_run else step.backfilled.reached
    return f"{reached:{_MINUTES}} UTC"


def _print(order: Order, backfilled: Backfilled, *, as_json: bool) -> None:
    if as_json:
        shown = backfilled.model_dump(mode="json") | {"since": order.since.isoformat(), "dry_run": order.dry_run}
        output.print_json(shown)
        return
    output.print_facts(_facts(order, backfilled))


def _facts(order: Order, backfilled: Backfilled) -> Iterator[tuple[str, str]]:
    tally = backfilled.tally
    until = f"{order.until:{_MINUTES}} UTC"
    yield "Looked at", f"{max(backfilled.reached, order.since):{_MINUTES}} to {until}, of {order.since:{_MINUTES}} on"
    yield "Jobs", f"{tally.listed_count} listed, {tally.completed_count} of them completed"
    if order.dry_run:
        yield "Would record", f"{tally.recorded_count} incidents, and those of rules; {tally.known_count} are there"
        return
    yield "Recorded", f"{tally.recorded_count} incidents; {tally.known_count} were there before"
    yield "Without log", f"{tally.without_log_count} jobs: explained by SageMaker's reason alone"
    if order.completed:
        yield "Good runs", f"{tally.good_run_count} kept"
    unknown = f", and {tally.unknown_cost_count} jobs of unknown cost" if tally.unknown_cost_count else ""
    yield "Lost", f"{tally.lost_usd} USD by jobs that failed or ran into a limit{unknown}"
    if tally.gone_count:
        yield "Gone", f"{tally.gone_count} jobs that SageMaker does not know any more"
    for number, each in enumerate(backfilled.unread[:_SHOWN_UNREAD]):
        yield ("" if number else "Not described"), f"{each.training_job_name}: {each.reason}"
    if len(backfilled.unread) > _SHOWN_UNREAD:
        yield "", f"and {len(backfilled.unread) - _SHOWN_UNREAD} more; --json names all"
