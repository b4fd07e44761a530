-- Jobs that failed after somebody changed the image or the role
--
-- The CreateTrainingJob call of a failed job beside that of the last run of its family that completed. Both calls have
-- to be in the time span: take a longer one where the last good run is older. The image is the training image, or the
-- name of an algorithm; a tag such as :latest may mean another image though it reads the same.
--
-- Parameters:
--   since (date, default 90d): First day that is read, of CloudTrail and of incidents.
--   until (date, default today): Last day that is read.
-- Columns:
--   failed_at: When the job failed, UTC.
--   job_name: The failed job.
--   category: Why it failed.
--   changed: image, role, or image and role.
--   who: Who submitted the failed job: the session or user name, mostly the person.
--   caller_arn: The same in full.
--   submitted_at: When, UTC.
--   old_image: The image of the last good run.
--   new_image: The image of the failed job.
--   old_role_arn: The execution role of the last good run.
--   new_role_arn: The execution role of the failed job.
--   last_good_job_name: The last good run.
--   last_good_who: Who submitted that.
--   cost_usd: What the failed job cost in USD; null where unknown.
--   incident_id: The incident.
-- Example:
--   job_name  category       changed         who    old_image  new_image
--   bert-12   dependency     image           alice  train:1    train:2
--   gpt-4     access_denied  image and role  bob    gpt:7      gpt:8
WITH failed AS (
    SELECT
        incident_id,
        account,
        region,
        job_name,
        category,
        occurred_at,
        last_good_job_name,
        cost_usd
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
        AND last_good_job_name IS NOT NULL
),

created AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        recipientaccountid,
        awsregion,
        json_extract_scalar(requestparameters, '$.trainingJobName') AS job_name,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS caller_arn,
        coalesce(
            json_extract_scalar(requestparameters, '$.algorithmSpecification.trainingImage'),
            json_extract_scalar(requestparameters, '$.algorithmSpecification.algorithmName')
        ) AS image,
        json_extract_scalar(requestparameters, '$.roleArn') AS role_arn
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname = 'CreateTrainingJob'
        AND errorcode IS NULL
)

SELECT
    failed.occurred_at AS failed_at,
    failed.job_name,
    failed.category,
    CASE
        WHEN now_is.image <> then_was.image AND now_is.role_arn <> then_was.role_arn THEN 'image and role'
        WHEN now_is.image <> then_was.image THEN 'image'
        ELSE 'role'
    END AS changed,
    regexp_extract(now_is.caller_arn, '[^/]+$') AS who,
    now_is.caller_arn,
    now_is.called_at AS submitted_at,
    then_was.image AS old_image,
    now_is.image AS new_image,
    then_was.role_arn AS old_role_arn,
    now_is.role_arn AS new_role_arn,
    failed.last_good_job_name,
    regexp_extract(then_was.caller_arn, '[^/]+$') AS last_good_who,
    failed.cost_usd,
    failed.incident_id
FROM failed
INNER JOIN created AS now_is
    ON
        failed.account = now_is.recipientaccountid
        AND failed.region = now_is.awsregion
        AND failed.job_name = now_is.job_name
INNER JOIN created AS then_was
    ON
        failed.account = then_was.recipientaccountid
        AND failed.region = then_was.awsregion
        AND failed.last_good_job_name = then_was.job_name
WHERE now_is.image <> then_was.image OR now_is.role_arn <> then_was.role_arn
ORDER BY failed.occurred_at DESC, failed.incident_id
