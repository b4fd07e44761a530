-- All incidents of one job
--
-- Parameters:
--   job (string): Name of the training job.
--   since (date, default 90d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   occurred_at: When it happened, UTC.
--   trigger: What made the incident.
--   subject: The rule or alarm.
--   category: Why.
--   confidence: How sure that is.
--   root_line: The line that shows the cause.
--   action: What trainstop did.
--   stop_reason: Why it stopped the job or did not.
--   seconds_to_alert: Seconds to the alert; null where nobody was told.
--   cost_usd: What the job had cost by then, in USD.
--   incident_id: The incident.
-- Example:
--   occurred_at              trigger        category           action     cost_usd
--   2026-01-15 11:48:02.000  debugger_rule  numerical          stop_held      2.21
--   2026-01-15 12:00:00.500  job_failed     gpu_out_of_memory  none           2.78
SELECT
    occurred_at,
    trigger,
    subject,
    category,
    confidence,
    root_line,
    action,
    stop_reason,
    date_diff('millisecond', occurred_at, told_at) / 1e3 AS seconds_to_alert,
    cost_usd,
    incident_id
FROM incidents
WHERE
    dt BETWEEN ? /* since */ AND ? /* until */
    AND NOT coalesce(drill, false)
    AND job_name = ? /* job */
ORDER BY occurred_at, incident_id
