-- Retries that helped
--
-- What became of the retries that trainstop planned, by what the job before had failed of. One row for each category,
-- with (all) as fingerprint, and one for each fault in it. A retry without a known end runs still, was refused or was
-- stopped.
--
-- Parameters:
--   since (date, default 90d): First day that is read, of failures and of what became of their retries.
--   until (date, default today): Last day that is read.
-- Columns:
--   category: Why the job before failed.
--   fingerprint: Its fault; (all) for the category's sum, (none) for faults without a fingerprint.
--   planned: Retries planned.
--   completed: Retries that completed.
--   failed_again: Retries that failed or ran into a time limit.
--   no_end_known: The others.
--   helped_percent: Share of the completed among those with a known end, in percent.
--   retries_cost_usd: What the retries cost in USD, as far as known.
--   lines_cost_usd: What the lines cost altogether that ended with one of these retries, first job included, in USD.
-- Example:
--   category   fingerprint       planned  completed  failed_again  helped_percent
--   capacity   (all)                  14         12             1            92.3
--   capacity   7c0e55d1a9b24f63       14         12             1            92.3
--   gpu_fault  (all)                   5          2             3            40.0
--   gpu_fault  0f1e2d3c4b5a6978        3          2             1            66.7
--   gpu_fault  b81d20aa6f3e9c47        2          0             2             0.0
WITH planned AS (
    SELECT
        account,
        region,
        coalesce(retry_root, job_name) AS root,
        retry_job_name,
        category,
        coalesce(fingerprint, '(none)') AS fingerprint,
        -- A line's cost counts for its last retry alone.
        row_number() OVER (
            PARTITION BY account, region, coalesce(retry_root, job_name)
            ORDER BY coalesce(retry_attempt, 0) DESC, occurred_at DESC, incident_id
        ) AS from_last
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND retry_job_name IS NOT NULL
),

ended AS (
    SELECT
        account,
        region,
        job_name,
        max(CASE WHEN trigger = 'retry_completed' THEN 1 ELSE 0 END) AS completed,
        max(CASE WHEN trigger IN ('job_failed', 'runtime_limit', 'wait_limit') THEN 1 ELSE 0 END) AS failed,
        max(cost_usd) AS cost_usd,
        max(line_cost_usd) AS line_cost_usd
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND retry_attempt IS NOT NULL
        AND job_arn IS NOT NULL
    GROUP BY account, region, job_name
),

retries AS (
    SELECT
        planned.category,
        planned.fingerprint,
        coalesce(ended.completed, 0) AS completed,
        CASE WHEN ended.completed = 0 AND ended.failed = 1 THEN 1 ELSE 0 END AS failed_again,
        ended.cost_usd,
        CASE WHEN planned.from_last = 1 THEN ended.line_cost_usd END AS line_cost_usd
    FROM planned
    LEFT JOIN ended
        ON
            planned.account = ended.account
            AND planned.region = ended.region
            AND planned.retry_job_name = ended.job_name
),

sums AS (
    SELECT
        category,
        fingerprint,
        grouping(fingerprint) AS is_whole_category,
        count(*) AS planned,
        sum(completed) AS completed,
        sum(failed_again) AS failed_again,
        sum(cost_usd) AS retries_cost_usd,
        sum(line_cost_usd) AS lines_cost_usd
    FROM retries
    GROUP BY GROUPING SETS ((category), (category, fingerprint))
)

SELECT
    category,
    coalesce(fingerprint, '(all)') AS fingerprint,
    planned,
    CAST(completed AS bigint) AS completed,
    CAST(failed_again AS bigint) AS failed_again,
    CAST(planned - completed - failed_again AS bigint) AS no_end_known,
    round(100e0 * completed / nullif(completed + failed_again, 0), 1) AS helped_percent,
    round(retries_cost_usd, 2) AS retries_cost_usd,
    round(lines_cost_usd, 2) AS lines_cost_usd
FROM sums
ORDER BY category, is_whole_category DESC, planned DESC, fingerprint
