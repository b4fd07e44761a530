"""The interface of ``trainstop doctor``."""

from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName, flag

_CHECK = "CHECK"


def doctor(
    *,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar=_CHECK, help="Make this check alone; may be repeated.")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", metavar=_CHECK, help="Leave this check out; may be repeated.")
    ] = None,
    strict: Annotated[
        bool, flag("--strict", "Exit with 1 for warnings and for what could not be checked, too.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(min=1, max=600, metavar="SECONDS", help="A check that takes longer could not be made.")
    ] = 30,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Check a deployment: what is wrong, why it matters, what to do. Exit code 1 where something is broken."""
    from trainstop.cli import health  # noqa: PLC0415 - boto3 is slow to import

    health.check_health(stack=stack, only=only or [], skip=skip or [], strict=strict, timeout=timeout, as_json=as_json)
