"""The interface of ``trainstop drill``."""

from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName, flag


def drill(
    *,
    scenario: Annotated[str, typer.Option(metavar="NAME", help="What goes wrong; see --list.")] = "gpu-out-of-memory",
    list_only: Annotated[bool, flag("--list", "Send nothing: list the scenarios.")] = False,
    owner: Annotated[str, typer.Option(metavar="NAME", help="The made-up job's tag owner, to try routes.")] = "",
    team: Annotated[str, typer.Option(metavar="NAME", help="The made-up job's tag team, to try routes.")] = "",
    quiet_channels: Annotated[
        str, typer.Option(metavar="CHANNELS", help="Tell nobody over these, e.g. email,sms.")
    ] = "",
    timeout_seconds: Annotated[
        float, typer.Option(min=1, max=900, metavar="SECONDS", help="How long it may take to come through.")
    ] = 120,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Send a made-up incident through the deployed stack, and see how far it comes."""
    from trainstop.cli import drill as drilling  # noqa: PLC0415 - boto3 is slow to import

    if list_only:
        drilling.list_scenarios(as_json=as_json)
        return
    order = drilling.Order(scenario, owner, team, quiet_channels, timeout_seconds)
    drilling.run(order, stack=stack, as_json=as_json)
