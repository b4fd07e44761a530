-- Hours that stalled jobs ran on
--
-- From the moment that a rule or an alarm found a job stalled to the job's end or stop, and what that time cost. Stalled
-- means here: Debugger's and the profiler's rules for stalled training, a loss that does not go down, a tensor that no
-- longer changes and GPUs little used, and alarms with idle, stall, hang or hung in their names. A job counts once, from
-- its first such finding; where trainstop knows no end, it may have run on or completed.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   job_name: The training job.
--   team: The team that its tags name, or (no team).
--   owner: Who answers for it.
--   found_by: The rule or alarm that first found the stall.
--   found_at: When, UTC.
--   ended_at: The job's end or, where that is unknown, trainstop's stop, UTC; null where neither is known.
--   ended_by: stop by trainstop, end of the job, or unknown.
--   stalled_hours: Hours in between; null where the end is unknown.
--   stalled_usd: What they cost in USD at on-demand rates; null where the end or the price is unknown.
--   team_stalled_hours: Hours of all of the team's jobs here.
--   team_stalled_usd: USD of all of the team's jobs here, as far as known.
-- Example:
--   job_name  found_by           ended_by           stalled_hours  stalled_usd
--   gpt-0914  StalledTraining    end of the job               9.5       311.31
--   resnet-7  LossNotDecreasing  stop by trainstop           0.08         0.12
--   bert-7    idle-bert-7        unknown
WITH seen AS (
    SELECT
        job_arn,
        job_name,
        team,
        owner,
        occurred_at,
        job_ended_at,
        usd_per_hour,
        coalesce(rule_name, subject) AS finder,
        CASE WHEN action = 'stopped' THEN acted_at END AS stopped_at,
        trigger IN ('debugger_rule', 'profiler_rule', 'alarm') AND (
            title IN (
                'Training stalled',
                'The loss does not go down',
                'A tensor no longer changes',
                'GPUs are little used'
            )
            OR (
                trigger = 'alarm'
                AND (
                    lower(subject) LIKE '%idle%'
                    OR lower(subject) LIKE '%stall%'
                    OR lower(subject) LIKE '%hang%'
                    OR lower(subject) LIKE '%hung%'
                )
            )
        ) AS is_stall
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND job_arn IS NOT NULL
),

jobs AS (
    SELECT
        job_arn,
        max(job_name) AS job_name,
        coalesce(max(team), '(no team)') AS team,
        max(owner) AS owner,
        min_by(finder, CASE WHEN is_stall THEN occurred_at END) AS found_by,
        min(CASE WHEN is_stall THEN occurred_at END) AS found_at,
        max(job_ended_at) AS job_ended_at,
        min(stopped_at) AS stopped_at,
        max(usd_per_hour) AS usd_per_hour
    FROM seen
    GROUP BY job_arn
    HAVING count(CASE WHEN is_stall THEN 1 END) > 0
),

measured AS (
    SELECT
        job_name,
        team,
        owner,
        found_by,
        found_at,
        coalesce(job_ended_at, stopped_at) AS ended_at,
        CASE
            WHEN stopped_at IS NOT NULL THEN 'stop by trainstop'
            WHEN job_ended_at IS NOT NULL THEN 'end of the job'
            ELSE 'unknown'
        END AS ended_by,
        -- A rule's last word may come after the job's end.
        CASE
            WHEN coalesce(job_ended_at, stopped_at) < found_at THEN 0e0
            ELSE date_diff('millisecond', found_at, coalesce(job_ended_at, stopped_at)) / 36e5
        END AS stalled_hours,
        usd_per_hour
    FROM jobs
)

SELECT
    job_name,
    team,
    owner,
    found_by,
    found_at,
    ended_at,
    ended_by,
    round(stalled_hours, 2) AS stalled_hours,
    round(stalled_hours * usd_per_hour, 2) AS stalled_usd,
    round(sum(stalled_hours) OVER (PARTITION BY team), 2) AS team_stalled_hours,
    round(sum(stalled_hours * usd_per_hour) OVER (PARTITION BY team), 2) AS team_stalled_usd
FROM measured
ORDER BY stalled_usd DESC NULLS LAST, stalled_hours DESC NULLS LAST, job_name
