"""Who is listened for: the owners and teams that subscriptions on their topics name."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from trainstop.domain.base import Frozen
from trainstop.domain.decision import Audience
from trainstop.domain.filter_policy import FilterPolicy, accepts, only_on
from trainstop.domain.text import without_controls

_NAME_CHARACTERS: Final = 256
_ESCAPED: Final = str.maketrans('"\\', "'/")

LISTENED_AUDIENCES: Final = (Audience.TEAM, Audience.OWNER)
"""Those whose alerts somebody has to listen for by name; the attribute of the name is called like the audience."""


def listener_name(name: str) -> str:
    """An owner's or a team's name as it is published and filtered by: one line, in lower case, of at most 256 letters.

    SNS compares exactly, and people spell the same name in several ways. SNS wants quotes and backslashes of a filter
    policy escaped twice, so there are none.
    """
    spaced = " ".join(without_controls(name).split())
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", spaced).lower())
    return lowered.translate(_ESCAPED)[:_NAME_CHARACTERS].strip()


class Listened(Frozen):
    """Who is listened for in one audience.

    Attributes:
        names: As ``listener_name`` has them.
        rules: Filter policies on the name alone that ask for more than exact names; one without keys lets all through.
    """

    names: tuple[str, ...] = ()
    rules: tuple[dict[str, object], ...] = ()

    @property
    def everybody(self) -> bool:
        """Whether somebody listens for every name."""
        return any(not rule for rule in self.rules)

    def includes(self, audience: Audience, name: str) -> bool:
        """Whether somebody listens for the name; nobody does for an empty one."""
        wanted = listener_name(name)
        return bool(wanted) and (
            wanted in self.names or any(accepts(rule, {audience.value: (wanted,)}) for rule in self.rules)
        )


def listened(audience: Audience, policies: Iterable[FilterPolicy]) -> Listened:
    """Who is listened for by subscriptions with these filter policies.

    What a policy asks of other attributes is the subscriber's choice: who wants only critical alerts still listens.
    """
    names: set[str] = set()
    rules: list[dict[str, object]] = []
    for policy in policies:
        asked = dict(only_on(policy, audience.value))
        if (exact := _exact_names(asked, audience.value)) is not None:
            names |= exact
        elif asked not in rules:
            rules.append(asked)
    return Listened(names=tuple(sorted(names)), rules=tuple(rules))


def misspelt(audience: Audience, policy: FilterPolicy) -> tuple[str, ...]:
    """Names in a policy that no message has, because names are published in lower case."""
    rules = policy.get(audience.value)
    listed = rules if isinstance(rules, list) else [rules]
    return tuple(rule for rule in listed if isinstance(rule, str) and rule != listener_name(rule))


def _exact_names(asked: FilterPolicy, key: str) -> set[str] | None:
    """The names of a policy that asks for nothing but exact ones; None of any other policy."""
    rules = asked.get(key)
    if len(asked) != 1 or not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        return None
    return {rule for rule in rules if rule == listener_name(rule)}
