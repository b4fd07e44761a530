"""``trainstop archive forget``: a training job's data is removed everywhere, and it is looked again."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import typer

from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.forget_archive import UnreadablePartError, archive_memories
from trainstop.adapters.forget_items import ItemMemory, TableTooLargeError
from trainstop.adapters.lease import ARCHIVE, TableLease
from trainstop.adapters.object_versions import ObjectVersions
from trainstop.adapters.stack import find_stack_description
from trainstop.app.forget import Forgotten, Found, forget, look
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc
from trainstop.ports.archive import LeaseTakenError, PartChangedError
from trainstop.ports.forgetting import Memory

_NAME: Final = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
"""CreateTrainingJob's pattern."""

_LEASE_LASTS: Final = timedelta(hours=1)
_DEAD_LETTER_QUEUES: Final = ("Watch", "Events", "Relay", "Notify", "Archive", "Webhook")


def forget_job(job: str, *, stack: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Look, ask, remove, and look again.

    Raises:
        CliError: the name is none, nobody agreed, compaction is at it, or something is left.
    """
    if not _NAME.fullmatch(job):
        raise CliError(ExitCode.USAGE, f"{job!r} is no training job's name")
    try:
        with deployment(stack) as deployed:
            memories, stays = _memories(deployed), list(_stays(deployed))
            if dry_run:
                _show(
                    [_unchanged(each) for each in look(job, memories, _said)], stays, job, as_json=as_json, done=False
                )
                return
            if not yes:
                _ask(job, look(job, memories, _said))
            done = forget(job, memories, _lease(deployed), _said)
    except LeaseTakenError as error:
        raise CliError(ExitCode.NEGATIVE, f"compaction is at work ({error}); try again then") from error
    except (PartChangedError, TableTooLargeError, UnreadablePartError) as error:
        raise CliError(ExitCode.NEGATIVE, f"not all is removed: {error}") from error
    _show(done, stays, job, as_json=as_json, done=True)
    if left := sum(each.left for each in done):
        raise CliError(ExitCode.NEGATIVE, f"{left} traces of {job} are left; run it again")


def _memories(deployed: Deployment) -> list[Memory]:
    """The stack's places, in the order in which they are looked at."""
    clients, archive = deployed.clients, deployed.output("ArchiveBucketName")
    places = archive_memories(
        ObjectVersions(clients, archive),
        S3ArchiveBucket(clients, archive),
        ObjectVersions(clients, deployed.output("QueryResultsBucketName")),
    )
    return [*places, ItemMemory(clients, deployed.output("IncidentsTableName"))]


def _lease(deployed: Deployment) -> TableLease:
    table = deployed.output("IncidentsTableName")
    return TableLease(deployed.clients, table, ARCHIVE, lasts=_LEASE_LASTS, clock=now_utc)


def _ask(job: str, found: Sequence[Found]) -> None:
    for each in found:
        output.remark(f"{each.memory.name}: {len(each.traces)}")
    answer = typer.prompt(f"This cannot be undone. Type the job's name to forget {job}", default="", err=True)
    if answer != job:
        raise CliError(ExitCode.NEGATIVE, "that is another name: nothing was removed")


def _unchanged(found: Found) -> Forgotten:
    return Forgotten(found.memory.name, len(found.traces), len(found.traces))


def _show(rows: Sequence[Forgotten], stays: Sequence[tuple[str, str]], job: str, *, as_json: bool, done: bool) -> None:
    if as_json:
        places = [{"place": row.place, "found": row.found, "removed": row.removed, "left": row.left} for row in rows]
        output.print_json({"job": job, "dry_run": not done, "places": places, "stays": dict(stays)})
        return
    output.print_table(
        ("place", "found", "removed", "left"), [[row.place, row.found, row.removed, row.left] for row in rows]
    )
    output.print_lines(["", "What trainstop cannot remove:" if done else "What would stay:"])
    output.print_facts(stays)


def _stays(deployed: Deployment) -> Iterator[tuple[str, str]]:
    """What holds the job's name and is not removed, and until when it does."""
    parameters = find_stack_description(deployed.client("cloudformation"), deployed.stack.name).get("Parameters", [])
    days = next((each["ParameterValue"] for each in parameters if each["ParameterKey"] == "LogRetentionDays"), "90")
    yield "logs", f"of trainstop's functions, by name and incident id: {days} days (parameter LogRetentionDays)"
    yield (
        "table's backups",
        "point-in-time recovery of the incidents table: 35 days; a table restored from it, for ever",
    )
    letters = sum(_waiting(deployed, f"{name}DeadLetterQueueUrl") for name in _DEAD_LETTER_QUEUES)
    yield "dead letters", f"{letters} messages, which may name any job: 14 days, or until they are replayed"
    yield "sent", "messages to people, chat and webhooks, events on the bus: as long as their receivers keep them"
    yield "written by people", "the policy in AppConfig and the filters of subscriptions, where they name the job"
    yield "AWS's own", "the job itself in SageMaker and its logs, CloudTrail's records of the calls on it"


def _waiting(deployed: Deployment, output_key: str) -> int:
    answer = deployed.client("sqs").get_queue_attributes(
        QueueUrl=deployed.output(output_key), AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _said(what: str) -> None:
    output.remark(f"{what} ...")
