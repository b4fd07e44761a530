-- Alerts per person and week
--
-- How often trainstop told about somebody's jobs: who gets too many alerts, and how many grouping and silences kept
-- away. The person is the job's owner; whom an alert was for is known of incidents with the column alert_audiences.
--
-- Parameters:
--   since (date, default 90d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   owner: Who started the jobs or answers for them, or (unknown).
--   week: Its Monday, by when it happened, UTC.
--   incidents: Incidents for which the policy ordered an alert.
--   published: Alerts that were sent by themselves.
--   grouped: Incidents that were told with a group that had been told already.
--   silenced: Incidents that a silence kept untold.
--   not_told: The others: they wait, or nobody could be told.
--   for_owner: Published alerts that were for the owner.
--   for_team: Published alerts that were for the team.
--   for_platform: Published alerts that were for the platform team.
--   jobs: Different jobs among the incidents.
-- Example:
--   owner      week        published  grouped  silenced  for_owner  jobs
--   alice      2026-01-12         14       31         0         12     9
--   bob        2026-01-12          2        0         5          2     4
--   (unknown)  2026-01-12          1        0         0          0     1
SELECT
    coalesce(owner, '(unknown)') AS owner,
    CAST(date_trunc('week', occurred_at) AS date) AS week,
    count(*) AS incidents,
    count(CASE WHEN told_as = 'published' THEN 1 END) AS published,
    count(CASE WHEN told_as = 'grouped' THEN 1 END) AS grouped,
    count(CASE WHEN told_as IS NULL AND silence_id IS NOT NULL THEN 1 END) AS silenced,
    count(CASE WHEN told_as IS NULL AND silence_id IS NULL THEN 1 END) AS not_told,
    count(CASE WHEN told_as = 'published' AND contains(alert_audiences, 'owner') THEN 1 END) AS for_owner,
    count(CASE WHEN told_as = 'published' AND contains(alert_audiences, 'team') THEN 1 END) AS for_team,
    count(CASE WHEN told_as = 'published' AND contains(alert_audiences, 'platform') THEN 1 END) AS for_platform,
    count(DISTINCT job_name) AS jobs
FROM incidents
WHERE
    dt BETWEEN ? /* since */ AND ? /* until */
    AND NOT coalesce(drill, false)
    AND alert_channels IS NOT NULL
GROUP BY coalesce(owner, '(unknown)'), CAST(date_trunc('week', occurred_at) AS date)
ORDER BY week DESC, published DESC, owner
