"""Where incidents are kept: the table, the archive, the key of the topics, and how far the sweep came."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from trainstop.adapters.health.caller import Caller
from trainstop.adapters.health.policy import clients_of, physical_id
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.table import IncidentsTable
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health_facts import ArchiveFacts, TableFacts
from trainstop.records.lake import ARRIVALS, UNREADABLE, arrival_prefix

_ARRIVES_WITHIN: Final = timedelta(minutes=15)
_LOOKED_BACK: Final = timedelta(days=7)
_MAX_PAGES: Final = 10


def read_table(caller: Caller, stack: DeployedStack) -> TableFacts:
    """The incidents table."""
    name = physical_id(stack, "IncidentsTable")
    found = caller.find("dynamodb", "DescribeTable", TableName=name)
    if found is None:
        return TableFacts(name, None)
    table = found["Table"]
    backups = caller.ask("dynamodb", "DescribeContinuousBackups", TableName=name)["ContinuousBackupsDescription"]
    life = caller.ask("dynamodb", "DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]
    return TableFacts(
        name=name,
        status=table["TableStatus"],
        has_stream=bool((table.get("StreamSpecification") or {}).get("StreamEnabled")),
        is_protected=bool(table.get("DeletionProtectionEnabled")),
        is_restorable=backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED",
        forgets=life.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"},
    )


def read_stream_arn(caller: Caller, stack: DeployedStack) -> str:
    """The ARN of the table's stream; "" where it has none."""
    name = physical_id(stack, "IncidentsTable")
    return str(caller.ask("dynamodb", "DescribeTable", TableName=name)["Table"].get("LatestStreamArn") or "")


def read_key_status(caller: Caller, stack: DeployedStack) -> str | None:
    """KeyState of the topics' key; None where there is no such key."""
    found = caller.find("kms", "DescribeKey", KeyId=physical_id(stack, "TopicsKey"))
    return None if found is None else str(found["KeyMetadata"]["KeyState"])


def read_swept_until(caller: Caller, stack: DeployedStack) -> datetime | None:
    """Up to when the sweep has looked; None before the first one."""
    with caller.guarded("dynamodb", "GetItem"):
        return IncidentsTable(clients_of(caller), physical_id(stack, "IncidentsTable")).load()


def read_archive(caller: Caller, stack: DeployedStack, now: datetime) -> ArchiveFacts:
    """The archive bucket, and whether the newest incident that had time to arrive is in it."""
    bucket = physical_id(stack, "ArchiveBucket")
    if caller.find("s3", "HeadBucket", Bucket=bucket) is None:
        return ArchiveFacts(bucket, exists=False)
    index = IncidentIndex(caller.client("dynamodb"), physical_id(stack, "IncidentsTable"), _MAX_PAGES)
    with caller.guarded("dynamodb", "Query"):
        newest = index.since(
            now - _LOOKED_BACK, now, 1, lambda each: each.detected_at < now - _ARRIVES_WITHIN
        ).incidents
    waiting = caller.ask("s3", "ListObjectsV2", Bucket=bucket, Prefix=ARRIVALS).get("Contents", [])
    unreadable = caller.ask("s3", "ListObjectsV2", Bucket=bucket, Prefix=UNREADABLE, MaxKeys=1).get("Contents", [])
    facts = ArchiveFacts(
        bucket,
        exists=True,
        waits_since=min((each["LastModified"] for each in waiting), default=None),
        unreadable=bool(unreadable),
    )
    if not newest:
        return facts
    # Versions, for compact merges an arrival into the table and deletes it.
    found = caller.ask("s3", "ListObjectVersions", Bucket=bucket, Prefix=arrival_prefix(newest[0]))
    return replace(facts, incident_id=newest[0].incident_id, is_archived=bool(found.get("Versions")))
