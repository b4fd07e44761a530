"""Who calls: the emulator gives every function the same key, so the session token names its role and session.

The simulator writes CloudTrail records from it. Form: `sandbox/ROLE/SESSION`.
"""

from collections.abc import Callable
from typing import Any

_PREFIX = "sandbox"


def token(role: str, session: str) -> str:
    """The session token of a role's session."""
    return f"{_PREFIX}/{role}/{session}"


def parse(session_token: str) -> tuple[str, str] | None:
    """The role and the session that a token names; None for another token."""
    parts = session_token.split("/")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == _PREFIX else None  # noqa: PLR2004 - the form above


def with_role(original: Callable[[dict[str, Any]], dict[str, str]]) -> Callable[[dict[str, Any]], dict[str, str]]:
    """The credentials of a function's worker, with the token of its execution role."""

    def credentials(config: dict[str, Any]) -> dict[str, str]:
        role = config.get("Role", "").rsplit("/", 1)[-1]
        return original(config) | {"AWS_SESSION_TOKEN": token(role, config.get("FunctionName", ""))}

    return credentials
