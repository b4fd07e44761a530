"""Options that several commands share."""

from typing import Annotated

import typer

StackName = Annotated[
    str, typer.Option("--stack", envvar="TRAINSTOP_STACK", metavar="NAME", help="CloudFormation stack of trainstop.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]

DEFAULT_STACK = "trainstop"
