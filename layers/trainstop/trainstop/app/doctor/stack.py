"""Whether the stack is deployed as its template has it."""

from collections.abc import Iterator
from typing import Final

from trainstop.app.doctor.words import joined, quoted
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health import Finding, broken, note, ok, warning

_DONE: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
_TAKEN_BACK: Final = frozenset({"UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"})


def judge_stack(stack: DeployedStack) -> Iterator[Finding]:
    """The stack's status, its resources, and the parameters that switch something off."""
    yield _status(stack)
    failed = [each.logical_id for each in stack.resources if each.status.endswith("_FAILED")]
    if failed:
        yield broken(
            f"CloudFormation failed at {joined(failed)}",
            "What they stand for may be missing or as it was before.",
            "Read the reasons, mend them, and deploy again:",
            f"aws cloudformation describe-stack-events --stack-name {stack.name}",
        )
    drifted = [each.logical_id for each in stack.resources if each.drift in {"MODIFIED", "DELETED"}]
    if drifted:
        yield warning(
            f"changed by hand since the last deployment: {joined(drifted)}",
            "The next deployment may undo it, or fail at it.",
            "See what differs; put it into the template or deploy again:",
            f"aws cloudformation describe-stack-resource-drifts --stack-name {stack.name}",
        )
    yield from _switched_off(stack)


def _status(stack: DeployedStack) -> Finding:
    since = f"{stack.status} since {stack.changed_at:%Y-%m-%d %H:%M} UTC"
    if stack.status in _DONE:
        return ok(since)
    events = f"aws cloudformation describe-stack-events --stack-name {stack.name}"
    if stack.status in _TAKEN_BACK:
        return warning(
            since,
            "The last deployment failed and was taken back: an older version runs.",
            "Read why, mend it, and deploy again:",
            events,
        )
    if stack.status.endswith("_IN_PROGRESS"):
        return note(
            since, "It is being deployed just now: other findings may be of that.", "Look again when it is done."
        )
    reason = quoted(stack.status_reason)
    return broken(
        f"{since}{f': {reason}' if reason else ''}",
        "Parts of trainstop are missing or half changed.",
        "Read why, mend it, and deploy again:",
        events,
    )


def _switched_off(stack: DeployedStack) -> Iterator[Finding]:
    if stack.parameter("AllowStop", "true") == "false":
        yield note("AllowStop is false: no job is stopped, whatever the policy says")
    elif stack.parameter("DryRun") == "true":
        yield note("DryRun is true: what would be stopped is told, and nothing is stopped")
    if stack.parameter("DebuggerTopicMode") == "none":
        yield note("DebuggerTopicMode is none: messages of Debugger's own actions are not heard")
    if not stack.parameter("ResubmitRoles", "-"):
        yield note("ResubmitRoles is empty: no failed job is submitted again")
