"""The policy in force: AppConfig's newest configuration, or the last one that was valid."""

import hashlib
from functools import cached_property
from typing import Protocol

from aws_lambda_powertools.utilities.parameters import AppConfigProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from trainstop.adapters.clients import CONFIG
from trainstop.policy.default import default_policy
from trainstop.policy.document import PolicyDocument
from trainstop.policy.parse import PolicyError, parse_policy
from trainstop.policy.state import PolicyState


class LastGood(Protocol):
    """Where the last valid policy is kept."""

    def load_last_good_policy(self) -> tuple[str, str] | None:
        """(version, text); None where none was kept yet."""

    def save_last_good_policy(self, version: str, text: str) -> None:
        """Keep a valid policy."""


class AppConfigPolicy:
    """Reads the policy at most so often; a broken or unreadable one leaves the last good one in force."""

    def __init__(
        self, *, application: str, environment: str, profile: str, max_age_seconds: int, last_good: LastGood
    ) -> None:
        self._application = application
        self._environment = environment
        self._profile = profile
        self._max_age_seconds = max_age_seconds
        self._last_good = last_good
        self._text: str | None = None
        self._state: PolicyState | None = None

    @cached_property
    def _provider(self) -> AppConfigProvider:
        return AppConfigProvider(environment=self._environment, application=self._application, boto_config=CONFIG)

    def current(self) -> PolicyState:
        """The policy to decide by, with what keeps a newer one out."""
        try:
            raw = self._provider.get(self._profile, max_age=self._max_age_seconds)
        except GetParameterError as error:
            return self._fall_back(f"AppConfig could not be read: {error}")
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        if self._state is not None and text == self._text:
            return self._state
        try:
            document = parse_policy(text)
        except PolicyError as error:
            return self._fall_back(f"the newest policy is not valid: {error}")
        return self._accept(text, document)

    def _accept(self, text: str, document: PolicyDocument) -> PolicyState:
        version = version_of(text)
        kept = self._last_good.load_last_good_policy()
        if kept is None or kept[0] != version:
            self._last_good.save_last_good_policy(version, text)
        self._text, self._state = text, PolicyState(document=document, version=version)
        return self._state

    def _fall_back(self, problem: str) -> PolicyState:
        """The last good policy of all workers: this one may have slept while a newer one than its own was in force."""
        kept = self._last_good.load_last_good_policy()
        if kept is not None and (self._state is None or kept[0] != self._state.version):
            version, text = kept
            return PolicyState(document=parse_policy(text), version=version, problem=problem)
        if self._state is None:
            return PolicyState(document=default_policy(), version="built-in", problem=problem, trusted=False)
        return self._state.model_copy(update={"problem": problem})


def version_of(text: str) -> str:
    """A name for a policy's content: the first 12 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
