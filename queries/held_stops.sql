-- What the guardrails held back
--
-- Stops that the policy wanted and a guardrail held back, by guardrail and policy rule, and how the jobs went on: a job
-- that failed later shows what the stop would have spared. A job counts once for each guardrail and rule.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   stop_reason: The guardrail, e.g. dry_run, protected_job or stop_limit_reached.
--   stop_rule: The policy rule that wanted the stop; (none) where none is named.
--   jobs: Jobs with a stop held back.
--   failed_later: Those that failed or ran into a time limit afterwards.
--   stopped_later: Those that were stopped after all, by trainstop or by anyone.
--   cost_usd: What the jobs had cost in USD when first held, as far as known.
--   spent_after_usd: What they cost after that in USD, as far as a later incident tells.
--   jobs_without_later_cost: Jobs of which no later incident tells the cost.
-- Example:
--   stop_reason    stop_rule       jobs  failed_later  spent_after_usd
--   dry_run        debugger-rules     8             3            402.9
--   protected_job  idle-gpus          2             0
WITH first_held AS (
    SELECT
        job_arn,
        stop_reason,
        coalesce(stop_rule, '(none)') AS stop_rule,
        detected_at,
        cost_usd,
        row_number() OVER (
            PARTITION BY job_arn, stop_reason, coalesce(stop_rule, '(none)') ORDER BY detected_at, incident_id
        ) AS place
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND action = 'stop_held'
        AND job_arn IS NOT NULL
),

every_incident AS (
    SELECT
        job_arn,
        detected_at,
        trigger,
        action,
        cost_usd
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND job_arn IS NOT NULL
),

held AS (
    SELECT
        first_held.job_arn,
        first_held.stop_reason,
        first_held.stop_rule,
        max(first_held.cost_usd) AS cost_usd,
        max(later.cost_usd) - max(first_held.cost_usd) AS spent_after_usd,
        max(CASE WHEN later.trigger IN ('job_failed', 'runtime_limit', 'wait_limit') THEN 1 ELSE 0 END) AS failed_later,
        max(CASE WHEN later.trigger = 'job_stopped' OR later.action = 'stopped' THEN 1 ELSE 0 END) AS stopped_later
    FROM first_held
    LEFT JOIN every_incident AS later
        ON first_held.job_arn = later.job_arn AND later.detected_at > first_held.detected_at
    WHERE first_held.place = 1
    GROUP BY first_held.job_arn, first_held.stop_reason, first_held.stop_rule
)

SELECT
    stop_reason,
    stop_rule,
    count(*) AS jobs,
    CAST(sum(failed_later) AS bigint) AS failed_later,
    CAST(sum(stopped_later) AS bigint) AS stopped_later,
    round(sum(cost_usd), 2) AS cost_usd,
    round(sum(spent_after_usd), 2) AS spent_after_usd,
    count(*) - count(spent_after_usd) AS jobs_without_later_cost
FROM held
GROUP BY stop_reason, stop_rule
ORDER BY jobs DESC, stop_reason, stop_rule
