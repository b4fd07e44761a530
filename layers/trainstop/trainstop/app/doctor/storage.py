"""Whether incidents are kept where they should be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from trainstop.app.doctor.words import ago, span
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health import Finding, broken, note, ok, warning
from trainstop.domain.health_facts import ArchiveFacts, TableFacts
from trainstop.records.lake import UNREADABLE

_LATE: Final = 3
"""Intervals without a compaction."""

_DEFAULT_MINUTES: Final = "5"


def judge_table(table: TableFacts, stack: DeployedStack) -> Iterator[Finding]:
    """The table is there, feeds its stream, and can be restored."""
    name = table.name
    if table.status is None:
        yield broken(
            "the incidents table is gone",
            "Nothing can be recorded; no job is stopped and nobody is told.",
            "Restore it from a backup, or deploy the stack anew.",
            f"aws dynamodb list-backups --table-name {name}",
        )
        return
    found = [*_table_faults(table)]
    if not table.is_protected:
        found.append(_unprotected(table, stack))
    yield from found
    if not any(finding.why for finding in found):
        yield ok("the table is active, restorable and feeds its stream")


def judge_key(status: str | None, key_id: str) -> Finding:
    """The key of the topics can be used."""
    why = "Nothing can be published on the topics: nobody is told of anything."
    match status:
        case "Enabled":
            return ok("the topics' key is enabled")
        case None:
            return broken("the topics' key is gone", why, "Deploy the stack again: sam deploy")
        case "PendingDeletion":
            return broken(
                "the topics' key is to be deleted",
                why,
                "Keep it, then enable it (aws kms enable-key):",
                f"aws kms cancel-key-deletion --key-id {key_id}",
            )
        case _:
            return broken(
                f"the topics' key is not enabled: {status}", why, "Enable it:", f"aws kms enable-key --key-id {key_id}"
            )


def judge_archive(archive: ArchiveFacts, stack: DeployedStack, now: datetime) -> Iterator[Finding]:
    """The bucket is there, holds the newest incident, and what arrived is merged into Athena's table."""
    if not archive.exists:
        yield broken(
            f"the archive bucket {archive.bucket} is gone",
            "Incidents are not archived; queries find nothing.",
            "Deploy the stack again; what was recorded is in the table until it expires.",
        )
        return
    yield _newest(archive, stack.name)
    yield from _unmerged(archive, stack, now)
    if archive.unreadable:
        yield warning(
            "there are arrivals that could not be read",
            "They are rows of incidents, or were put there by somebody else; queries miss them.",
            "Look at them:",
            f"aws s3 ls --recursive s3://{archive.bucket}/{UNREADABLE}",
        )


def _newest(archive: ArchiveFacts, stack: str) -> Finding:
    if archive.incident_id is None:
        return ok("the bucket is there; no incident in the last 7 days to look for")
    if archive.is_archived:
        return ok(f"the newest incident ({archive.incident_id}) is archived")
    return broken(
        f"the newest incident ({archive.incident_id}) is recorded and not archived",
        "Queries miss it, and perhaps others.",
        "Read the log of archive, then send on what it gave up:",
        f"trainstop replay --dead-letters --stack {stack}",
    )


def _unmerged(archive: ArchiveFacts, stack: DeployedStack, now: datetime) -> Iterator[Finding]:
    interval = timedelta(minutes=int(stack.parameter("CompactMinutes", _DEFAULT_MINUTES)))
    if archive.waits_since is None or now - archive.waits_since <= _LATE * interval:
        return
    yield broken(
        f"an incident waits for {ago(archive.waits_since, now)} to be merged, every {span(interval)}",
        "Queries and reports miss it, and perhaps others.",
        "See whether compact's schedule is enabled and the function runs; its log:",
        f"aws logs tail /aws/lambda/{stack.name}-compact --since 1h",
    )


def _table_faults(table: TableFacts) -> Iterator[Finding]:
    if table.status != "ACTIVE":
        yield note(f"the table is {table.status}")
    if not table.has_stream:
        yield broken(
            "the table has no stream",
            "What is recorded is neither told nor archived.",
            "Deploy the stack again: sam deploy",
        )
    if not table.is_restorable:
        yield warning(
            "point-in-time recovery of the table is off",
            "A table that was damaged or emptied cannot be brought back.",
            "Switch it on:",
            f"aws dynamodb update-continuous-backups --table-name {table.name} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        )
    if not table.forgets:
        yield warning(
            "the table's time to live is off",
            "What should expire stays and is paid for.",
            "Switch it on:",
            f"aws dynamodb update-time-to-live --table-name {table.name} "
            "--time-to-live-specification Enabled=true,AttributeName=expires_at",
        )


def _unprotected(table: TableFacts, stack: DeployedStack) -> Finding:
    if stack.parameter("DeletionProtection", "true") == "false":
        return note("DeletionProtection is false: the table can be deleted")
    return warning(
        "the table's deletion protection is off",
        "One wrong call deletes all incidents that are not archived.",
        "Switch it on:",
        f"aws dynamodb update-table --table-name {table.name} --deletion-protection-enabled",
    )
