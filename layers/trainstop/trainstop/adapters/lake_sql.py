"""The questions of a report in DuckDB's SQL, on the view ``archived`` and the tables that ``lake`` makes of it.

Amounts are summed over jobs, not over incidents: a job with several incidents costs once. A null amount is in no sum
and is counted beside it.
"""

from typing import Final

from trainstop.records.hive import quoted

READ: Final = (
    "incident_id",
    "trigger",
    "origin",
    "severity",
    "category",
    "title",
    "actor",
    "retry",
    "occurred_at",
    "detected_at",
    "acted_at",
    "told_at",
    "told_as",
    "job_name",
    "job_arn",
    "account",
    "region",
    "status",
    "instances",
    "job_started_at",
    "max_runtime_seconds",
    "cost_usd",
    "usd_per_hour",
    "team",
    "owner",
    "rule_name",
    "operator_command",
    "action",
    "alert_rule",
    "alert_channels",
    "silence_id",
    "acknowledged_at",
    "resolved_at",
    "fingerprint",
    "drill",
)
"""Columns that all incidents are read with; the long ones are read for a few only."""

INCIDENTS: Final = f"""
CREATE TABLE incidents AS
SELECT
    * EXCLUDE (drill),
    coalesce(job_arn, incident_id) AS job,
    CASE
        WHEN trigger = 'operator' THEN coalesce(operator_command, trigger)
        WHEN trigger IN ('breaker', 'retry_completed') THEN trigger
        WHEN rule_name IS NOT NULL AND trigger IN ('debugger_rule', 'profiler_rule', 'alarm') THEN rule_name
        ELSE coalesce(category, 'unknown')
    END AS why,
    trigger IN ('operator', 'breaker', 'retry_completed') AS is_own,
    trigger IN ('job_failed', 'runtime_limit', 'wait_limit') AS is_failed,
    trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
        OR (trigger NOT IN ('job_stopped', 'operator', 'breaker', 'retry_completed')
            AND action IN ('stopped', 'already_stopped')) AS is_lost,
    CASE
        WHEN resolved_at IS NOT NULL THEN 'resolved'
        WHEN acknowledged_at IS NOT NULL THEN 'ack'
        WHEN trigger IN ('operator', 'retry_completed') OR alert_rule IS NULL AND alert_channels IS NULL THEN '-'
        WHEN silence_id IS NOT NULL THEN 'silenced'
        ELSE 'open'
    END AS standing,
    list_position(['info', 'warning', 'high', 'critical'], severity) AS urgency,
    CASE WHEN origin NOT IN ('backfill', 'replay') THEN epoch_ms(detected_at - occurred_at) / 1e3 END AS notice_seconds,
    CASE
        WHEN origin NOT IN ('backfill', 'replay') AND action = 'stopped' THEN epoch_ms(acted_at - occurred_at) / 1e3
    END AS stop_seconds,
    CASE
        WHEN origin NOT IN ('backfill', 'replay') AND told_as = 'published' THEN epoch_ms(told_at - occurred_at) / 1e3
    END AS alert_seconds
FROM (SELECT {", ".join(map(quoted, READ))} FROM archived)
WHERE occurred_at >= $since AND occurred_at < $until AND NOT coalesce(drill, false)
"""  # noqa: S608 - names of columns

WHOLE: Final = "SELECT * FROM archived WHERE incident_id IN (SELECT unnest($ids))"

LOST: Final = """
CREATE TABLE lost AS
SELECT job, job_name, why, coalesce(team, '') AS team, occurred_at, max(cost_usd) OVER (PARTITION BY job) AS cost_usd
FROM incidents
WHERE is_lost
QUALIFY row_number() OVER (PARTITION BY job ORDER BY occurred_at DESC, incident_id) = 1
"""

STOPS: Final = """
CREATE TABLE stops AS
SELECT
    incident_id, job_name, why, acted_at, usd_per_hour,
    max_runtime_seconds - coalesce(epoch_ms(acted_at - job_started_at), 0) / 1e3 AS seconds_left,
    CASE WHEN seconds_left < 0 THEN 0 ELSE seconds_left / 3600 END AS hours_left,
    usd_per_hour * hours_left AS saved_usd
FROM incidents
WHERE action = 'stopped'
QUALIFY row_number() OVER (PARTITION BY job ORDER BY acted_at, incident_id) = 1
"""

TOTALS: Final = """
SELECT
    count(*) FILTER (NOT is_own),
    count(DISTINCT job) FILTER (NOT is_own),
    count(*) FILTER (is_own),
    count(DISTINCT job) FILTER (is_failed),
    (SELECT count(*) FROM lost),
    (SELECT coalesce(sum(cost_usd), 0) FROM lost),
    (SELECT count(*) - count(cost_usd) FROM lost),
    (SELECT count(*) FROM stops),
    count(DISTINCT job) FILTER (NOT is_own AND action = 'already_stopped'),
    count(DISTINCT job) FILTER (NOT is_own AND action = 'stop_held'),
    count(DISTINCT job) FILTER (NOT is_own AND action = 'stop_failed'),
    (SELECT coalesce(sum(saved_usd), 0) FROM stops),
    (SELECT count(*) - count(saved_usd) FROM stops),
    count(*) FILTER (standing IN ('open', 'ack', 'silenced')),
    count(*) FILTER (trigger = 'refused_submission'),
    count(*) FILTER (origin IN ('backfill', 'replay'))
FROM incidents
"""

SPEED: Final = """
SELECT count({seconds}), quantile_cont({seconds}, 0.5), quantile_cont({seconds}, 0.95), max({seconds})
FROM incidents
WHERE NOT is_own
"""

COUNTS: Final = """
SELECT date_trunc($step, occurred_at)::TIMESTAMP AS step_at, why, count(*) FROM incidents
WHERE NOT is_own
GROUP BY ALL
ORDER BY ALL
"""

LOSSES: Final = """
SELECT
    date_trunc($step, occurred_at)::TIMESTAMP AS step_at, count(*), coalesce(sum(cost_usd), 0),
    count(*) - count(cost_usd)
FROM lost
GROUP BY ALL
ORDER BY step_at
"""

DELAYS: Final = """
SELECT
    date_trunc($step, occurred_at)::TIMESTAMP AS step_at, quantile_cont(notice_seconds, 0.5),
    quantile_cont(notice_seconds, 0.95)
FROM incidents
WHERE NOT is_own AND notice_seconds IS NOT NULL
GROUP BY ALL
ORDER BY step_at
"""

SHARES: Final = """
SELECT
    {name}, count(*) AS jobs, coalesce(sum(cost_usd), 0) AS usd, count(*) - count(cost_usd),
    coalesce(arg_max(job_name, cost_usd), ''), max(cost_usd)
FROM lost
GROUP BY {name}
ORDER BY {order}, {name}
"""

FAULTS: Final = """
WITH struck AS (
    SELECT
        fingerprint, job, max(cost_usd) AS cost_usd, count(*) AS incidents, min(occurred_at) AS first_at,
        max(occurred_at) AS last_at, any_value(team) AS team
    FROM incidents
    WHERE fingerprint IS NOT NULL AND NOT is_own
    GROUP BY fingerprint, job
),
newest AS (
    SELECT fingerprint, incident_id, title, why, actor, retry
    FROM incidents
    WHERE fingerprint IS NOT NULL AND NOT is_own
    QUALIFY row_number() OVER (PARTITION BY fingerprint ORDER BY occurred_at DESC, incident_id) = 1
)
SELECT
    fingerprint, any_value(newest.incident_id), any_value(title), any_value(why), any_value(actor), any_value(retry),
    sum(incidents)::BIGINT, count(*) AS jobs, count(DISTINCT team), coalesce(sum(cost_usd), 0) AS usd,
    count(*) - count(cost_usd), min(first_at), max(last_at)
FROM struck JOIN newest USING (fingerprint)
GROUP BY fingerprint
ORDER BY jobs DESC, usd DESC, fingerprint
LIMIT $most
"""

DEAREST_STOPS: Final = """
SELECT incident_id, coalesce(job_name, ''), why, acted_at, usd_per_hour, hours_left, saved_usd FROM stops
ORDER BY saved_usd DESC NULLS LAST, acted_at DESC, incident_id
LIMIT $most
"""

SLOWEST: Final = """
SELECT incident_id, coalesce(job_name, ''), why, origin, occurred_at, notice_seconds, alert_seconds FROM incidents
WHERE NOT is_own AND notice_seconds IS NOT NULL
ORDER BY notice_seconds DESC, incident_id
LIMIT $most
"""

LISTED: Final = """
SELECT
    incident_id, epoch_ms(occurred_at) // 1000, coalesce(job_name, ''), why, coalesce(category, ''),
    coalesce(title, ''), coalesce(severity, ''), trigger, coalesce(action, 'none'), standing, coalesce(team, ''),
    coalesce(owner, ''), coalesce(instances, ''), coalesce(status, ''),
    concat_ws(' ', account, region), round(cost_usd * 100)::BIGINT, round(notice_seconds)::BIGINT,
    round(alert_seconds)::BIGINT
FROM incidents
ORDER BY occurred_at DESC, incident_id
LIMIT $most
"""

CHOSEN: Final = """
SELECT incident_id FROM incidents
ORDER BY
    list_position($first, incident_id) NULLS LAST, urgency DESC NULLS LAST, cost_usd DESC NULLS LAST,
    occurred_at DESC, incident_id
LIMIT $most
"""
