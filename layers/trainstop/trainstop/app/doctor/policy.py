"""Whether the policy that people think is in force is in force, and whether stops are still allowed."""

from collections.abc import Iterator, Sequence
from typing import Final

from trainstop.adapters.policy import version_of
from trainstop.app.doctor.words import counted, quoted, shell
from trainstop.domain.health import Finding, broken, note, ok, unknown, warning
from trainstop.domain.health_facts import PolicyFacts, StoredVersion
from trainstop.policy.document import PolicyDocument
from trainstop.policy.parse import PolicyError, parse_policy
from trainstop.ports import Breaker
from trainstop.render.text import said

_UNDER_WAY: Final = frozenset({"BAKING", "VALIDATING", "DEPLOYING"})
_MEND: Final = "Go back to the one before, or push a mended one:"


def judge_policy(policy: PolicyFacts, stack: str) -> Iterator[Finding]:
    """The newest policy is valid, deployed, and the one that the functions have."""
    yield from _deployment(policy)
    if policy.in_force is None:
        yield broken(
            "no policy was ever put in force",
            "Functions decide by the one that came with them, and stop nothing.",
            "Push one:",
            f"trainstop policy push FILE --stack {stack}",
        )
        return
    document, fault = _parsed(policy.in_force)
    if document is None:
        last = f"version {policy.last_good}" if policy.last_good else "the one that came with trainstop"
        yield broken(
            f"version {policy.in_force.number} is in force and not valid: {quoted(fault)}",
            f"The functions go on with the last valid one ({last}), whatever was meant to change.",
            _MEND,
            f"trainstop policy rollback --stack {stack}",
        )
        return
    yield ok(f"version {policy.in_force.number} is valid and in force; {counted(len(document.rules), 'rule')}")
    if document.dry_run:
        yield note(f"version {policy.in_force.number} says dry_run: what would be stopped is told, nothing is stopped")
    if policy.last_good and policy.last_good != version_of(policy.in_force.text):
        yield note(
            f"the functions have not read version {policy.in_force.number} yet; they last had {policy.last_good}",
            do="They read it at their next event; then look again.",
        )
    if policy.newest and policy.newest.number != policy.in_force.number:
        yield _kept_only(policy.newest, policy.in_force)


def judge_breakers(breakers: Sequence[Breaker], stack: str, *, complete: bool) -> Iterator[Finding]:
    """No breaker is open; where the table is too large to be read whole, an owner's may be open all the same."""
    for breaker in breakers:
        owner, stops = breaker.limit.owner, breaker.limit.stops_per_hour
        whose = f" --owner {shell(owner)}" if owner else ""
        yield broken(
            f"a breaker is open since {breaker.opened_at:%Y-%m-%d %H:%M} UTC: {counted(stops, 'stop')} in the hour",
            f"trainstop stops no more jobs{f' of {said(owner)}' if owner else ''} until somebody closes it.",
            "Find out why so many were stopped (trainstop incidents list), then close it:",
            f"trainstop breaker close{whose} --reason WHY --stack {stack}",
        )
    if not complete:
        yield unknown("the table is too large to look for them", "breakers of single owners")
    elif not breakers:
        yield ok("no breaker is open")


def _deployment(policy: PolicyFacts) -> Iterator[Finding]:
    if policy.deployment_status in _UNDER_WAY:
        yield note(f"a policy is being deployed: {policy.deployment_status}")
    elif policy.deployment_status not in {"COMPLETE", ""}:
        yield warning(
            f"the last deployment of a policy ended as {policy.deployment_status}",
            "What was pushed is not in force.",
            "Look at what is, and push again:",
            "trainstop policy show",
        )


def _kept_only(newest: StoredVersion, in_force: StoredVersion) -> Finding:
    document, fault = _parsed(newest)
    validity = "" if document else f", and is not valid: {quoted(fault)}"
    return note(f"version {newest.number} is newer than {in_force.number}, not in force{validity}")


def _parsed(version: StoredVersion) -> tuple[PolicyDocument | None, str]:
    try:
        return parse_policy(version.text), ""
    except PolicyError as error:
        return None, str(error)
