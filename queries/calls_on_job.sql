-- Every call on one training job, in time order
--
-- Calls that name the job or its ARN (AddTags, DeleteTags), those that AWS refused too. A refusal may come without the
-- request: then the job is the one that AWS's message names. Calls that only read are there if the trail logs them.
--
-- Parameters:
--   job (string): Name of the training job.
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   called_at: When the call was made, UTC.
--   call: The API call.
--   who: The session or user name: mostly the person.
--   caller_arn: The caller in full.
--   role_arn: The role behind the session.
--   account: The job's account.
--   region: The job's Region.
--   image: The training image or the algorithm's name, where the call gives one.
--   job_role_arn: The job's execution role, where the call gives one.
--   instance_type: The job's instance type, where the call gives one.
--   instance_count: How many of them, where the call says so.
--   source_ip: Where the call came from: an address or an AWS service.
--   user_agent: The program that made the call.
--   error_code: Why the call was refused; null where it was taken.
--   error_message: The same in AWS's words.
-- Example:
--   called_at            call               who              error_code
--   2026-01-15 11:00:00  CreateTrainingJob  alice
--   2026-01-15 11:20:00  StopTrainingJob    bob              AccessDenied
--   2026-01-15 12:00:05  StopTrainingJob    trainstop-watch
WITH calls AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        eventname,
        recipientaccountid,
        awsregion,
        requestparameters,
        coalesce(
            json_extract_scalar(requestparameters, '$.trainingJobName'),
            nullif(
                regexp_extract(
                    coalesce(json_extract_scalar(requestparameters, '$.resourceArn'), errormessage),
                    ':training-job/([a-zA-Z0-9-]+)',
                    1
                ),
                ''
            )
        ) AS job_name,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS caller_arn,
        useridentity.sessioncontext.sessionissuer.arn AS role_arn,
        sourceipaddress,
        useragent,
        errorcode,
        errormessage
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
)

SELECT
    called_at,
    eventname AS call,
    regexp_extract(caller_arn, '[^/]+$') AS who,
    caller_arn,
    role_arn,
    recipientaccountid AS account,
    awsregion AS region,
    coalesce(
        json_extract_scalar(requestparameters, '$.algorithmSpecification.trainingImage'),
        json_extract_scalar(requestparameters, '$.algorithmSpecification.algorithmName')
    ) AS image,
    json_extract_scalar(requestparameters, '$.roleArn') AS job_role_arn,
    json_extract_scalar(requestparameters, '$.resourceConfig.instanceType') AS instance_type,
    CAST(json_extract_scalar(requestparameters, '$.resourceConfig.instanceCount') AS integer) AS instance_count,
    sourceipaddress AS source_ip,
    useragent AS user_agent,
    errorcode AS error_code,
    errormessage AS error_message
FROM calls
-- ARNs have the name in lower case.
WHERE lower(job_name) = lower(? /* job */)
ORDER BY called_at, eventid
