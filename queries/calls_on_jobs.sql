-- Who created, stopped, changed and deleted training jobs, by day
--
-- CreateTrainingJob, StopTrainingJob, UpdateTrainingJob and DeleteTrainingJob calls by principal. Jobs that a tuning
-- job makes are not created by a call of their own.
--
-- Parameters:
--   since (date, default 7d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   day: The day, UTC.
--   principal: Who called, in full.
--   who: The session or user name: mostly the person.
--   call: The API call.
--   calls: How many, refused ones too.
--   refused_calls: Those that AWS refused.
--   jobs: Different jobs in the calls that AWS took.
--   first_at: The first call, UTC.
--   last_at: The last call, UTC.
-- Example:
--   day         who              call               calls  refused_calls  jobs
--   2026-01-15  alice            CreateTrainingJob     14              2    12
--   2026-01-15  bob              UpdateTrainingJob      1              0     1
--   2026-01-15  trainstop-watch  StopTrainingJob        3              0     3
WITH calls AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        eventname,
        errorcode,
        CAST(substr(eventtime, 1, 10) AS date) AS called_on,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS principal,
        recipientaccountid || ' ' || awsregion || ' '
        || json_extract_scalar(requestparameters, '$.trainingJobName') AS job
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname IN ('CreateTrainingJob', 'StopTrainingJob', 'UpdateTrainingJob', 'DeleteTrainingJob')
)

SELECT
    called_on AS day,
    principal,
    regexp_extract(principal, '[^/]+$') AS who,
    eventname AS call,
    count(*) AS calls,
    count(errorcode) AS refused_calls,
    count(DISTINCT CASE WHEN errorcode IS NULL THEN job END) AS jobs,
    min(called_at) AS first_at,
    max(called_at) AS last_at
FROM calls
GROUP BY called_on, principal, eventname
ORDER BY called_on DESC, principal, eventname
