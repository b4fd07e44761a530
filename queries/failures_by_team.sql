-- Failures by team
--
-- Jobs that failed or ran into a time limit. A job counts once. The team is the
-- one that the job's tags name.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   team: Its name, or (no team).
--   jobs: Failed jobs.
--   percent: Their share of all failed jobs, in percent.
--   cost_usd: What they cost in USD, as far as known.
--   jobs_without_cost: Jobs whose cost is unknown: the sum is too low by these.
--   top_category: Why most of them failed; of several, the first by name.
--   top_category_jobs: How many of them failed of that.
--   last_at: The last of these failures, UTC.
-- Example:
--   team       jobs  percent  cost_usd  top_category       top_category_jobs
--   nlp          31     66.0   1204.18  gpu_out_of_memory                 17
--   vision       13     27.7      97.3  user_code                          6
--   (no team)     3      6.4            dependency                         2
WITH failed AS (
    SELECT
        job_arn,
        coalesce(max(team), '(no team)') AS team,
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
        team,
        category,
        count(*) AS jobs,
        count(cost_usd) AS jobs_with_cost,
        sum(cost_usd) AS cost_usd,
        max(occurred_at) AS last_at,
        row_number() OVER (PARTITION BY team ORDER BY count(*) DESC, category) AS place
    FROM failed
    GROUP BY team, category
)

SELECT
    team,
    CAST(sum(jobs) AS bigint) AS jobs,
    round(100e0 * sum(jobs) / sum(sum(jobs)) OVER (), 1) AS percent,
    round(sum(cost_usd), 2) AS cost_usd,
    CAST(sum(jobs) - sum(jobs_with_cost) AS bigint) AS jobs_without_cost,
    max(CASE WHEN place = 1 THEN category END) AS top_category,
    max(CASE WHEN place = 1 THEN jobs END) AS top_category_jobs,
    max(last_at) AS last_at
FROM by_category
GROUP BY team
ORDER BY jobs DESC, team
