"""``trainstop webhook``: register receivers, see how deliveries go, rotate secrets, try."""

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from trainstop.adapters.webhooks import ParameterStoreSecrets, TooManyWebhooksError, WebhooksTable
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc
from trainstop.domain.change import Change
from trainstop.domain.decision import Audience, Severity
from trainstop.domain.delivery import Answer
from trainstop.domain.redaction import presentable
from trainstop.domain.signature import SigningSecrets
from trainstop.domain.webhook import Webhook, WebhookState, is_webhook_id, url_fault

_SECRET_BYTES = 32
_COLUMNS = ("id", "address", "takes", "last delivery (UTC)", "state")
_SHOWN_URL = 200


def add(
    url: str,
    *,
    stack: str,
    severities: Sequence[Severity],
    audiences: Sequence[Audience],
    changes: Sequence[Change],
    as_json: bool,
) -> None:
    """Register a webhook and print its secret.

    Raises:
        CliError: the address cannot be one, or there are too many.
    """
    with deployment(stack) as deployed:
        fault = url_fault(url, allow_http=deployed.output("HttpWebhooksAllowed") == "true")
        if fault is not None:
            raise CliError(ExitCode.USAGE, f"the address: {fault}")
        webhook = Webhook(
            webhook_id=secrets.token_hex(4),
            url=url,
            severities=tuple(dict.fromkeys(severities)),
            audiences=tuple(dict.fromkeys(audiences)),
            changes=tuple(dict.fromkeys(changes)),
            created_at=now_utc(),
            created_by=str(deployed.client("sts").get_caller_identity()["Arn"]),
        )
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        # The secret first: a webhook that is registered can be delivered to at once.
        _secrets(deployed).save(webhook.webhook_id, SigningSecrets(current=secret))
        try:
            _registry(deployed).add(webhook)
        except TooManyWebhooksError as error:
            _secrets(deployed).delete(webhook.webhook_id)
            raise CliError(ExitCode.NEGATIVE, str(error)) from error
    _print_secret(webhook.webhook_id, secret, f"registered; it takes {_takes(webhook)}", as_json=as_json)


def list_all(*, stack: str, as_json: bool) -> None:
    """Print the webhooks and how deliveries to them go."""
    with deployment(stack) as deployed:
        registered = _registry(deployed).with_states()
    if as_json:
        output.print_json(
            [webhook.model_dump(mode="json") | state.model_dump(mode="json") for webhook, state in registered]
        )
    elif registered:
        output.print_table(_COLUMNS, (_row(*each) for each in registered), whole={"id", "last delivery (UTC)"})
    else:
        output.remark("No webhook is registered.")


def rotate(webhook_id: str, *, stack: str, overlap_hours: int, as_json: bool) -> None:
    """Print a new secret; the present one signs beside it for a while.

    Raises:
        CliError: there is no such webhook.
    """
    with deployment(stack) as deployed:
        _registered(webhook_id, deployed)
        store, secret = _secrets(deployed), secrets.token_urlsafe(_SECRET_BYTES)
        present = store.load(webhook_id)
        renewed = SigningSecrets(current=secret)
        if present is not None and overlap_hours:
            renewed = present.rotated(secret, now_utc(), timedelta(hours=overlap_hours))
        store.save(webhook_id, renewed)
    until = f"{renewed.previous_until:%Y-%m-%d %H:%M} UTC" if renewed.previous_until else None
    overlap = f"the old secret signs beside it until {until}" if until else "the old secret signs no more"
    _print_secret(webhook_id, secret, f"has a new secret; {overlap}", as_json=as_json)


def remove(webhook_id: str, *, stack: str, as_json: bool) -> None:
    """Take a webhook out. What is on its way to it is dropped.

    Raises:
        CliError: there is no such webhook.
    """
    with deployment(stack) as deployed:
        # The registry first: what has no secret any more must not be delivered to.
        known = is_webhook_id(webhook_id)
        registered = known and _registry(deployed).remove(webhook_id)
        had_secret = known and _secrets(deployed).delete(webhook_id)
    if not (registered or had_secret):
        raise _unknown(webhook_id)
    if as_json:
        output.print_json({"removed": webhook_id})
    else:
        output.print_lines([f"webhook {webhook_id} is removed"])


def ping(webhook_id: str, *, stack: str, as_json: bool) -> None:
    """Let the stack itself deliver a signed ping, and print what the receiver answered.

    Raises:
        CliError: there is no such webhook, or the receiver did not take it.
    """
    with deployment(stack) as deployed:
        _registered(webhook_id, deployed)
        answer = _ping(webhook_id, deployed)
    if as_json:
        output.print_json(
            {"status": answer.status, "result": answer.result, "answer": answer.text, "seconds": answer.seconds}
        )
    else:
        output.print_lines([f"{answer.result} after {answer.seconds:.2f} s{f': {answer.text}' if answer.text else ''}"])
    if not answer.is_success:
        raise CliError(ExitCode.NEGATIVE, f"webhook {webhook_id} did not take the ping")


def _ping(webhook_id: str, deployed: Deployment) -> Answer:
    payload = json.dumps({"ping": webhook_id})
    invoked = deployed.client("lambda").invoke(FunctionName=deployed.output("WebhookFunctionName"), Payload=payload)
    told: Any = json.loads(invoked["Payload"].read())
    if "FunctionError" in invoked:
        raise CliError(ExitCode.AWS, f"the function failed: {told.get('errorMessage')}")
    return Answer(**told)


def _registered(webhook_id: str, deployed: Deployment) -> Webhook:
    found = (each for each in _registry(deployed).all() if each.webhook_id == webhook_id)
    webhook = next(found, None)
    if webhook is None:
        raise _unknown(webhook_id)
    return webhook


def _unknown(webhook_id: str) -> CliError:
    return CliError(ExitCode.NEGATIVE, f"no webhook {webhook_id}: trainstop webhook list shows them")


def _registry(deployed: Deployment) -> WebhooksTable:
    return WebhooksTable(deployed.clients, deployed.output("IncidentsTableName"))


def _secrets(deployed: Deployment) -> ParameterStoreSecrets:
    return ParameterStoreSecrets(deployed.clients, deployed.output("WebhookSecretsPath"))


def _print_secret(webhook_id: str, secret: str, what: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"webhook_id": webhook_id, "secret": secret})
        return
    output.print_lines([f"webhook {webhook_id} {what}", f"secret: {secret}"])
    output.remark("Keep the secret now: it is not shown again.")


def _row(webhook: Webhook, state: WebhookState) -> list[str]:
    last = f"{state.last_at:%m-%d %H:%M} {state.last_result}" if state.last_at else "-"
    failing = f"FAILING since {state.failing_since:%m-%d %H:%M}" if state.failing_since else "ok"
    address = presentable(webhook.url, _SHOWN_URL).text
    return [webhook.webhook_id, address, _takes(webhook), last, failing if state.last_at else "not tried yet"]


def _takes(webhook: Webhook) -> str:
    filters = {"severity": webhook.severities, "audience": webhook.audiences, "change": webhook.changes}
    return "; ".join(f"{name} {', '.join(values)}" for name, values in filters.items() if values) or "everything"
