"""The interface of what a person does by hand: ``trainstop stop``, ``protect``, ``unprotect`` and ``breaker``."""

from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, JobName, Reason, StackName, flag

breaker_app = typer.Typer(help="The breakers that hold stops.", no_args_is_help=True)


@breaker_app.command("show")
def show_breakers(*, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Show which breakers are open."""
    from trainstop.cli import operate  # noqa: PLC0415 - boto3 is slow to import

    operate.show_breakers(stack=stack, as_json=as_json)


@breaker_app.command("close")
def close_breaker(
    *,
    owner: Annotated[str, typer.Option(metavar="NAME", help="The breaker of this owner's jobs.")] = "",
    reason: Reason,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Close a breaker, so that trainstop stops jobs again."""
    from trainstop.cli import operate  # noqa: PLC0415 - boto3 is slow to import

    operate.close_breaker(stack=stack, owner=owner, reason=reason, as_json=as_json)


def stop_job(
    job: JobName,
    *,
    reason: Reason,
    force: Annotated[bool, flag("--force", "Stop it even if the policy protects it.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Stop a training job, and record who did it and why."""
    from trainstop.app.operate import Command  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.cli import operate  # noqa: PLC0415 - boto3 is slow to import

    operate.order(Command.STOP, job, stack=stack, reason=reason, force=force, as_json=as_json)


def protect_job(job: JobName, *, reason: Reason, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Tag a training job so that trainstop never stops it."""
    from trainstop.app.operate import Command  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.cli import operate  # noqa: PLC0415 - boto3 is slow to import

    operate.order(Command.PROTECT, job, stack=stack, reason=reason, as_json=as_json)


def unprotect_job(job: JobName, *, reason: Reason, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Take the tag off that protects a training job."""
    from trainstop.app.operate import Command  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.cli import operate  # noqa: PLC0415 - boto3 is slow to import

    operate.order(Command.UNPROTECT, job, stack=stack, reason=reason, as_json=as_json)
