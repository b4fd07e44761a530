"""The interface of ``trainstop silence``."""

from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, Reason, StackName, flag
from trainstop.domain.category import Category

silence_app = typer.Typer(help="Alerts that are not told for a while.", no_args_is_help=True)


def _globs(about: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar="GLOB", help=f"{about}; may be repeated.")
    return option


@silence_app.command("add")
def add_silence(
    *,
    job: Annotated[list[str] | None, _globs("Jobs of this name")] = None,
    category: Annotated[
        list[Category] | None, typer.Option(metavar="CATEGORY", help="Failures of this category; may be repeated.")
    ] = None,
    trigger: Annotated[
        list[str] | None, typer.Option(metavar="TRIGGER", help="Findings of this trigger; may be repeated.")
    ] = None,
    rule: Annotated[list[str] | None, _globs("Debugger or profiler rules, or alarms")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="KEY=GLOB", help="Jobs with this tag; all that are given must match.")
    ] = None,
    role: Annotated[list[str] | None, _globs("Jobs with this execution role")] = None,
    instance_type: Annotated[list[str] | None, _globs("Jobs on this instance type")] = None,
    tuning_job: Annotated[list[str] | None, _globs("Jobs of this tuning job")] = None,
    pipeline: Annotated[list[str] | None, _globs("Jobs of this pipeline")] = None,
    lasts: Annotated[str | None, typer.Option("--for", metavar="SPAN", help="How long: 90m, 2h, 7d.")] = None,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="Until when, instead of --for.")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="WHEN", help="From when on; else from now.")] = None,
    weekly: Annotated[
        str | None, typer.Option(metavar="DAYS HH:MM-HH:MM", help='Only then, e.g. "sat,sun 22:00-06:00".')
    ] = None,
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Time zone of what has none, e.g. Europe/Berlin.")] = "UTC",
    reason: Reason,
    everything: Annotated[bool, flag("--all", "Silence all alerts; nothing else need be given.")] = False,
    including_critical: Annotated[
        bool, flag("--including-critical", "Alerts that are critical or about trainstop, too.")
    ] = False,
    dry_run: Annotated[bool, flag("--dry-run", "Set nothing; only say what it would have silenced.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Silence alerts for a while; jobs are stopped and incidents recorded as before."""
    from trainstop.cli import silence  # noqa: PLC0415 - boto3 is slow to import

    matcher = silence.matcher(
        tags=tag,
        job=job,
        category=category,
        trigger=trigger,
        rule=rule,
        role=role,
        instance_type=instance_type,
        tuning_job=tuning_job,
        pipeline=pipeline,
    )
    silence.add(
        matcher,
        silence.Span(lasts=lasts, until=until, start=start, weekly=weekly, zone=zone),
        reason=reason,
        everything=everything,
        including_critical=including_critical,
        dry_run=dry_run,
        stack=stack,
        as_json=as_json,
    )


@silence_app.command("list")
def list_silences(
    *,
    everything: Annotated[bool, flag("--all", "Those that are over, too.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """List silences, newest first."""
    from trainstop.cli import silence  # noqa: PLC0415 - boto3 is slow to import

    silence.list_all(everything=everything, stack=stack, as_json=as_json)


@silence_app.command("end")
def end_silence(
    silence_id: Annotated[str, typer.Argument(metavar="ID", help="The silence's id, e.g. s-12.")],
    *,
    reason: Reason,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """End a silence before its time."""
    from trainstop.cli import silence  # noqa: PLC0415 - boto3 is slow to import

    silence.end(silence_id, reason=reason, stack=stack, as_json=as_json)
