-- Who silenced, acknowledged and resolved what
--
-- Incidents that a silence kept untold, and those about which people did something.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   occurred_at: When it happened, UTC.
--   job_name: The training job.
--   category: Why.
--   silence_id: The silence that kept the alert untold; null where none did.
--   silenced_by: Who set it.
--   silence_reason: Why.
--   acknowledged_by: Who first acknowledged the incident.
--   minutes_to_acknowledge: Minutes from the moment to that.
--   resolved_by: Who last said how it ended.
--   minutes_to_resolve: Minutes from the moment to that.
--   resolution: How it ended, in that person's words.
--   notes: How many entries people made.
--   incident_id: The incident.
-- Example:
--   job_name         silence_id  acknowledged_by  resolution
--   bert-large-0112  s-12
--   gpt-0914                     dora             the reservation began
SELECT
    occurred_at,
    job_name,
    category,
    silence_id,
    silenced_by,
    silence_reason,
    acknowledged_by,
    date_diff('millisecond', occurred_at, acknowledged_at) / 6e4 AS minutes_to_acknowledge,
    resolved_by,
    date_diff('millisecond', occurred_at, resolved_at) / 6e4 AS minutes_to_resolve,
    resolution,
    cardinality(notes) AS notes,
    incident_id
FROM incidents
WHERE
    dt BETWEEN ? /* since */ AND ? /* until */
    AND NOT coalesce(drill, false)
    AND (silence_id IS NOT NULL OR notes IS NOT NULL)
ORDER BY occurred_at DESC, incident_id
