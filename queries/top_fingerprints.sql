-- The most frequent faults, and since when
--
-- A fingerprint is the same for the same fault in two jobs. Jobs that failed or ran into a time limit; the span is long
-- so that a fault's first day is in it. The resolution is the last one that anybody told of the fault.
--
-- Parameters:
--   since (date, default 365d): First day that is read.
--   until (date, default today): Last day that is read.
--   at_least (int, default 1): Only faults of at least so many jobs.
-- Columns:
--   fingerprint: The fault.
--   category: Why the jobs failed; of several, the latest.
--   title: The same in words.
--   jobs: How many.
--   owners: How many different owners they had.
--   cost_usd: What they cost in USD, as far as known.
--   jobs_without_cost: Jobs whose cost is unknown: the sum is too low by these.
--   first_seen_at: The first of them in the span, UTC.
--   first_job: Its name.
--   last_seen_at: The last of them, UTC.
--   last_job: Its name.
--   last_resolution: How the fault ended the last time that somebody told; null where nobody did.
--   last_resolved_at: When that was told, UTC.
-- Example:
--   fingerprint       jobs  cost_usd  first_seen_at     last_seen_at      last_job
--   0f1e2d3c4b5a6978    23    812.05  2025-11-03 09:14  2026-01-15 12:00  bert-7
--   b81d20aa6f3e9c47     4      31.2  2026-01-12 22:41  2026-01-14 03:05  gan-0914
WITH failed AS (
    SELECT
        fingerprint,
        job_arn,
        max(job_name) AS job_name,
        max(owner) AS owner,
        max_by(category, occurred_at) AS category,
        max_by(title, occurred_at) AS title,
        max(cost_usd) AS cost_usd,
        max(occurred_at) AS occurred_at,
        max_by(resolution, CASE WHEN resolution IS NOT NULL THEN resolved_at END) AS resolution,
        max(CASE WHEN resolution IS NOT NULL THEN resolved_at END) AS resolved_at
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
        AND fingerprint IS NOT NULL
    GROUP BY fingerprint, job_arn
)

SELECT
    fingerprint,
    max_by(category, occurred_at) AS category,
    max_by(title, occurred_at) AS title,
    count(*) AS jobs,
    count(DISTINCT owner) AS owners,
    round(sum(cost_usd), 2) AS cost_usd,
    count(*) - count(cost_usd) AS jobs_without_cost,
    min(occurred_at) AS first_seen_at,
    min_by(job_name, occurred_at) AS first_job,
    max(occurred_at) AS last_seen_at,
    max_by(job_name, occurred_at) AS last_job,
    max_by(resolution, resolved_at) AS last_resolution,
    max(resolved_at) AS last_resolved_at
FROM failed
GROUP BY fingerprint
HAVING count(*) >= ? /* at_least */
ORDER BY jobs DESC, fingerprint
