"""DynamoDB streams to Lambda as AWS polls them: beside the queues, with partial failures, retries and dead letters.

The emulator runs a stream's function on the thread that also polls the queues, takes a partial failure for a success
and retries for ever.
"""

import threading
import time
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.concurrency import esm_wake, spawn_background
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

_RETRY_SECONDS = 0.5
_UNLIMITED = -1

Mapping = dict[str, Any]
Record = dict[str, Any]


class StreamPoller:
    """Reads each event source mapping's stream on a thread of its own."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def poll(self) -> bool:
        """Stands for the emulator's `_poll_dynamodb_streams`; asks for no other pass, as `_drain` reads to the end."""
        for account, region, mapping in lambda_svc._iter_all_esms():  # noqa: SLF001 - an extension
            source = parse_arn(mapping["EventSourceArn"])
            if source.service != "dynamodb" or not mapping.get("Enabled", True):
                continue
            with self._lock, request_scope(account, region):
                if mapping["UUID"] in self._busy or not _waiting(mapping, 1):
                    continue
                self._busy.add(mapping["UUID"])
            spawn_background(self._drain, account, region, mapping, thread_name="sandbox-stream")
        return False

    def _drain(self, account: str, region: str, mapping: Mapping) -> None:
        try:
            with request_scope(account, region):
                _Reader(mapping).read()
        finally:
            with self._lock:
                self._busy.discard(mapping["UUID"])
            esm_wake.set()


class _Reader:
    """One pass over a mapping's waiting records."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._attempts = 0
        self._limit = int(mapping.get("BatchSize") or 100)
        self._bisected: int | None = None

    def read(self) -> None:
        while self._mapping["UUID"] in lambda_svc._esms and self._mapping.get("Enabled", True):  # noqa: SLF001
            batch = _waiting(self._mapping, self._bisected or self._limit)
            function, _ = lambda_svc._get_func_record_for_qualifier(  # noqa: SLF001 - an extension
                self._mapping["FunctionName"], self._mapping.get("Qualifier")
            )
            if not batch or function is None:
                return
            self._process(function, batch)

    def _process(self, function: Mapping, batch: list[Record]) -> None:
        wanted = lambda_svc._apply_filter_criteria(batch, self._mapping)  # noqa: SLF001 - an extension
        result = lambda_svc._execute_function(function, {"Records": wanted}) if wanted else {}  # noqa: SLF001
        first_failed = self._first_failed(batch, result)
        if first_failed is None:
            self._mapping["LastProcessingResult"] = f"OK - {len(batch)} records"
            self._advance(len(batch))
            return
        self._mapping["LastProcessingResult"] = "FAILED"
        if first_failed:
            self._advance(first_failed)
        self._failed(function, batch[first_failed:], result)

    def _failed(self, function: Mapping, batch: list[Record], result: Mapping) -> None:
        if self._mapping.get("BisectBatchOnFunctionError") and len(batch) > 1:
            # A halved batch does not count as an attempt.
            self._bisected = (len(batch) + 1) // 2
            return
        self._attempts += 1
        condition = self._given_up(batch)
        if condition:
            stream = self._mapping["EventSourceArn"]
            lambda_svc._send_ddb_stream_failure_record(self._mapping, function, batch, stream, result, condition)  # noqa: SLF001
            self._advance(len(batch))
            return
        time.sleep(_RETRY_SECONDS)

    def _given_up(self, batch: list[Record]) -> str | None:
        retries = int(self._mapping.get("MaximumRetryAttempts", _UNLIMITED))
        if retries != _UNLIMITED and self._attempts > retries:
            return "RetryAttemptsExhausted"
        oldest = int(self._mapping.get("MaximumRecordAgeInSeconds", _UNLIMITED))
        age = time.time() - float(batch[0]["dynamodb"]["ApproximateCreationDateTime"])
        return "MaxRecordAgeExceeded" if oldest != _UNLIMITED and age > oldest else None

    def _first_failed(self, batch: list[Record], result: Mapping) -> int | None:
        """Where to go on from: the first record that failed, None when all went well."""
        if result.get("error"):
            return 0
        if "ReportBatchItemFailures" not in (self._mapping.get("FunctionResponseTypes") or []):
            return None
        body = result.get("body")
        failures = (body.get("batchItemFailures") if isinstance(body, dict) else None) or []
        if not failures:
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        named = [failure.get("itemIdentifier") for failure in failures]
        # An identifier that is no record's fails the whole batch, as on AWS.
        return min(numbers.index(name) if name in numbers else 0 for name in named)

    def _advance(self, records: int) -> None:
        with lambda_svc._dynamodb_stream_positions_lock:  # noqa: SLF001 - an extension
            lambda_svc._dynamodb_stream_positions[self._mapping["UUID"]] += records  # noqa: SLF001 - an extension
        self._attempts, self._bisected = 0, None


def _waiting(mapping: Mapping, limit: int) -> list[Record]:
    """The mapping's next records; its position is set to where it starts on the first call."""
    table = parse_arn(mapping["EventSourceArn"]).resource.split("/")[1]
    current = dynamodb._tables.get(table)  # noqa: SLF001 - an extension
    if not current or current.get("LatestStreamArn") != mapping["EventSourceArn"]:
        return []
    lambda_svc._init_stream_position(  # noqa: SLF001 - an extension
        mapping["UUID"], mapping["EventSourceArn"], mapping.get("StartingPosition", "LATEST")
    )
    with lambda_svc._dynamodb_stream_positions_lock:  # noqa: SLF001 - an extension
        positions = lambda_svc._dynamodb_stream_positions  # noqa: SLF001 - an extension
        position = max(positions[mapping["UUID"]], dynamodb.stream_start_position(table))
        positions[mapping["UUID"]] = position
    return list(dynamodb.stream_records_since(table, position, limit))
