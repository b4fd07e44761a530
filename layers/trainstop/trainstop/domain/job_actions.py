"""The actions that a job's own Debugger or profiler rule declares (FORMATS.md 3).

They stand in the rule's parameters: ``action_json`` holds one action or a list of them, each with its ``name``
(``stoptraining``, ``email``, ``sms``). The older parameters of StalledTrainingRule are read as well.
"""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from trainstop.domain.base import Frozen

FILTER_ATTRIBUTE = "trainstop_to"
"""The SNS message attribute with the addresses that a message is for; their subscriptions filter by it."""

_MAX_ACTIONS = 20
_EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']{1,190}\.[^@\s,;<>\"'.]{2,63}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


class Protocol(StrEnum):
    """How an address is reached."""

    EMAIL = "email"
    SMS = "sms"


_ENDPOINT = {Protocol.EMAIL: _EMAIL, Protocol.SMS: _PHONE}


class Recipient(Frozen):
    """An address that a job's rule declares: a mailbox in lower case, as Debugger has it, or an E.164 number."""

    protocol: Protocol
    endpoint: str


class Subscribed(StrEnum):
    """How far the way to an address is open."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    """The address was asked and has not confirmed yet: nothing reaches it."""
    COVERED = "covered"
    """The address has a subscription to all alerts, and is not told the same twice."""
    REFUSED = "refused"
    """SNS did not take the subscription."""


class ToldRecipient(Frozen):
    """A declared address, and whether it can be reached."""

    protocol: Protocol
    endpoint: str
    subscribed: Subscribed


class JobActions(Frozen):
    """What one rule configuration declares.

    Attributes:
        stop_prefix: The prefix of the StopTraining action, with its capitals; None where none is declared.
        faults: What could not be read, for the incident.
    """

    stop_prefix: str | None = None
    recipients: tuple[Recipient, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is anything to honour; a declaration of which nothing can be read asks for nothing."""
        return self.stop_prefix is not None or bool(self.recipients)


def recipient_of(protocol: Protocol, address: str) -> Recipient | None:
    """The address as it is subscribed; None where it is none of its kind."""
    endpoint = address.strip()
    endpoint = endpoint.lower() if protocol is Protocol.EMAIL else endpoint
    return Recipient(protocol=protocol, endpoint=endpoint) if _ENDPOINT[protocol].fullmatch(endpoint) else None


def job_actions(parameters: Mapping[str, str]) -> JobActions | None:
    """The actions of a rule configuration's parameters; None where it declares none."""
    declared = [*_of_action_json(parameters.get("action_json", "")), *_of_older_parameters(parameters)]
    if not declared:
        return None
    stops = [action["training_job_prefix"] for action in declared if action["name"] == "stoptraining"]
    told = [
        Recipient(protocol=Protocol(action["name"]), endpoint=action["endpoint"])
        for action in declared
        if action["name"] in _ENDPOINT
    ]
    faults = tuple(action["fault"] for action in declared if action["name"] == "fault")
    return JobActions(stop_prefix=stops[0] if stops else None, recipients=tuple(dict.fromkeys(told)), faults=faults)


def _of_action_json(text: str) -> Iterator[dict[str, str]]:
    if not text.strip():
        return
    try:
        read = _loads(text)
    except (ValueError, RecursionError):
        yield {"name": "fault", "fault": "action_json is not JSON"}
        return
    entries = read if isinstance(read, list) else [read]
    for entry in entries[:_MAX_ACTIONS]:
        yield _action(entry)
    if len(entries) > _MAX_ACTIONS:
        yield {"name": "fault", "fault": f"more than {_MAX_ACTIONS} actions; the rest is left out"}


def _loads(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The SDK escapes the quotes once more than JSON does (FORMATS.md 3.1)."""
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(text.replace('\\"', '"'))


def _action(entry: object) -> dict[str, str]:
    if not isinstance(entry, dict):
        return {"name": "fault", "fault": "an action is not an object"}
    members = {str(key).lower(): value for key, value in entry.items()}
    name = str(members.get("name", "")).lower()
    if name == "stoptraining":
        prefix = members.get("training_job_prefix")
        return {"name": name, "training_job_prefix": prefix if isinstance(prefix, str) else ""}
    if name not in _ENDPOINT:
        return {"name": "fault", "fault": "an action has another name than stoptraining, email or sms"}
    recipient = recipient_of(Protocol(name), str(members.get("endpoint", "")))
    if recipient is None:
        return {"name": "fault", "fault": f"the endpoint of an {name} action is no address"}
    return {"name": name, "endpoint": recipient.endpoint}


def _of_older_parameters(parameters: Mapping[str, str]) -> Iterator[dict[str, str]]:
    if parameters.get("stop_training_on_fire", "").strip().lower() == "true":
        yield {"name": "stoptraining", "training_job_prefix": parameters.get("training_job_name_prefix", "")}
