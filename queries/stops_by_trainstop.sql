-- Jobs that trainstop stopped, or held back from stopping
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   occurred_at: When the rule found the issue, UTC.
--   job_name: The training job.
--   team: The team that its tags name.
--   rule_name: The Debugger or profiler rule, or the alarm.
--   rule_step: The training step it names.
--   action: stopped, already_stopped, stop_held or stop_failed.
--   stop_reason: Why it was stopped, or what held the stop back.
--   stop_rule: The policy rule that wanted the stop.
--   seconds_to_detect: Seconds from the issue to trainstop's noticing.
--   seconds_to_stop: Seconds from the issue to SageMaker's answer to the stop; null where none was asked for.
--   cost_usd: What the job had cost by then, in USD.
--   action_error: AWS's error where the stop failed.
--   incident_id: The incident.
-- Example:
--   job_name  rule_name          action     stop_reason     seconds_to_stop
--   resnet-7  LossNotDecreasing  stopped    rule_says_stop             4.75
--   gan-0914  Overfit            stop_held  dry_run
SELECT
    occurred_at,
    job_name,
    team,
    rule_name,
    rule_step,
    action,
    stop_reason,
    stop_rule,
    date_diff('millisecond', occurred_at, detected_at) / 1e3 AS seconds_to_detect,
    date_diff('millisecond', occurred_at, acted_at) / 1e3 AS seconds_to_stop,
    cost_usd,
    action_error,
    incident_id
FROM incidents
WHERE
    dt BETWEEN ? /* since */ AND ? /* until */
    AND NOT coalesce(drill, false)
    AND action <> 'none'
ORDER BY occurred_at DESC, incident_id
