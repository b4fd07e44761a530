-- Who created and who stopped the job of an incident
--
-- Every CreateTrainingJob and StopTrainingJob call for the incident's job that CloudTrail holds, in time order; one row
-- without a call where it holds none. Jobs that a tuning job makes are not created by a call of their own. A stop by
-- trainstop shows the session name of its function, a stop by Debugger's own action that of the job's role.
--
-- Parameters:
--   incident (string): The incident's id.
--   since (date, default 30d): First day that is read, of incidents and of CloudTrail.
--   until (date, default today): Last day that is read.
-- Columns:
--   incident_id: The incident.
--   job_name: Its training job.
--   call: CreateTrainingJob or StopTrainingJob.
--   called_at: When the call was made, UTC.
--   seconds_to_incident: Seconds from the call to the incident; negative for a call after it.
--   who: The session or user name: mostly the person.
--   caller_arn: The caller in full.
--   role_arn: The role behind the session.
--   source_ip: Where the call came from: an address or an AWS service.
--   user_agent: The program that made the call.
--   error_code: Why the call was refused; null where it was taken.
-- Example:
--   call               called_at                seconds_to_incident  who
--   CreateTrainingJob  2026-01-15 11:00:00.000               3600.5  alice
--   StopTrainingJob    2026-01-15 12:00:05.000                 -4.5  bob
WITH incident AS (
    SELECT
        incident_id,
        job_name,
        account,
        region,
        occurred_at
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND incident_id = ? /* incident */
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
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS caller_arn,
        useridentity.sessioncontext.sessionissuer.arn AS role_arn,
        sourceipaddress,
        useragent,
        errorcode
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname IN ('CreateTrainingJob', 'StopTrainingJob')
)

SELECT
    incident.incident_id,
    incident.job_name,
    calls.eventname AS call,
    calls.called_at,
    date_diff('millisecond', calls.called_at, incident.occurred_at) / 1e3 AS seconds_to_incident,
    regexp_extract(calls.caller_arn, '[^/]+$') AS who,
    calls.caller_arn,
    calls.role_arn,
    calls.sourceipaddress AS source_ip,
    calls.useragent AS user_agent,
    calls.errorcode AS error_code
FROM incident
LEFT JOIN calls
    ON
        incident.job_name = calls.job_name
        AND incident.account = calls.recipientaccountid
        AND incident.region = calls.awsregion
ORDER BY calls.called_at, calls.eventid
