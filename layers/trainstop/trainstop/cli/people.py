"""The interface of ``trainstop subscribe``, ``unsubscribe`` and ``subscriptions``."""

from enum import StrEnum
from typing import Annotated, Literal

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName, flag
from trainstop.domain.category import Category

# The domain's enumerations stand beside models that are slow to import.
Way = Literal["email", "sms"]
Audience = Literal["platform", "team", "owner"]


class Severity(StrEnum):
    """The domain's, here so that typer takes a list of them."""

    INFO = "info"
    WARNING = "warning"
    HIGH = "high"
    CRITICAL = "critical"


def subscribe(
    way: Annotated[Way, typer.Argument(metavar="WAY", help="email or sms.")],
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A mailbox, or a number such as +15550100123.")],
    *,
    audience: Annotated[
        Audience, typer.Option(metavar="AUDIENCE", help="Whose alerts: platform, team or owner.")
    ] = "platform",
    team: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only jobs of this team; may be repeated.")
    ] = None,
    owner: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only jobs of this owner; may be repeated.")
    ] = None,
    everything: Annotated[
        bool, flag("--all", "With --audience team or owner: the alerts of every team or owner.")
    ] = False,
    severity: Annotated[
        list[Severity] | None, typer.Option(metavar="SEVERITY", help="Only this severity; may be repeated.")
    ] = None,
    at_least: Annotated[
        Severity | None, typer.Option("--at-least", metavar="SEVERITY", help="Only this severity and above.")
    ] = None,
    category: Annotated[
        list[Category] | None, typer.Option(metavar="CATEGORY", help="Only this category; may be repeated.")
    ] = None,
    job: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Only jobs of this name: NAME, 'PREFIX*' or '*SUFFIX'; may be repeated."),
    ] = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="What the listing calls it, e.g. night shift.")] = "",
    preview: Annotated[bool, flag("--preview", "Only show what it would have received; subscribe nobody.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Tell somebody of alerts by e-mail or SMS, or change what somebody is told of."""
    from trainstop.cli import subscribing  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.domain import decision as domain  # noqa: PLC0415 - pydantic is slow to import
    from trainstop.domain.job_actions import Protocol  # noqa: PLC0415 - pydantic is slow to import

    wanted = subscribing.Wanted(
        way=Protocol(way),
        address=address,
        audience=domain.Audience(audience),
        teams=tuple(team or ()),
        owners=tuple(owner or ()),
        everything=everything,
        severities=tuple(domain.Severity(each) for each in severity or ()),
        at_least=domain.Severity(at_least) if at_least else None,
        categories=tuple(category or ()),
        jobs=tuple(job or ()),
    )
    if preview:
        subscribing.show_preview(wanted, stack=stack, as_json=as_json)
    else:
        subscribing.subscribe(wanted, name, stack=stack, as_json=as_json)


def unsubscribe(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The mailbox, the number, or any other endpoint.")],
    *,
    audience: Annotated[
        Audience | None, typer.Option(metavar="AUDIENCE", help="Only from the alerts of this audience.")
    ] = None,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Tell somebody no more."""
    from trainstop.cli import subscribing  # noqa: PLC0415 - boto3 is slow to import
    from trainstop.domain import decision as domain  # noqa: PLC0415 - pydantic is slow to import

    wanted = domain.Audience(audience) if audience else None
    subscribing.unsubscribe(address, wanted, stack=stack, as_json=as_json)


def subscriptions(
    *,
    check: Annotated[bool, flag("--check", "Exit with 1 if something is unconfirmed or fails.")] = False,
    resend: Annotated[bool, flag("--resend", "Ask those again who have not confirmed.")] = False,
    resync: Annotated[bool, flag("--sync", "Read anew who listens for which owners and teams.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show who is told what, who has not confirmed, and what is not delivered."""
    from trainstop.cli import subscriptions as listing  # noqa: PLC0415 - boto3 is slow to import

    listing.show(check=check, resend=resend, resync=resync, stack=stack, as_json=as_json)
