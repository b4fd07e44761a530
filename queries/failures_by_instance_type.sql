-- Failures by instance type
--
-- Jobs that failed or ran into a time limit. A job counts once. Jobs of several
-- instance types stand under (several or unknown).
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   instance_type: Instance type, or (several or unknown).
--   jobs: Failed jobs.
--   percent: Their share of all failed jobs, in percent.
--   cost_usd: What they cost in USD, as far as known.
--   jobs_without_cost: Jobs whose cost is unknown: the sum is too low by these.
--   top_category: Why most of them failed; of several, the first by name.
--   top_category_jobs: How many of them failed of that.
--   last_at: The last of these failures, UTC.
-- Example:
--   instance_type         jobs  percent  cost_usd  top_category
--   ml.g5.2xlarge           30     63.8    211.45  gpu_out_of_memory
--   ml.p4d.24xlarge         12     25.5    1080.0  distributed
--   (several or unknown)     5     10.6     10.03  user_code
WITH failed AS (
    SELECT
        job_arn,
        coalesce(max(instance_type), '(several or unknown)') AS instance_type,
        max_by(category, occurred_at) AS category,
        max(cost_usd) AS cost_usd,
        max(occurred_at) AS occurred_at
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
    GROUP BY job_arn
),

by_category AS (
    SELECT
        instance_type,
        category,
        count(*) AS jobs,
        count(cost_usd) AS jobs_with_cost,
        sum(cost_usd) AS cost_usd,
        max(occurred_at) AS last_at,
        row_number() OVER (PARTITION BY instance_type ORDER BY count(*) DESC, category) AS place
    FROM failed
    GROUP BY instance_type, category
)

SELECT
    instance_type,
    CAST(sum(jobs) AS bigint) AS jobs,
    round(100e0 * sum(jobs) / sum(sum(jobs)) OVER (), 1) AS percent,
    round(sum(cost_usd), 2) AS cost_usd,
    CAST(sum(jobs) - sum(jobs_with_cost) AS bigint) AS jobs_without_cost,
    max(CASE WHEN place = 1 THEN category END) AS top_category,
    max(CASE WHEN place = 1 THEN jobs END) AS top_category_jobs,
    max(last_at) AS last_at
FROM by_category
GROUP BY instance_type
ORDER BY jobs DESC, instance_type
