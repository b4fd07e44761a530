-- StopTrainingJob calls that trainstop did not make
--
-- Calls by people, programs, Debugger's own actions and AWS's services, each with the incident of the job if there is
-- one: that of its stop, else the latest. trainstop's own calls come from its role WatchRole with a session name that
-- ends in -watch; a stop by `trainstop stop` is the call of the person who gave that command, and is here.
--
-- Parameters:
--   since (date, default 30d): First day that is read, of CloudTrail and of incidents.
--   until (date, default today): Last day that is read.
-- Columns:
--   called_at: When the call was made, UTC.
--   job_name: The training job; null where AWS refused the call and named none.
--   who: The session or user name: mostly the person.
--   caller_arn: The caller in full.
--   account: The job's account.
--   region: The job's Region.
--   source_ip: Where the call came from: an address or an AWS service.
--   user_agent: The program that made the call.
--   error_code: Why the call was refused; null where it was taken.
--   incident_id: The incident; null where there is none.
--   trigger: What made the incident.
--   category: Why the job failed.
--   command: The command of trainstop by which the person stopped the job; null for another way.
--   reason: Why, in that person's words.
--   seconds_to_incident: Seconds from the call to the incident; negative for a call after it.
-- Example:
--   called_at            job_name  who        error_code    trigger
--   2026-01-15 12:10:00  bert-9    bob                      job_stopped
--   2026-01-15 11:59:00  resnet-7  alice      AccessDenied  job_failed
--   2026-01-14 08:30:00  gpt-2     SageMaker
WITH calls AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        recipientaccountid,
        awsregion,
        coalesce(
            json_extract_scalar(requestparameters, '$.trainingJobName'),
            nullif(regexp_extract(errormessage, ':training-job/([a-zA-Z0-9-]+)', 1), '')
        ) AS job_name,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS caller_arn,
        sourceipaddress,
        useragent,
        errorcode
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname = 'StopTrainingJob'
        AND coalesce(useridentity.arn, '') NOT LIKE '%:assumed-role/%WatchRole%/%-watch'
),

incident AS (
    SELECT
        incident_id,
        account,
        region,
        job_name,
        trigger,
        category,
        occurred_at,
        operator_command,
        operator_reason,
        row_number() OVER (
            PARTITION BY account, region, job_name
            ORDER BY CASE WHEN trigger = 'job_stopped' THEN 0 ELSE 1 END, occurred_at DESC, incident_id
        ) AS place
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
)

SELECT
    calls.called_at,
    calls.job_name,
    regexp_extract(calls.caller_arn, '[^/]+$') AS who,
    calls.caller_arn,
    calls.recipientaccountid AS account,
    calls.awsregion AS region,
    calls.sourceipaddress AS source_ip,
    calls.useragent AS user_agent,
    calls.errorcode AS error_code,
    incident.incident_id,
    incident.trigger,
    incident.category,
    incident.operator_command AS command,
    incident.operator_reason AS reason,
    date_diff('millisecond', calls.called_at, incident.occurred_at) / 1e3 AS seconds_to_incident
FROM calls
LEFT JOIN incident
    ON
        calls.recipientaccountid = incident.account
        AND calls.awsregion = incident.region
        AND lower(calls.job_name) = lower(incident.job_name)
        AND incident.place = 1
ORDER BY calls.called_at DESC, calls.eventid
