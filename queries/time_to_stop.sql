-- Time from a finding to the stop of its job
--
-- From the moment by SageMaker's clock to StopTrainingJob's answer, for stops that SageMaker took. Where the policy
-- asks for a second look or a minimum age, that wait is in it. Percentiles are exact, by nearest rank.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   trigger: What made the incidents.
--   origin: Who noticed, e.g. event, sweep, relay or replay.
--   stops: Stops that SageMaker took.
--   mean_seconds_to_stop: Mean seconds from the moment to the answer.
--   p50_seconds_to_stop: Half of the stops took at most so many seconds.
--   p90_seconds_to_stop: Nine of ten.
--   p95_seconds_to_stop: Nineteen of twenty.
--   p99_seconds_to_stop: Ninety-nine of a hundred.
--   max_seconds_to_stop: The slowest, in seconds.
-- Example:
--   trigger        origin  stops  p50_seconds_to_stop  p99_seconds_to_stop
--   debugger_rule  event      21                 4.75                 11.3
--   profiler_rule  relay       6                  5.1                 7.02
WITH measured AS (
    SELECT
        trigger,
        origin,
        date_diff('millisecond', occurred_at, acted_at) / 1e3 AS seconds
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND action = 'stopped'
        AND acted_at IS NOT NULL
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
    count(*) AS stops,
    round(avg(seconds), 3) AS mean_seconds_to_stop,
    min(CASE WHEN place * 100 >= known * 50 THEN seconds END) AS p50_seconds_to_stop,
    min(CASE WHEN place * 100 >= known * 90 THEN seconds END) AS p90_seconds_to_stop,
    min(CASE WHEN place * 100 >= known * 95 THEN seconds END) AS p95_seconds_to_stop,
    min(CASE WHEN place * 100 >= known * 99 THEN seconds END) AS p99_seconds_to_stop,
    max(seconds) AS max_seconds_to_stop
FROM ranked
GROUP BY trigger, origin
ORDER BY stops DESC, trigger, origin
