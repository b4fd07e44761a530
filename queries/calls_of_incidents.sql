-- Calls on the jobs of incidents
--
-- Every call that created, stopped or changed a job with an incident in the time span, as CloudTrail has it: what the
-- report shows in each incident's timeline. Jobs that a tuning job makes are not created by a call of their own.
--
-- Parameters:
--   since (date, default 7d): First day of incidents that is read.
--   until (date, default today): Last day that is read.
--   calls_since (date, default 14d): First day of CloudTrail that is read: jobs begin before they fail.
-- Columns:
--   account: AWS account id of the job.
--   region: Its AWS Region.
--   job_name: The training job.
--   called_at: When the call was made, UTC.
--   call: CreateTrainingJob, StopTrainingJob or UpdateTrainingJob.
--   who: The session or user name: mostly the person.
--   source_ip: Where the call came from: an address or an AWS service.
--   error_code: Why the call was refused; null where it was taken.
-- Example:
--   job_name  called_at            call               who    source_ip
--   bert-1    2026-01-15 11:00:00  CreateTrainingJob  alice  203.0.113.10
--   bert-1    2026-01-15 12:05:00  StopTrainingJob    bob    203.0.113.10
WITH jobs AS (
    SELECT DISTINCT
        account,
        region,
        job_name
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND job_name IS NOT NULL
),

calls AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        eventname,
        recipientaccountid,
        awsregion,
        json_extract_scalar(requestparameters, '$.trainingJobName') AS job_name,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS caller,
        sourceipaddress,
        errorcode
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* calls_since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname IN ('CreateTrainingJob', 'StopTrainingJob', 'UpdateTrainingJob')
)

SELECT
    jobs.account,
    jobs.region,
    jobs.job_name,
    calls.called_at,
    calls.eventname AS call,
    regexp_extract(calls.caller, '[^/]+$') AS who,
    calls.sourceipaddress AS source_ip,
    calls.errorcode AS error_code
FROM jobs
INNER JOIN calls
    ON
        jobs.account = calls.recipientaccountid
        AND jobs.region = calls.awsregion
        AND jobs.job_name = calls.job_name
ORDER BY calls.called_at, calls.eventid
