-- Alerts that nobody took up
--
-- Incidents that were told and that nobody has acknowledged or resolved, the most urgent first. A note alone does not
-- take one up.
--
-- Parameters:
--   since (date, default 7d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   severity: info, warning, high or critical.
--   occurred_at: When it happened, UTC.
--   told_at: When the alert was published, UTC.
--   job_name: The training job.
--   team: The team that its tags name, or (no team).
--   owner: Who answers for the job.
--   actor: Who has to act: job_owner, platform_team, aws or nobody.
--   category: Why.
--   advice: What to do next.
--   cost_usd: What the job cost in USD.
--   incident_id: The incident.
-- Example:
--   severity  told_at                  job_name  owner  category   cost_usd
--   critical  2026-01-15 12:00:09.000  gpt-0914  alice  gpu_fault     655.2
--   high      2026-01-14 03:05:41.000  resnet-7  bob    user_code      0.42
SELECT
    severity,
    occurred_at,
    told_at,
    job_name,
    coalesce(team, '(no team)') AS team,
    owner,
    actor,
    category,
    advice,
    cost_usd,
    incident_id
FROM incidents
WHERE
    dt BETWEEN ? /* since */ AND ? /* until */
    AND NOT coalesce(drill, false)
    AND told_at IS NOT NULL
    AND acknowledged_at IS NULL
    AND resolved_at IS NULL
ORDER BY
    CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END,
    occurred_at,
    incident_id
