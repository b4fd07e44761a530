"""Signatures of webhook deliveries: HMAC-SHA256 over the time and the body (docs/webhooks.md).

Of ``<timestamp>.<body>``, so that a body cannot be sent again under another time.
"""

import hmac
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from trainstop.domain.base import Frozen

VERSION = "v1"


class SigningSecrets(Frozen):
    """The secret of a webhook, and for a while the one before it.

    Attributes:
        previous_until: The previous secret signs until then; None where there is none.
    """

    current: str
    previous: str | None = None
    previous_until: AwareDatetime | None = None

    def valid_at(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now, the newest first."""
        overlaps = self.previous is not None and self.previous_until is not None and now < self.previous_until
        return (self.current, self.previous) if overlaps and self.previous else (self.current,)

    def rotated(self, secret: str, now: datetime, overlap: timedelta) -> "SigningSecrets":
        """With a new secret; the present one signs beside it for the time ``overlap``."""
        return SigningSecrets(current=secret, previous=self.current, previous_until=now + overlap)


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """``v1=<64 hexadecimal digits>``; ``timestamp`` is in whole seconds since 1970."""
    return f"{VERSION}={hmac.new(secret.encode(), b'%d.' % timestamp + body, 'sha256').hexdigest()}"


def signature_header(secrets: tuple[str, ...], timestamp: int, body: bytes) -> str:
    """A signature by each secret, with commas between them."""
    return ",".join(signature(secret, timestamp, body) for secret in secrets)
