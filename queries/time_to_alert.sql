-- Time from failure to alert
--
-- From the moment by SageMaker's clock to the moment the alert was published, for incidents that were to be told.
-- Percentiles are exact, by nearest rank. Incidents that the sweep found are those that no event told.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   trigger: What made the incidents.
--   origin: Who noticed: event, sweep, relay or replay.
--   incidents: Incidents with an alert ordered.
--   told: Those whose alert was published; the seconds below are theirs.
--   mean_seconds_to_detect: Mean seconds from the moment to trainstop's noticing.
--   mean_seconds_to_alert: Mean seconds from the moment to the alert.
--   p50_seconds_to_alert: Half of the alerts took at most so many seconds.
--   p95_seconds_to_alert: Nineteen of twenty alerts took at most so many seconds.
--   max_seconds_to_alert: The slowest alert, in seconds.
-- Example:
--   trigger        origin  incidents  p50_seconds_to_alert  p95_seconds_to_alert
--   job_failed     event         118                   4.1                  9.85
--   job_failed     sweep           3                 301.2                540.66
--   debugger_rule  relay          17                   6.3                 15.02
WITH ordered AS (
    SELECT
        trigger,
        origin,
        date_diff('millisecond', occurred_at, detected_at) / 1e3 AS seconds_to_detect,
        date_diff('millisecond', occurred_at, told_at) / 1e3 AS seconds_to_alert
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND alert_channels IS NOT NULL
        AND silence_id IS NULL
        AND origin <> 'backfill'
),

ranked AS (
    SELECT
        trigger,
        origin,
        seconds_to_detect,
        seconds_to_alert,
        row_number() OVER (PARTITION BY trigger, origin ORDER BY seconds_to_alert NULLS LAST) AS place,
        count(seconds_to_alert) OVER (PARTITION BY trigger, origin) AS told
    FROM ordered
)

SELECT
    trigger,
    origin,
    count(*) AS incidents,
    max(told) AS told,
    round(avg(CASE WHEN seconds_to_alert IS NOT NULL THEN seconds_to_detect END), 3) AS mean_seconds_to_detect,
    round(avg(seconds_to_alert), 3) AS mean_seconds_to_alert,
    min(CASE WHEN place * 100 >= told * 50 THEN seconds_to_alert END) AS p50_seconds_to_alert,
    min(CASE WHEN place * 100 >= told * 95 THEN seconds_to_alert END) AS p95_seconds_to_alert,
    max(seconds_to_alert) AS max_seconds_to_alert
FROM ranked
GROUP BY trigger, origin
ORDER BY incidents DESC, trigger, origin
