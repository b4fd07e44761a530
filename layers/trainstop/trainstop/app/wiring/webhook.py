"""The adapters behind the ports of webhook, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.clients import Clients
from trainstop.adapters.messaging import SqsDeadLetters
from trainstop.adapters.webhook_post import HttpPost
from trainstop.adapters.webhooks import ParameterStoreSecrets, SqsWebhookQueue, WebhooksTable
from trainstop.app.clock import utc_now
from trainstop.app.settings import WebhookSettings
from trainstop.app.webhook import WebhookDeps


@cache
def webhook_deps() -> WebhookDeps:
    """The world of webhook."""
    settings = WebhookSettings.from_environment(os.environ)
    clients = Clients()
    return WebhookDeps(
        webhooks=WebhooksTable(clients, settings.table),
        secrets=ParameterStoreSecrets(clients, settings.secrets_path),
        poster=HttpPost(),
        queue=SqsWebhookQueue(clients, settings.webhook_queue_url),
        dead_letters=SqsDeadLetters(clients, settings.dead_letter_queue_url),
        clock=utc_now,
        allow_http=settings.allow_http,
    )
