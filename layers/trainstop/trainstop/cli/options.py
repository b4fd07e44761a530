"""Options that several commands share."""

from typing import Annotated, Any

import typer

DEFAULT_STACK = "trainstop"


def flag(name: str, explanation: str) -> Any:  # noqa: ANN401 - typer's own return type
    """An option that takes no value, and shows none in the help."""
    return typer.Option(name, metavar="", help=explanation)


StackName = Annotated[
    str, typer.Option("--stack", envvar="TRAINSTOP_STACK", metavar="NAME", help="CloudFormation stack of trainstop.")
]
AsJson = Annotated[bool, flag("--json", "Print JSON, for machines.")]
JobName = Annotated[str, typer.Argument(metavar="JOB", help="The training job's name.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is recorded with your name.")]
