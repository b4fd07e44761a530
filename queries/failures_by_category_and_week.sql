-- Failures by category and week
--
-- Jobs that failed or ran into a time limit. A job counts once, in the week of its end.
--
-- Parameters:
--   since (date, default 90d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   week: Its Monday, UTC.
--   category: Why the jobs failed.
--   jobs: How many.
--   percent_of_week: Share of the week's failed jobs, in percent.
--   cost_usd: What they cost in USD, as far as known.
--   jobs_without_cost: Jobs whose cost is unknown.
-- Example:
--   week        category           jobs  percent_of_week  cost_usd
--   2026-01-12  gpu_out_of_memory     9             60.0     312.4
--   2026-01-12  user_code             6             40.0     41.87
--   2026-01-05  capacity              2            100.0       0.0
WITH failed AS (
    SELECT
        job_arn,
        max_by(category, occurred_at) AS category,
        CAST(date_trunc('week', max(occurred_at)) AS date) AS week,
        max(cost_usd) AS cost_usd
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
    GROUP BY job_arn
)

SELECT
    week,
    category,
    count(*) AS jobs,
    round(100e0 * count(*) / sum(count(*)) OVER (PARTITION BY week), 1) AS percent_of_week,
    round(sum(cost_usd), 2) AS cost_usd,
    count(*) - count(cost_usd) AS jobs_without_cost
FROM failed
GROUP BY week, category
ORDER BY week DESC, jobs DESC, category
