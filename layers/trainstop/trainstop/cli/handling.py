"""The interface of what people do about an incident: ``trainstop ack``, ``resolve`` and ``note``."""

from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName

IncidentName = Annotated[
    str,
    typer.Argument(metavar="INCIDENT", help="The incident's id, the beginning of it, or a job with one open incident."),
]


def acknowledge(
    incident: IncidentName,
    *,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What you are going to do.")] = "",
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Say that you look after an incident."""
    from trainstop.cli import handle  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.domain.handling import HandlingAction  # noqa: PLC0415 - pydantic is slow to import

    handle.handle_incident(HandlingAction.ACKNOWLEDGE, incident, note, stack=stack, as_json=as_json)


def resolve(
    incident: IncidentName,
    *,
    note: Annotated[str, typer.Option(metavar="TEXT", help="How it ended; told when the same fault comes back.")],
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Say how an incident ended."""
    from trainstop.cli import handle  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.domain.handling import HandlingAction  # noqa: PLC0415 - pydantic is slow to import

    handle.handle_incident(HandlingAction.RESOLVE, incident, note, stack=stack, as_json=as_json)


def note(
    incident: IncidentName,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What others should know.")],
    *,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Leave a note at an incident."""
    from trainstop.cli import handle  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.domain.handling import HandlingAction  # noqa: PLC0415 - pydantic is slow to import

    handle.handle_incident(HandlingAction.NOTE, incident, text, stack=stack, as_json=as_json)
