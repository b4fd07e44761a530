-- What trainstop itself did to training jobs, by CloudTrail and by its own incidents
--
-- One row for each job and API call: the StopTrainingJob and CreateTrainingJob calls of its role WatchRole, beside the
-- incident that says why. Calls without an incident come first, then incidents whose call CloudTrail does not hold. Of
-- the latter, the newest may not have been delivered yet, and a retry that was planned may not be due, or be held at
-- its time. Other jobs that a Debugger action's prefix names are stopped by a call without an incident of their own.
-- Calls made by people with `trainstop stop` are theirs: see stop_calls_by_others.
--
-- Parameters:
--   since (date, default 30d): First day that is read, of CloudTrail and of incidents.
--   until (date, default today): Last day that is read.
-- Columns:
--   verdict: call without incident, incident without call, or explained.
--   call: StopTrainingJob or CreateTrainingJob.
--   job_name: The job that was stopped or created; null where AWS refused the call and named none.
--   account: Its account.
--   region: Its Region.
--   calls: Calls that CloudTrail holds; null for none.
--   refused_calls: Those that AWS refused.
--   first_called_at: The first of them, UTC.
--   last_called_at: The last of them, UTC.
--   incidents: Incidents that say so; null for none.
--   incident_id: The first of them.
--   action: stopped, already_stopped, stop_failed or retry_planned.
--   rule: The policy rule that wanted it.
--   acted_at: When SageMaker answered the stop, as the incident says, UTC; for a retry when it was planned.
-- Example:
--   verdict                call               job_name      action
--   call without incident  StopTrainingJob    gpt-2
--   incident without call  StopTrainingJob    bert-9        stopped
--   explained              CreateTrainingJob  t5-1-retry-1  retry_planned
WITH calls AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        eventname,
        recipientaccountid,
        awsregion,
        coalesce(
            json_extract_scalar(requestparameters, '$.trainingJobName'),
            nullif(regexp_extract(errormessage, ':training-job/([a-zA-Z0-9-]+)', 1), '')
        ) AS job_name,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        errorcode
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname IN ('StopTrainingJob', 'CreateTrainingJob')
        AND useridentity.arn LIKE '%:assumed-role/%WatchRole%/%-watch'
),

called AS (
    SELECT
        eventname,
        recipientaccountid,
        awsregion,
        -- A name in AWS's message is one of an ARN, in lower case.
        lower(job_name) AS job_key,
        max(job_name) AS job_name,
        count(*) AS calls,
        count(errorcode) AS refused_calls,
        min(called_at) AS first_called_at,
        max(called_at) AS last_called_at
    FROM calls
    GROUP BY eventname, recipientaccountid, awsregion, lower(job_name)
),

actions AS (
    SELECT
        'StopTrainingJob' AS eventname,
        account,
        region,
        job_name,
        incident_id,
        action,
        stop_rule AS policy_rule,
        acted_at
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND action IN ('stopped', 'already_stopped', 'stop_failed')
        AND acted_at IS NOT NULL
        AND operator_command IS NULL
    UNION ALL
    SELECT
        'CreateTrainingJob' AS eventname,
        account,
        region,
        retry_job_name AS job_name,
        incident_id,
        'retry_planned' AS action,
        resubmit_rule AS policy_rule,
        detected_at AS acted_at
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND retry_job_name IS NOT NULL
),

told AS (
    SELECT
        eventname,
        account,
        region,
        lower(job_name) AS job_key,
        max(job_name) AS job_name,
        count(*) AS incidents,
        min_by(incident_id, acted_at) AS incident_id,
        min_by(action, acted_at) AS action,
        min_by(coalesce(policy_rule, ''), acted_at) AS policy_rule,
        min(acted_at) AS acted_at
    FROM actions
    GROUP BY eventname, account, region, lower(job_name)
)

SELECT
    CASE
        WHEN told.incident_id IS NULL THEN 'call without incident'
        WHEN called.calls IS NULL THEN 'incident without call'
        ELSE 'explained'
    END AS verdict,
    coalesce(called.eventname, told.eventname) AS call,
    coalesce(told.job_name, called.job_name) AS job_name,
    coalesce(called.recipientaccountid, told.account) AS account,
    coalesce(called.awsregion, told.region) AS region,
    called.calls,
    called.refused_calls,
    called.first_called_at,
    called.last_called_at,
    told.incidents,
    told.incident_id,
    told.action,
    nullif(told.policy_rule, '') AS rule,
    told.acted_at
FROM called
FULL JOIN told
    ON
        called.eventname = told.eventname
        AND called.recipientaccountid = told.account
        AND called.awsregion = told.region
        AND called.job_key = told.job_key
ORDER BY
    CASE WHEN told.incident_id IS NULL THEN 0 WHEN called.calls IS NULL THEN 1 ELSE 2 END,
    coalesce(called.last_called_at, told.acted_at) DESC,
    coalesce(told.job_name, called.job_name)
