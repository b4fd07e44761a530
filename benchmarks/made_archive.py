"""A million made incidents of a year, with the archive's columns, by DuckDB: some hundred faults, teams and families.

Values are drawn by hashing the incident's number, so that every run makes the same archive. Texts have the lengths and
the variety of real ones: names and ids are different in each row, root lines and advice repeat with their fault.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb

from trainstop.records.hive import duckdb_type, quoted
from trainstop.records.lake import part_key
from trainstop.records.schema import COLUMNS

LAST_DAY = date(2026, 9, 30)
DAYS = 365
FIRST_DAY = LAST_DAY - timedelta(days=DAYS - 1)
INCIDENTS = 1_000_000

_PICK = "CREATE MACRO pick(n, salt, size) AS (hash(n, salt) % size)::INT"
_SHARE = "CREATE MACRO share(n, salt) AS (hash(n, salt) % 1000000) / 1e6"
_BASE = f"""
CREATE TABLE base AS SELECT
    i,
    pick(i, 'fault', 400) AS fault,
    pick(i, 'family', 300) AS family_number,
    pick(i, 'team', 24) AS team_number,
    pick(i, 'kind', 100) AS kind,
    ['ml.g5.2xlarge', 'ml.g5.12xlarge', 'ml.g6e.4xlarge', 'ml.m5.4xlarge', 'ml.p4d.24xlarge'][1 + pick(i, 'type', 5)]
        AS instance_type,
    1 + pick(i, 'count', 4) AS instance_count,
    TIMESTAMP '{FIRST_DAY} 00:00:00' + to_milliseconds((share(i, 'when') * {DAYS} * 86400000)::BIGINT) AS occurred_at,
    60 + pick(i, 'ran', 90000) AS ran_seconds,
    1 + pick(i, 'late', 20000) / 1e3 AS late_seconds,
    pick(i, 'told', 10) < 8 AS is_told
FROM range(?) AS numbers(i)
"""  # noqa: S608 - dates of this module
_FACTS = """
CREATE TABLE facts AS SELECT
    *,
    occurred_at + to_milliseconds((late_seconds * 1000)::BIGINT) AS detected_at,
    occurred_at - to_seconds(ran_seconds) AS job_started_at,
    'train-' || family_number || strftime(occurred_at, '-%Y-%m-%d-%H-%M-%S-') || pick(i, 'suffix', 1000) AS job_name,
    CASE WHEN kind < 82 THEN 'job_failed' WHEN kind < 86 THEN 'runtime_limit' WHEN kind < 92 THEN 'debugger_rule'
         WHEN kind < 96 THEN 'job_stopped' WHEN kind < 98 THEN 'retry_completed' ELSE 'refused_submission'
         END AS trigger,
    ['user_code', 'gpu_out_of_memory', 'data_not_found', 'capacity', 'permission', 'timeout', 'network', 'distributed',
     'hyperparameter', 'host_out_of_memory', 'spot_interruption', 'data_format'][1 + fault % 12] AS category,
    1.4 * instance_count * (1 + pick(i, 'type', 5)) AS usd_per_hour
FROM base
"""

_VALUES = {
    "incident_id": "substr(md5(i::VARCHAR), 1, 20)",
    "schema_version": "1",
    "trigger": "trigger",
    "subject": "CASE WHEN trigger = 'debugger_rule' THEN 'LossNotDecreasing' END",
    "origin": "CASE WHEN pick(i, 'origin', 50) = 0 THEN 'sweep' ELSE 'event' END",
    "severity": "['warning', 'high', 'high', 'critical'][1 + fault % 4]",
    "category": "category",
    "title": "'Fault ' || fault || ': ' || replace(category, '_', ' ')",
    "signature": "CASE WHEN fault % 7 <> 0 THEN category || '-' || fault END",
    "confidence": "['high', 'medium', 'high'][1 + fault % 3]",
    "confidence_reason": "'The line names the cause.'",
    "actor": "['job_owner', 'platform_team', 'aws'][1 + fault % 3]",
    "retry": "['no', 'yes', 'once'][1 + fault % 3]",
    "advice": "repeat('Lower the batch size or take a larger instance (' || fault || '). ', 4)",
    "root_line": "'RuntimeError: fault ' || fault || ' at step ' || pick(i, 'step', 90000) || ': tensor of wrong size'",
    "host": "'algo-' || (1 + pick(i, 'host', 4))",
    "log_stream": "job_name || '/algo-1-' || epoch(job_started_at)::BIGINT",
    "exit_code": "1",
    "victim_count": "pick(i, 'victims', 6)",
    "occurred_at": "occurred_at",
    "detected_at": "detected_at",
    "acted_at": "CASE WHEN trigger = 'debugger_rule' THEN detected_at + INTERVAL 700 MILLISECOND END",
    "told_at": "CASE WHEN is_told THEN detected_at + to_milliseconds(300 + pick(i, 'telling', 2000)) END",
    "told_as": "CASE WHEN is_told THEN CASE WHEN pick(i, 'grouped', 10) < 6 THEN 'grouped' ELSE 'published' END END",
    "job_name": "job_name",
    "job_arn": "CASE WHEN trigger <> 'refused_submission' "
    "THEN 'arn:aws:sagemaker:us-east-1:111122223333:training-job/' || job_name END",
    "account": "'111122223333'",
    "region": "'us-east-1'",
    "status": "CASE WHEN trigger = 'debugger_rule' THEN 'InProgress' ELSE 'Failed' END",
    "secondary_status": "CASE WHEN trigger = 'debugger_rule' THEN 'Training' ELSE 'Failed' END",
    "failure_reason": "'AlgorithmError: ExecuteUserScriptError: exit code 1, step ' || pick(i, 'step', 90000)",
    "instances": "instance_count || ' x ' || instance_type",
    "instance_type": "instance_type",
    "instance_count": "instance_count",
    "spot": "pick(i, 'spot', 4) = 0",
    "image": "'111122223333.dkr.ecr.us-east-1.amazonaws.com/train:' || family_number % 20",
    "role_arn": "'arn:aws:iam::111122223333:role/training-' || team_number",
    "job_created_at": "job_started_at - INTERVAL 5 MINUTE",
    "job_started_at": "job_started_at",
    "job_ended_at": "CASE WHEN trigger <> 'debugger_rule' THEN occurred_at END",
    "duration_seconds": "ran_seconds",
    "billable_instance_seconds": "ran_seconds * instance_count",
    "max_runtime_seconds": "172800",
    "spot_savings_percent": "CASE WHEN pick(i, 'spot', 4) = 0 THEN round(70 * share(i, 'saved'), 1) END",
    "cost_usd": "CASE WHEN pick(i, 'unpriced', 20) > 0 THEN round(ran_seconds / 3600 * usd_per_hour, 2) END",
    "cost_formula": "ran_seconds || ' s billable / 3600 x ' || instances_text || ' (us-east-1, 2026-06-01)'",
    "tags": "MAP {'team': 'team-' || team_number, 'project': 'project-' || family_number % 60}",
    "team": "CASE WHEN team_number > 1 THEN 'team-' || team_number END",
    "owner": "'person-' || (team_number * 12 + pick(i, 'owner', 12))",
    "owner_source": "'tag'",
    "family": "'train-' || family_number",
    "rule_name": "CASE WHEN trigger = 'debugger_rule' THEN 'LossNotDecreasing' END",
    "rule_step": "CASE WHEN trigger = 'debugger_rule' THEN pick(i, 'step', 90000) END",
    "refused_principal_arn": "CASE WHEN trigger = 'refused_submission' "
    "THEN 'arn:aws:sts::111122223333:assumed-role/ml-engineer/person-' || team_number END",
    "action": "CASE WHEN trigger = 'debugger_rule' THEN "
    "CASE WHEN pick(i, 'held', 10) = 0 THEN 'stop_held' ELSE 'stopped' END ELSE 'none' END",
    "stop_reason": "CASE WHEN trigger = 'debugger_rule' THEN "
    "CASE WHEN pick(i, 'held', 10) = 0 THEN 'limit_reached' ELSE 'rule_says_stop' END ELSE 'job_not_in_progress' END",
    "alert_rule": "'failures-tell'",
    "alert_channels": "['email', 'json']",
    "alert_audiences": "['platform', 'owner']",
    "policy_version": "'12'",
    "evidence": "list_transform(range(12), "
    "lambda n: 'step ' || (pick(i, 'step', 90000) + n) || ' loss ' || ((i * 7919 + n * 104729) % 999983) / 1e6)",
    "evidence_line_count": "200",
    "evidence_host_count": "instance_count",
    "fingerprint": "substr(md5('fault' || fault), 1, 16)",
    "retry_attempt": "CASE WHEN trigger = 'retry_completed' THEN 1 END",
    "retry_root": "CASE WHEN trigger = 'retry_completed' THEN job_name END",
    "drill": "FALSE",
    "acknowledged_at": "CASE WHEN pick(i, 'ack', 10) > 0 THEN detected_at + INTERVAL 20 MINUTE END",
    "acknowledged_by": "CASE WHEN pick(i, 'ack', 10) > 0 "
    "THEN 'arn:aws:iam::111122223333:user/person-' || team_number END",
    "state_number": "1 + is_told::INT",
    "history": "[{'at': detected_at, 'what': 'recorded', 'by': NULL::VARCHAR, 'words': NULL::VARCHAR}]",
    "transitions": "[{'status': 'Training', 'started_at': job_started_at, 'ended_at': occurred_at, 'message': "
    "'Training image download completed. Training in progress.'}]",
    "interruption_count": "CASE WHEN pick(i, 'spot', 4) = 0 THEN pick(i, 'interrupted', 3) ELSE 0 END",
    "usd_per_hour": "usd_per_hour",
}


def made_archive(folder: Path, incidents: int = INCIDENTS) -> tuple[list[str], Path]:
    """Write the archive's parts, each by its key under the folder, and the same rows in one sorted file.

    Returns:
        The keys of the parts, a day each, and the file.
    """
    one = folder / "one.parquet"
    with duckdb.connect(config={"temp_directory": str(folder / "spilled")}) as database:
        _make(database, incidents)
        database.table("made").write_parquet(str(one), compression="zstd")
        keys = []
        for number in range(DAYS):
            day = str(FIRST_DAY + timedelta(days=number))
            keys.append(part_key(day, 1))
            path = folder / keys[-1]
            path.parent.mkdir(parents=True)
            of_day = database.sql(
                "SELECT * EXCLUDE (dt) FROM made WHERE occurred_at >= ?::TIMESTAMP AND occurred_at < ?::DATE + 1",
                params=[day, day],
            )
            of_day.write_parquet(str(path), compression="zstd")
    return keys, one


def _make(database: duckdb.DuckDBPyConnection, incidents: int) -> None:
    for macro in (_PICK, _SHARE):
        database.execute(macro)
    database.execute(_BASE, [incidents])
    database.execute(_FACTS)
    values = _VALUES | {"cost_formula": _VALUES["cost_formula"].replace("instances_text", _VALUES["instances"])}
    columns = ", ".join(
        f"CAST({values.get(column.name, 'NULL')} AS {duckdb_type(column.type)}) AS {quoted(column.name)}"
        for column in COLUMNS
    )
    database.execute(
        f"CREATE TABLE made AS SELECT {columns}, strftime(occurred_at, '%Y-%m-%d') AS dt FROM facts "  # noqa: S608 - columns of this package
        "ORDER BY occurred_at, incident_id"
    )
    database.execute("DROP TABLE base; DROP TABLE facts")
