"""``trainstop policy``: check, show, push and roll back a policy, and see what it does."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.policy import version_of
from trainstop.adapters.policy_store import PolicyStore, PolicyStoreError, StoredPolicy
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.files import read_text
from trainstop.cli.since import now_utc, since
from trainstop.domain.decision import Decision
from trainstop.policy.document import PolicyDocument, policy_schema
from trainstop.policy.parse import PolicyError, parse_policy
from trainstop.policy.replay import Replayed, busiest_hour, deeds, replay
from trainstop.policy.state import PolicyState

MOST_INCIDENTS = 10_000
_COLUMNS = ("when (UTC)", "job", "what", "was", "would be")


def check_policy(path: Path, *, as_json: bool) -> None:
    """Print the faults of a policy, or what it says in one line.

    Raises:
        CliError: the policy has faults.
    """
    document = _checked(read_text(path), str(path), as_json=as_json)
    if as_json:
        output.print_json({"valid": True, "faults": []})
    else:
        output.print_lines([f"{path}: valid; {_gist(document)}"])


def print_schema() -> None:
    """Print the JSON Schema of a policy."""
    output.print_json(policy_schema())


def show_policy(*, stack: str, version: int | None, as_json: bool) -> None:
    """Print the policy in force, or another version, as its author wrote it."""
    with store(stack) as policies:
        stored = policies.in_force() if version is None else policies.version(version)
    problems = _faults(stored.text)
    if as_json:
        output.print_json(
            {"version": stored.number, "description": stored.description, "policy": stored.text, "faults": problems}
        )
        return
    output.print_text(stored.text)
    described = f", {stored.description}" if stored.description else ""
    output.remark(f"version {stored.number}{described}; incidents call it {version_of(stored.text)}")
    for problem in problems:
        output.remark(f"NOT VALID, so the last valid policy is in force: {problem}")


def push_policy(path: Path, *, stack: str, description: str, as_json: bool) -> None:
    """Check a policy, keep it as a new version and put it in force.

    Raises:
        CliError: it has faults, and nothing changed; or it could not be put in force.
    """
    text = read_text(path)
    document = _checked(text, str(path), as_json=as_json)
    with store(stack) as policies:
        number = policies.push(text, description)
    _print_in_force(number, document, as_json=as_json)


def roll_back(*, stack: str, version: int | None, as_json: bool) -> None:
    """Put an earlier version in force again.

    Raises:
        CliError: there is no such version, or it is not valid.
    """
    with store(stack) as policies:
        stored = policies.previous() if version is None else policies.version(version)
        document = _checked(stored.text, f"version {stored.number}", as_json=as_json)
        policies.deploy(stored.number)
    _print_in_force(stored.number, document, as_json=as_json)


def try_policy(path: Path, *, stack: str, days: int, everything: bool, as_json: bool) -> None:
    """Print what recorded incidents would have come to under a policy, against what they came to.

    Raises:
        CliError: the policy has faults.
    """
    document = _checked(read_text(path), str(path), as_json=as_json)
    now = now_utc()
    with deployment(stack) as deployed:
        index = IncidentIndex(deployed.client("dynamodb"), deployed.output("IncidentsTableName"))
        listing = index.since(since(f"{days}d", now), now, MOST_INCIDENTS, lambda each: not each.drill)
    replayed = replay(listing.incidents, PolicyState(document=document, version=str(path)))
    shown = [each for each in replayed if everything or each.changed]
    if as_json:
        output.print_json([_as_dict(each) for each in shown])
    elif shown:
        output.print_table(_COLUMNS, map(_row, shown), whole={"when (UTC)"})
    _remark_on(replayed, document, complete=listing.complete)


def _remark_on(replayed: list[Replayed], document: PolicyDocument, *, complete: bool) -> None:
    was = Counter(deed for each in replayed for deed in deeds(each.incident.decision))
    would = Counter(deed for each in replayed for deed in deeds(each.would))
    changed = sum(each.changed for each in replayed)
    output.remark(
        f"{len(replayed)} incidents, {changed} otherwise: stops {was['stop']} -> {would['stop']}, "
        f"resubmissions {was['resubmit']} -> {would['resubmit']}"
    )
    busiest = busiest_hour(replayed)
    if busiest and busiest[1] > document.max_stops_per_hour:
        output.remark(
            f"The breaker would have opened: {busiest[1]} stops in the hour from {busiest[0]:%Y-%m-%d %H:%M} UTC, "
            f"max_stops_per_hour is {document.max_stops_per_hour}"
        )
    if not complete:
        output.remark("There may be more: the listing was cut off. Take fewer days.")


def _row(each: Replayed) -> list[str]:
    incident = each.incident
    what = f"{incident.trigger.value} {incident.subject or incident.diagnosis.category.value}"
    return [
        f"{incident.occurred_at:%m-%d %H:%M}",
        incident.job.name or "(no name)",
        what,
        _deeds(each.incident.decision),
        _deeds(each.would),
    ]


def _deeds(decision: Decision) -> str:
    return "; ".join(filter(None, deeds(decision))) or "nothing"


def _as_dict(each: Replayed) -> dict[str, object]:
    return {
        "incident_id": each.incident.incident_id,
        "job": each.incident.job.name,
        "changed": each.changed,
        "was": each.incident.decision.model_dump(mode="json"),
        "would_be": each.would.model_dump(mode="json"),
    }


@contextmanager
def store(stack: str) -> Iterator[PolicyStore]:
    """The stack's policies.

    Raises:
        CliError: for what AWS answers that is an error, there or in the block.
    """
    with deployment(stack) as deployed:
        try:
            yield policy_store(deployed)
        except PolicyStoreError as error:
            raise CliError(ExitCode.NEGATIVE, str(error)) from error


def policy_store(deployed: Deployment) -> PolicyStore:
    """The policies of a deployed stack."""
    return PolicyStore(
        deployed.client("appconfig"),
        application=deployed.output("PolicyApplicationId"),
        environment=deployed.output("PolicyEnvironmentId"),
        profile=deployed.output("PolicyProfileId"),
        strategy=deployed.output("PolicyStrategyId"),
    )


def state_of(stored: StoredPolicy) -> PolicyState:
    """A stored policy as the functions would have it.

    Raises:
        CliError: it is not valid.
    """
    return PolicyState(document=_checked(stored.text, f"version {stored.number}"), version=str(stored.number))


def _checked(text: str, name: str, *, as_json: bool = False) -> PolicyDocument:
    try:
        return parse_policy(text)
    except PolicyError as error:
        if as_json:
            output.print_json({"valid": False, "faults": error.faults})
        else:
            output.print_lines(f"{name}: {fault}" for fault in error.faults)
        count = len(error.faults)
        raise CliError(ExitCode.NEGATIVE, f"{count} fault{'' if count == 1 else 's'}") from error


def _faults(text: str) -> list[str]:
    try:
        parse_policy(text)
    except PolicyError as error:
        return error.faults
    return []


def _print_in_force(number: int, document: PolicyDocument, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"version": number})
    else:
        output.print_lines([f"version {number} is in force; {_gist(document)}"])
        output.remark("The functions have it within a minute. `trainstop policy rollback` goes back.")


def _gist(document: PolicyDocument) -> str:
    dry_run = "dry run" if document.dry_run else f"at most {document.max_stops_per_hour} stops an hour"
    stops = sum(bool(rule.stop) for rule in document.rules)
    trial = sum(rule.trial for rule in document.rules)
    return f"{len(document.rules)} rules ({stops} with a stop{f', {trial} in trial' if trial else ''}), {dry_run}"
