-- Time from failure to detection
--
-- From the moment by SageMaker's clock to the moment trainstop noticed. Percentiles are exact, by nearest rank.
-- Incidents that the sweep found are those that no event told; backfilled ones are left out.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   trigger: What made the incidents.
--   origin: Who noticed, e.g. event, sweep, relay or replay.
--   incidents: Incidents, told or not.
--   mean_seconds_to_detect: Mean seconds from the moment to trainstop's noticing.
--   p50_seconds_to_detect: Half of the incidents were noticed within so many seconds.
--   p90_seconds_to_detect: Nine of ten.
--   p95_seconds_to_detect: Nineteen of twenty.
--   p99_seconds_to_detect: Ninety-nine of a hundred.
--   max_seconds_to_detect: The slowest, in seconds.
-- Example:
--   trigger        origin  incidents  p50_seconds_to_detect  p99_seconds_to_detect
--   job_failed     event         118                    1.9                   6.42
--   debugger_rule  relay          17                    3.2                    8.8
--   job_failed     sweep           3                  298.0                  536.1
WITH measured AS (
    SELECT
        trigger,
        origin,
        date_diff('millisecond', occurred_at, detected_at) / 1e3 AS seconds
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND origin <> 'backfill'
),

ranked AS (
    SELECT
        trigger,
        origin,
        seconds,
        row_number() OVER (PARTITION BY trigger, origin ORDER BY seconds) AS place,
        count(*) OVER (PARTITION BY trigger, origin) AS known
    FROM measured
)

SELECT
    trigger,
    origin,
    count(*) AS incidents,
    round(avg(seconds), 3) AS mean_seconds_to_detect,
    min(CASE WHEN place * 100 >= known * 50 THEN seconds END) AS p50_seconds_to_detect,
    min(CASE WHEN place * 100 >= known * 90 THEN seconds END) AS p90_seconds_to_detect,
    min(CASE WHEN place * 100 >= known * 95 THEN seconds END) AS p95_seconds_to_detect,
    min(CASE WHEN place * 100 >= known * 99 THEN seconds END) AS p99_seconds_to_detect,
    max(seconds) AS max_seconds_to_detect
FROM ranked
GROUP BY trigger, origin
ORDER BY incidents DESC, trigger, origin
