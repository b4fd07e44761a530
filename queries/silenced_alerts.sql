-- What silences kept untold
--
-- Each silence with the alerts that it held back, to see whether it is still needed and whether it hid what mattered.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   silence_id: The silence.
--   silenced_by: Who set it.
--   silence_reason: Why, in that person's words.
--   silenced_until: When it ends, UTC.
--   incidents: Incidents that it kept untold.
--   urgent_incidents: Those of severity high or critical.
--   jobs: Different jobs among them.
--   jobs_cost_usd: What those jobs cost in USD, as far as known.
--   first_at: The first of the incidents, UTC.
--   last_at: The last of them, UTC.
-- Example:
--   silence_id  silence_reason               incidents  urgent_incidents  jobs
--   s-12        the p4d reservation is late         17                12    11
--   s-9         tuning all night                     3                 0     3
WITH jobs AS (
    SELECT
        silence_id,
        max_by(silenced_by, occurred_at) AS silenced_by,
        max_by(silence_reason, occurred_at) AS silence_reason,
        max(silenced_until) AS silenced_until,
        count(*) AS incidents,
        count(CASE WHEN severity IN ('high', 'critical') THEN 1 END) AS urgent_incidents,
        max(cost_usd) AS cost_usd,
        min(occurred_at) AS first_at,
        max(occurred_at) AS last_at
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND silence_id IS NOT NULL
    GROUP BY silence_id, account, region, job_name
)

SELECT
    silence_id,
    max_by(silenced_by, last_at) AS silenced_by,
    max_by(silence_reason, last_at) AS silence_reason,
    max(silenced_until) AS silenced_until,
    CAST(sum(incidents) AS bigint) AS incidents,
    CAST(sum(urgent_incidents) AS bigint) AS urgent_incidents,
    count(*) AS jobs,
    round(sum(cost_usd), 2) AS jobs_cost_usd,
    min(first_at) AS first_at,
    max(last_at) AS last_at
FROM jobs
GROUP BY silence_id
ORDER BY incidents DESC, silence_id
