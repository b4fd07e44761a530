-- Spot interruptions by week, Region and instance type
--
-- When and where spot instances were taken back, among spot jobs that have an incident: one that was interrupted and
-- completed all the same is not in the archive. A job counts once, in the week of its last incident.
--
-- Parameters:
--   since (date, default 90d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   week: Its Monday, UTC.
--   region: AWS Region.
--   instance_type: Instance type, or (several or unknown).
--   spot_jobs: Spot jobs with an incident.
--   interrupted_jobs: Those that lost their instances at least once.
--   interrupted_percent: Their share, in percent.
--   interruptions: How often that happened.
--   failed_of_interruption: Jobs that failed because of it.
--   cost_usd: What the interrupted jobs cost in USD, as far as known.
-- Example:
--   week        instance_type    spot_jobs  interrupted_jobs  interruptions
--   2026-01-12  ml.p4d.24xlarge          4                 3              9
--   2026-01-12  ml.g5.2xlarge           11                 2              2
--   2026-01-05  ml.g5.2xlarge            6                 0              0
WITH spot_jobs AS (
    SELECT
        job_arn,
        max(region) AS region,
        coalesce(max(instance_type), '(several or unknown)') AS instance_type,
        CAST(date_trunc('week', max(occurred_at)) AS date) AS week,
        max(coalesce(interruption_count, 0)) AS interruptions,
        max(CASE WHEN trigger = 'job_failed' AND category = 'spot_interruption' THEN 1 ELSE 0 END) AS failed_of_it,
        max(cost_usd) AS cost_usd
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND spot
        AND job_arn IS NOT NULL
    GROUP BY job_arn
)

SELECT
    week,
    region,
    instance_type,
    count(*) AS spot_jobs,
    count(CASE WHEN interruptions > 0 THEN 1 END) AS interrupted_jobs,
    round(100e0 * count(CASE WHEN interruptions > 0 THEN 1 END) / count(*), 1) AS interrupted_percent,
    CAST(sum(interruptions) AS bigint) AS interruptions,
    CAST(sum(failed_of_it) AS bigint) AS failed_of_interruption,
    round(sum(CASE WHEN interruptions > 0 THEN cost_usd END), 2) AS cost_usd
FROM spot_jobs
GROUP BY week, region, instance_type
ORDER BY week DESC, interruptions DESC, region, instance_type
