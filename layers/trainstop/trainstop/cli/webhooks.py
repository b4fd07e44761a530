"""The interface of ``trainstop webhook``."""

from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName
from trainstop.domain.change import Change
from trainstop.domain.decision import Audience, Severity

webhook_app = typer.Typer(help="Signed requests to your own services.", no_args_is_help=True)

WebhookId = Annotated[str, typer.Argument(metavar="ID", help="The webhook's id.")]


@webhook_app.command("add")
def add_webhook(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to POST to; https.")],
    *,
    severity: Annotated[
        list[Severity] | None,
        typer.Option("--severity", metavar="SEVERITY", help="Only incidents of this severity; may be repeated."),
    ] = None,
    audience: Annotated[
        list[Audience] | None,
        typer.Option("--audience", metavar="AUDIENCE", help="Only alerts for this audience; may be repeated."),
    ] = None,
    change: Annotated[
        list[Change] | None,
        typer.Option("--change", metavar="CHANGE", help="Only this change, e.g. told; may be repeated."),
    ] = None,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Register a webhook, and print its secret, once."""
    from trainstop.cli import webhook  # noqa: PLC0415 - boto3 is slow to import

    webhook.add(
        url, stack=stack, severities=severity or [], audiences=audience or [], changes=change or [], as_json=as_json
    )


@webhook_app.command("list")
def list_webhooks(*, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """List the webhooks, and how deliveries to them go."""
    from trainstop.cli import webhook  # noqa: PLC0415 - boto3 is slow to import

    webhook.list_all(stack=stack, as_json=as_json)


@webhook_app.command("rotate")
def rotate_secret(
    webhook_id: WebhookId,
    *,
    overlap_hours: Annotated[
        int, typer.Option("--overlap-hours", min=0, max=168, metavar="N", help="The old secret signs so long, too.")
    ] = 24,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Give a webhook a new secret, and print it, once."""
    from trainstop.cli import webhook  # noqa: PLC0415 - boto3 is slow to import

    webhook.rotate(webhook_id, stack=stack, overlap_hours=overlap_hours, as_json=as_json)


@webhook_app.command("remove")
def remove_webhook(webhook_id: WebhookId, *, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Take a webhook out, and delete its secret."""
    from trainstop.cli import webhook  # noqa: PLC0415 - boto3 is slow to import

    webhook.remove(webhook_id, stack=stack, as_json=as_json)


@webhook_app.command("test")
def ping_webhook(webhook_id: WebhookId, *, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Let the stack deliver a signed ping, and show the answer."""
    from trainstop.cli import webhook  # noqa: PLC0415 - boto3 is slow to import

    webhook.ping(webhook_id, stack=stack, as_json=as_json)
