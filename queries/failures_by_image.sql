-- Failures by image
--
-- Jobs that failed or ran into a time limit. A job counts once. The image is the
-- container's URI, or the name of an algorithm.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   image: Training image or algorithm name, or (unknown).
--   jobs: Failed jobs.
--   percent: Their share of all failed jobs, in percent.
--   cost_usd: What they cost in USD, as far as known.
--   jobs_without_cost: Jobs whose cost is unknown: the sum is too low by these.
--   top_category: Why most of them failed; of several, the first by name.
--   top_category_jobs: How many of them failed of that.
--   last_at: The last of these failures, UTC.
-- Example:
--   image                           jobs  percent  cost_usd  top_category
--   pytorch-training:2.4-gpu-py311    28     59.6    903.02  gpu_out_of_memory
--   nlp/train:1.8                     16     34.0     391.4  dependency
--   xgboost                            3      6.4      7.06  data_format
WITH failed AS (
    SELECT
        job_arn,
        coalesce(max(image), '(unknown)') AS image,
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
        image,
        category,
        count(*) AS jobs,
        count(cost_usd) AS jobs_with_cost,
        sum(cost_usd) AS cost_usd,
        max(occurred_at) AS last_at,
        row_number() OVER (PARTITION BY image ORDER BY count(*) DESC, category) AS place
    FROM failed
    GROUP BY image, category
)

SELECT
    image,
    CAST(sum(jobs) AS bigint) AS jobs,
    round(100e0 * sum(jobs) / sum(sum(jobs)) OVER (), 1) AS percent,
    round(sum(cost_usd), 2) AS cost_usd,
    CAST(sum(jobs) - sum(jobs_with_cost) AS bigint) AS jobs_without_cost,
    max(CASE WHEN place = 1 THEN category END) AS top_category,
    max(CASE WHEN place = 1 THEN jobs END) AS top_category_jobs,
    max(last_at) AS last_at
FROM by_category
GROUP BY image
ORDER BY jobs DESC, image
