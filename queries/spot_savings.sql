-- What managed spot training saved
--
-- Spot jobs by instance type: training time against billable time, and what interruptions did to them. The archive has
-- only jobs that something happened to (failed, stopped, found by a rule): a spot job that completed in peace is not
-- among them, so this is not the account's saving.
--
-- Parameters:
--   since (date, default 90d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   instance_type: Instance type, or (several or unknown).
--   jobs: Spot jobs with an incident.
--   jobs_with_savings: Those whose training time and billable time are known; the next four columns are theirs.
--   training_instance_hours: Training time times instances, in hours.
--   billable_instance_hours: Billable time times instances, in hours.
--   saved_percent: Share of the training time that was not billed, in percent.
--   saved_usd: The same in USD at on-demand rates, as far as the price is known.
--   interrupted_jobs: Jobs that lost their instances at least once.
--   interruptions: How often that happened.
--   failed_of_interruption: Jobs that failed because of it.
--   ran_into_wait_limit: Jobs that waited for instances until MaxWaitTimeInSeconds.
-- Example:
--   instance_type    jobs  saved_percent  saved_usd  interruptions
--   ml.g5.2xlarge      22           64.1      412.7              9
--   ml.p4d.24xlarge     4           58.3    3022.08             11
WITH spot_jobs AS (
    SELECT
        job_arn,
        coalesce(max(instance_type), '(several or unknown)') AS instance_type,
        max(duration_seconds * instance_count) / 36e2 AS training_hours,
        max(billable_instance_seconds) / 36e2 AS billable_hours,
        max(usd_per_hour / nullif(instance_count, 0)) AS usd_per_instance_hour,
        max(coalesce(interruption_count, 0)) AS interruptions,
        max(CASE WHEN trigger = 'job_failed' AND category = 'spot_interruption' THEN 1 ELSE 0 END) AS failed_of_it,
        max(CASE WHEN trigger = 'wait_limit' THEN 1 ELSE 0 END) AS waited_too_long
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND spot
        AND job_arn IS NOT NULL
    GROUP BY job_arn
),

known AS (
    SELECT
        instance_type,
        CASE WHEN billable_hours IS NOT NULL THEN training_hours END AS training_hours,
        CASE WHEN training_hours IS NOT NULL THEN billable_hours END AS billable_hours,
        usd_per_instance_hour,
        interruptions,
        failed_of_it,
        waited_too_long
    FROM spot_jobs
)

SELECT
    instance_type,
    count(*) AS jobs,
    count(training_hours) AS jobs_with_savings,
    round(sum(training_hours), 2) AS training_instance_hours,
    round(sum(billable_hours), 2) AS billable_instance_hours,
    round(100 * (1 - sum(billable_hours) / nullif(sum(training_hours), 0)), 1) AS saved_percent,
    round(sum((training_hours - billable_hours) * usd_per_instance_hour), 2) AS saved_usd,
    count(CASE WHEN interruptions > 0 THEN 1 END) AS interrupted_jobs,
    CAST(sum(interruptions) AS bigint) AS interruptions,
    CAST(sum(failed_of_it) AS bigint) AS failed_of_interruption,
    CAST(sum(waited_too_long) AS bigint) AS ran_into_wait_limit
FROM known
GROUP BY instance_type
ORDER BY jobs DESC, instance_type
