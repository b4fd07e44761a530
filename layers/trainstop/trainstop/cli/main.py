"""The interface of ``trainstop``: its commands and their options. What they do is in the modules they call.

The commands on policies are in ``policies``; those by which a person acts in ``by_hand``, ``handling`` and
``silences``; those on who is told in ``people``.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from trainstop.cli.archive import archive_app
from trainstop.cli.backfilling import backfill
from trainstop.cli.by_hand import breaker_app, protect_job, stop_job, unprotect_job
from trainstop.cli.doctor import doctor
from trainstop.cli.drills import drill
from trainstop.cli.exits import CliError
from trainstop.cli.handling import acknowledge, note, resolve
from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName, flag
from trainstop.cli.people import subscribe, subscriptions, unsubscribe
from trainstop.cli.policies import policy_app, trial_app
from trainstop.cli.silences import silence_app
from trainstop.cli.webhooks import webhook_app
from trainstop.domain.category import Category


class _Commands(TyperGroup):
    """Turns what a command cannot do into one line and an exit code; faults of trainstop itself stay tracebacks."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer's own click types
        try:
            return super().invoke(ctx)
        except CliError as error:
            from trainstop.cli.output import remark  # noqa: PLC0415 - rich is slow to import

            remark(f"trainstop: {error}")
            raise typer.Exit(error.code) from error


app = typer.Typer(
    cls=_Commands,
    help="Know, stop and explain failed Amazon SageMaker training jobs.",
    epilog="Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 trouble with AWS."
    " AWS is found by its usual variables.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
incidents_app = typer.Typer(help="Look at incidents.", no_args_is_help=True)
app.add_typer(incidents_app, name="incidents")
app.add_typer(policy_app, name="policy")
app.add_typer(trial_app, name="trial")
app.add_typer(breaker_app, name="breaker")
app.add_typer(webhook_app, name="webhook")
app.command("doctor")(doctor)
app.command("stop")(stop_job)
app.command("protect")(protect_job)
app.command("unprotect")(unprotect_job)
app.command("subscribe")(subscribe)
app.command("unsubscribe")(unsubscribe)
app.command("subscriptions")(subscriptions)
app.command("drill")(drill)
app.command("backfill")(backfill)
app.add_typer(silence_app, name="silence")
app.command("ack")(acknowledge)
app.command("resolve")(resolve)
app.command("note")(note)
app.add_typer(archive_app, name="archive")


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback takes the value alone
    if wanted:
        typer.echo(version("trainstop"))
        raise typer.Exit


@app.callback()
def _trainstop(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", metavar="", callback=_show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    del show_version


@incidents_app.command("list")
def list_incidents(
    *,
    since: Annotated[str, typer.Option(metavar="WHEN", help="From when on: 90m, 24h, 7d, a date, or a time.")] = "7d",
    job: Annotated[str | None, typer.Option(metavar="NAME", help="Only this training job.")] = None,
    category: Annotated[
        Category | None, typer.Option(metavar="CATEGORY", help="Only this category, e.g. gpu_out_of_memory.")
    ] = None,
    only_open: Annotated[bool, flag("--open", "Only what nobody has resolved yet.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="At most so many.")] = 50,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """List incidents, newest first."""
    from trainstop.cli import incidents  # noqa: PLC0415 - boto3 is slow to import

    wanted = incidents.Filter(job=job, category=category, only_open=only_open)
    incidents.list_incidents(wanted, stack=stack, since_text=since, limit=limit, as_json=as_json)


@incidents_app.command("show")
def show_incident(
    incident_id: Annotated[str, typer.Argument(metavar="ID", help="The incident's id.")],
    *,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show all about one incident."""
    from trainstop.cli import incidents  # noqa: PLC0415 - boto3 is slow to import

    incidents.show_incident(stack=stack, incident_id=incident_id, as_json=as_json)


@app.command("query")
def query(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Which query; without it all are listed.")] = None,
    *,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter; may be repeated.")
    ] = None,
    list_only: Annotated[
        bool,
        flag("--list", "Ask nothing: list the queries, or explain the one that is named."),
    ] = False,
    as_csv: Annotated[bool, flag("--csv", "Print CSV.")] = False,
    max_rows: Annotated[
        int, typer.Option(min=1, max=1_000_000, metavar="N", help="Print at most so many rows.")
    ] = 1000,
    timeout: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="Cancel the query if it takes longer.")
    ] = 300,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Ask Athena one of the questions that come with trainstop."""
    from trainstop.cli import query as queries  # noqa: PLC0415 - boto3 is slow to import

    if name is None:
        queries.list_queries(as_json=as_json)
    elif list_only:
        queries.describe_query(name, as_json=as_json)
    else:
        queries.run_query(
            name, param or [], stack=stack, timeout=timeout, max_rows=max_rows, as_json=as_json, as_csv=as_csv
        )


@app.command("report")
def report(
    *,
    days: Annotated[int, typer.Option(min=1, max=400, metavar="N", help="Of so many days, today included.")] = 7,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Instead of --days: from when on: 24h, 7d, a date, or a time.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="Up to when; else up to now.")] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the page is written.")] = Path("report.html"),
    force: Annotated[bool, flag("--force", "Write over a file that is there.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Make one HTML page of what failed, why, what it cost, what was stopped, and how fast."""
    from trainstop.cli import report as reporting  # noqa: PLC0415 - boto3 and DuckDB are slow to import

    reporting.report(days=days, since_text=since, until_text=until, out=out, force=force, stack=stack, as_json=as_json)


@app.command("classify")
def classify(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE|JOB_NAME",
            help="The end of a job's log (- for standard input), or a training job in your account.",
        ),
    ] = None,
    *,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="DescribeTrainingJob's FailureReason.")] = None,
    secondary_status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="DescribeTrainingJob's SecondaryStatus.")
    ] = None,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl", metavar="", help="Read and write one JSON object a line (docs/cli.md names the fields)."
        ),
    ] = False,
    explained: Annotated[bool, flag("--explain", "Show what was found, and what the cause was chosen among.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say why a training job failed, from its log and reason, or from the live job with your own credentials."""
    from trainstop.cli import classify as classifying  # noqa: PLC0415 - the signatures are slow to compile

    if jsonl:
        classifying.classify_lines(Path(subject) if subject else None)
    elif subject and reason is None and classifying.is_job_name(subject):
        from trainstop.cli import live  # noqa: PLC0415 - boto3 is slow to import

        live.classify_job(subject, as_json=as_json, explained=explained)
    else:
        log = Path(subject) if subject else None
        classifying.classify_one(
            log=log, reason=reason, secondary_status=secondary_status, as_json=as_json, explained=explained
        )


@app.command("replay")
def replay(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Events: one a file, a list, or one a line; - for standard input."),
    ] = None,
    *,
    dead_letters: Annotated[
        bool,
        typer.Option(
            "--dead-letters", metavar="", help="Replay what failed for good, and take it out of the dead-letter queues."
        ),
    ] = False,
    limit: Annotated[
        int, typer.Option(min=1, metavar="N", help="With --dead-letters: at most so many of each queue.")
    ] = 1000,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Send events through trainstop once more; what is known already stays as it is."""
    from trainstop.cli import redrive  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.cli import replay as replaying  # noqa: PLC0415 - boto3 is slow to import

    if bool(files) == dead_letters:
        raise typer.BadParameter("give FILES, or --dead-letters")
    if dead_letters:
        redrive.replay_dead_letters(stack=stack, limit=limit, as_json=as_json)
    else:
        replaying.replay_files(files or [], stack=stack, as_json=as_json)


def run() -> None:
    """The entry point."""
    app()
