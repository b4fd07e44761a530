-- Money lost by team
--
-- What was spent on jobs that failed, ran into a time limit, or were stopped because of a rule. A job with several
-- incidents counts once, with the highest cost seen. A stop that a person asked for is not counted. The team is the
-- one that the job's tags name.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   team: Its name, or (no team).
--   jobs: Jobs that were lost.
--   cost_usd: What they cost in USD, as far as known.
--   jobs_without_cost: Jobs whose cost is unknown: the sum is too low by these.
--   billable_instance_hours: Billable time times instances, in hours, as far as known.
--   dearest_job: The job that cost most.
--   dearest_job_cost_usd: What it cost in USD.
-- Example:
--   team       jobs  cost_usd  jobs_without_cost  dearest_job
--   nlp          14   1204.18                  0  bert-large-0112
--   vision        5      97.3                  1  resnet-7
--   (no team)     2                            2
WITH lost AS (
    SELECT
        job_arn,
        max(job_name) AS job_name,
        coalesce(max(team), '(no team)') AS team,
        max(cost_usd) AS cost_usd,
        max(billable_instance_seconds) AS billable_instance_seconds
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND (
            trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
            OR (trigger <> 'job_stopped' AND action IN ('stopped', 'already_stopped'))
        )
    GROUP BY job_arn
)

SELECT
    team,
    count(*) AS jobs,
    round(sum(cost_usd), 2) AS cost_usd,
    count(*) - count(cost_usd) AS jobs_without_cost,
    round(sum(billable_instance_seconds) / 3600e0, 2) AS billable_instance_hours,
    max_by(job_name, cost_usd) AS dearest_job,
    max(cost_usd) AS dearest_job_cost_usd
FROM lost
GROUP BY team
ORDER BY cost_usd DESC NULLS LAST, team
