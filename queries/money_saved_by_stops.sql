-- Money saved by stops, at most
--
-- Jobs that trainstop stopped. What the rest of their time would have cost is an upper bound: the price of their
-- instances from the stop to MaxRuntimeInSeconds, at on-demand rates. Nobody knows how long they would have run. A job
-- counts once, with its first stop.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   team: The team that the jobs' tags name, or (no team).
--   rule: The Debugger or profiler rule or the alarm; operator where a person stopped the job by trainstop's command.
--   jobs: Jobs stopped.
--   cost_usd: What they had cost in USD when trainstop looked, as far as known.
--   spared_hours_at_most: Hours from the stops to MaxRuntimeInSeconds, not times instances.
--   saved_usd_at_most: Upper bound of what the stops saved, in USD, as far as known.
--   jobs_without_bound: Jobs whose price or MaxRuntimeInSeconds is unknown: they are not in the bound.
-- Example:
--   team    rule               jobs  cost_usd  saved_usd_at_most
--   nlp     StalledTraining       4     310.2            2981.75
--   vision  LossNotDecreasing     9    120.66              840.1
--   vision  operator              1       3.4              12.96
WITH stops AS (
    SELECT
        job_arn,
        coalesce(team, '(no team)') AS team,
        coalesce(rule_name, trigger) AS rule,
        cost_usd,
        usd_per_hour,
        max_runtime_seconds - coalesce(date_diff('millisecond', job_started_at, acted_at), 0) / 1e3 AS seconds_left,
        row_number() OVER (PARTITION BY job_arn ORDER BY acted_at, incident_id) AS place
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND action = 'stopped'
),

spared AS (
    SELECT
        team,
        rule,
        cost_usd,
        usd_per_hour,
        CASE WHEN seconds_left < 0 THEN 0e0 ELSE seconds_left / 36e2 END AS hours_left
    FROM stops
    WHERE place = 1
)

SELECT
    team,
    rule,
    count(*) AS jobs,
    round(sum(cost_usd), 2) AS cost_usd,
    round(sum(hours_left), 2) AS spared_hours_at_most,
    round(sum(usd_per_hour * hours_left), 2) AS saved_usd_at_most,
    count(*) - count(usd_per_hour * hours_left) AS jobs_without_bound
FROM spared
GROUP BY team, rule
ORDER BY saved_usd_at_most DESC NULLS LAST, team, rule
