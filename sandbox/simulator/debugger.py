"""Debugger's built-in actions, as a rule's container carries them out when the rule fires."""

import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.cloud import callers
from sandbox.simulator.account import Account
from sandbox.simulator.cloudtrail import Caller
from sandbox.simulator.errors import ApiError
from sandbox.simulator.jobs import Rule, TrainingJob

if TYPE_CHECKING:
    from sandbox.simulator.simulator import Simulator

_log = logging.getLogger(__name__)


def act(simulator: "Simulator", account: Account, job: TrainingJob, rule: Rule) -> None:
    """Carries out a rule's actions. What goes wrong is only logged, as in the container (FORMATS.md 3)."""
    found = list(actions(rule.parameters.get("action_json", "")))
    obstacle = _obstacle(job, rule)
    if found and obstacle:
        _log.warning("%s: the actions of %s do nothing: %s", job.training_job_name, rule.name, obstacle)
        return
    role = job.request["RoleArn"].rsplit("/", 1)[-1]
    built_in = rule.parameters.get("rule_to_invoke", rule.name)
    for action in found:
        match action.get("name"):
            case "email" | "sms" as protocol:
                account.publish_as_debugger(role, built_in, protocol, action["endpoint"])
            case "stoptraining":
                _stop(simulator, job, role, action["training_job_prefix"])


def actions(text: str) -> Iterator[dict[str, Any]]:
    """Yields the actions of an `action_json`. The container lowers the whole text before it reads it."""
    lowered = text.lower()
    if not lowered:
        return
    try:
        read = json.loads(lowered)
    except ValueError:
        # The SDK escapes the quotes once more.
        read = json.loads(lowered.replace('\\"', '"'))
    yield from read if isinstance(read, list) else [read]


def _obstacle(job: TrainingJob, rule: Rule) -> str | None:
    """Why no action of the rule has an effect; None where they have."""
    if rule.is_profiler:
        return "a profiler rule has no actions"
    if job.request.get("EnableNetworkIsolation"):
        return "the job is isolated from the network"
    if job.request.get("VpcConfig"):
        return "its VPC has neither a route to the internet nor endpoints"
    if job.was_interrupted:
        return "the spot job was interrupted"
    return None


def _stop(simulator: "Simulator", job: TrainingJob, role: str, prefix: str) -> None:
    found = [
        name
        for name, held in simulator.jobs.items()
        if name.startswith(prefix) and held.training_job_status == "InProgress"
    ]
    if len(found) != 1:
        _log.warning("%s jobs in progress start with %r: none is stopped", len(found), prefix)
        return
    headers = {"HTTP_X_AMZ_SECURITY_TOKEN": callers.token(role, "SageMaker"), "REMOTE_ADDR": "sagemaker.amazonaws.com"}
    try:
        simulator.stop(found[0], Caller(job.account, headers))
    except ApiError as error:
        _log.warning("%s was not stopped: %s", found[0], error.message)
