"""Made incidents of a week for the report, as the table's Parquet: names with time stamps, 40 causes, costs, logs."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import duckdb

from trainstop.domain.category import FACTS, Category
from trainstop.records.hive import duckdb_type, quoted
from trainstop.records.schema import COLUMNS

SINCE: Final = datetime(2026, 1, 8, tzinfo=UTC)
DAYS: Final = 7
_ACCOUNT, _REGION = "111122223333", "us-east-1"
_UNPRICED, _LATE, _GROUPED, _STOPPED, _RESOLVED = 0.04, 0.01, 0.4, 0.12, 0.45
"""Shares of the incidents."""

_SWEPT_SECONDS: Final = 60
_TEAMS: Final = ("vision", "language", "ranking", "forecasting", "speech", "robotics", "ads", None)
_PRICES: Final = {"ml.g5.2xlarge": 1.515, "ml.g5.12xlarge": 7.09, "ml.p4d.24xlarge": 37.688, "ml.m5.4xlarge": 0.922}
_FAMILIES: Final = (
    "bert-finetune",
    "resnet50-imagenet",
    "llama-sft",
    "xgb-churn",
    "tft-demand",
    "wav2vec-asr",
    "ppo-arm",
)
_RULES: Final = ("LossNotDecreasing", "VanishingGradient", "Overfit", "LowGPUUtilization", "DeadRelu")
_LINES: Final = {
    Category.GPU_OUT_OF_MEMORY: "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate {} MiB",
    Category.DATA_NOT_FOUND: "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/input/data/part-{}'",
    Category.DEPENDENCY: "ModuleNotFoundError: No module named 'apex{}'",
    Category.HYPERPARAMETER: "ValueError: learning_rate must be positive, got -{}",
    Category.NUMERICAL: "RuntimeError: loss is NaN at step {}",
    Category.ACCESS_DENIED: "ClientError: An error occurred (AccessDenied) when calling GetObject: key {}",
}
_WEIGHTS: Final = (14, 6, 18, 5, 3, 7, 4, 9, 6, 3, 4, 8, 5, 7, 3, 4, 2, 4, 3, 2, 3, 6)


def rows(count: int, seed: int = 6) -> Iterator[dict[str, Any]]:
    """So many rows by column, in the order of time; missing columns are null."""
    chance = random.Random(seed)  # noqa: S311 - made data
    places = sorted(chance.betavariate(2, 1.6) * DAYS * 86400 for _ in range(count))
    for place in places:
        yield _row(chance, SINCE + timedelta(seconds=place))


def write_table(folder: Path, count: int) -> list[Path]:
    """A Parquet object a day, as the archive has them."""
    by_day: dict[str, list[dict[str, Any]]] = {}
    for row in rows(count):
        by_day.setdefault(f"{row['occurred_at']:%Y-%m-%d}", []).append(row)
    return [_write(folder / f"{day}.parquet", of_day) for day, of_day in by_day.items()]


def _write(path: Path, of_day: list[dict[str, Any]]) -> Path:
    lines = path.with_suffix(".ndjson")
    lines.write_text("".join(json.dumps(row, default=str) + "\n" for row in of_day), encoding="utf-8")
    types = ", ".join(f"{quoted(column.name)}: '{duckdb_type(column.type)}'" for column in COLUMNS)
    with duckdb.connect() as database:
        database.execute(
            f"COPY (FROM read_json('{lines}', columns = {{{types}}})) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )
    lines.unlink()
    return path


def _row(chance: random.Random, at: datetime) -> dict[str, Any]:
    family, team = chance.choice(_FAMILIES), chance.choice(_TEAMS)
    kind, price = chance.choice(list(_PRICES.items()))
    started = at - timedelta(seconds=chance.expovariate(1 / 9000) + 60)
    name = f"{family}-{started:%Y-%m-%d-%H-%M-%S}-{chance.randrange(16**6):06x}"
    known = chance.random() > _UNPRICED
    hours = (at - started).total_seconds() / 3600
    count = chance.choice((1, 1, 1, 2, 4))
    detected = at + timedelta(
        seconds=chance.lognormvariate(1.0, 0.7) if chance.random() > _LATE else chance.uniform(60, 1500)
    )
    told = detected + timedelta(seconds=chance.lognormvariate(0.2, 0.5))
    row: dict[str, Any] = {
        "incident_id": sha256(name.encode()).hexdigest()[:20],
        "schema_version": 1,
        "state_number": 2,
        "origin": "event" if (detected - at).total_seconds() < _SWEPT_SECONDS else "sweep",
        "occurred_at": at,
        "detected_at": detected,
        "told_at": told,
        "told_as": "published" if chance.random() > _GROUPED else "grouped",
        "job_name": name,
        "job_arn": f"arn:aws:sagemaker:{_REGION}:{_ACCOUNT}:training-job/{name}",
        "account": _ACCOUNT,
        "region": _REGION,
        "instances": f"{count} x {kind}",
        "instance_type": kind,
        "instance_count": count,
        "image": "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6-gpu-py312".replace(
            "763104351884", _ACCOUNT
        ),
        "job_created_at": started - timedelta(seconds=180),
        "job_started_at": started,
        "max_runtime_seconds": chance.choice((86400, 43200, 172800)),
        "usd_per_hour": price * count if known else None,
        "cost_usd": round(price * count * hours, 4) if known else None,
        "cost_formula": f"{count} x {kind} at {price} USD/h x {hours:.2f} h" if known else "no price is known",
        "team": team,
        "owner": f"{chance.choice(('ana', 'bo', 'chen', 'dara', 'eli', 'fatou', 'goran', 'hye'))}-{team or 'x'}",
        "alert_rule": "failures",
        "alert_channels": ["email", "json"],
        "alert_audiences": ["platform", "team"],
        "evidence_line_count": 1000,
        "evidence_host_count": count,
        "transitions": _transitions(started, at),
    }
    row |= _stopped(chance, row) if chance.random() < _STOPPED else _failed(chance, row)
    row["history"] = [
        {"at": detected, "what": "recorded", "by": "", "words": ""},
        {"at": told, "what": "told", "by": "", "words": row["told_as"]},
    ]
    if chance.random() < _RESOLVED:
        who = f"arn:aws:sts::{_ACCOUNT}:assumed-role/ml-engineer/{row['owner']}"
        row |= {"resolved_at": told + timedelta(hours=2), "resolved_by": who, "resolution": "mended the config"}
        row["history"].append({"at": row["resolved_at"], "what": "resolve", "by": who, "words": "mended the config"})
    return row


def _transitions(started: datetime, ended: datetime) -> list[dict[str, Any]]:
    steps = (("Starting", -180, "Preparing the instances for training"), ("Downloading", -60, "Downloading input data"))
    before = [
        {"status": status, "started_at": started + timedelta(seconds=offset), "ended_at": started, "message": message}
        for status, offset, message in steps
    ]
    training = {
        "status": "Training",
        "started_at": started,
        "ended_at": ended,
        "message": "Training image download completed.",
    }
    return [*before, training]


def _failed(chance: random.Random, row: dict[str, Any]) -> dict[str, Any]:
    category = chance.choices(list(Category), _WEIGHTS)[0]
    facts, variant = FACTS[category], chance.randrange(3)
    line = _LINES.get(category, f"RuntimeError: {facts.title} ({{}})").format(chance.randrange(9999))
    log = [f"[2026-01-15 12:00:{n:02}] INFO step {n * 100} loss {chance.random():.4f} lr 3e-4" for n in range(12)]
    return {
        "trigger": "job_failed" if category is not Category.TIMEOUT else "runtime_limit",
        "severity": chance.choice(("warning", "high", "high", "critical")),
        "category": category.value,
        "title": facts.title,
        "advice": facts.advice,
        "actor": facts.actor.value,
        "retry": facts.retry.value,
        "confidence": "high",
        "root_line": line,
        "host": "algo-1",
        "log_stream": f"{row['job_name']}/algo-1-1768478400",
        "evidence": [
            *log,
            "Traceback (most recent call last):",
            '  File "/opt/ml/code/train.py", line 214, in <module>',
            "    main(args)",
            line,
        ],
        "fingerprint": sha256(f"{category}{variant}".encode()).hexdigest()[:16],
        "failure_reason": f'AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "{line}"',
        "status": "Failed",
        "secondary_status": "Failed",
        "action": "none",
        "stop_reason": "job_not_in_progress",
        "job_ended_at": row["occurred_at"],
    }


def _stopped(chance: random.Random, row: dict[str, Any]) -> dict[str, Any]:
    rule = chance.choice(_RULES)
    action = chance.choices(("stopped", "stop_held", "already_stopped", "stop_failed"), (80, 12, 6, 2))[0]
    acted = row["detected_at"] + timedelta(seconds=chance.lognormvariate(0, 0.3))
    return {
        "trigger": "debugger_rule",
        "subject": rule,
        "severity": "warning",
        "category": "unknown",
        "title": f"Debugger rule {rule} found an issue",
        "advice": FACTS[Category.UNKNOWN].advice,
        "actor": "job_owner",
        "retry": "no",
        "rule_name": rule,
        "rule_details": "RuleEvaluationConditionMet: Evaluation of the rule resulted in the condition being met",
        "rule_statuses": [
            {
                "name": rule,
                "status": "IssuesFound",
                "details": "condition met at step 500",
                "modified_at": row["occurred_at"],
            }
        ],
        "status": "InProgress",
        "secondary_status": "Training",
        "action": action,
        "stop_reason": "rule_says_stop" if action != "stop_held" else "breaker_open",
        "stop_rule": "debugger-rules",
        "acted_at": acted if action == "stopped" else None,
    }
