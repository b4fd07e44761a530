-- Share of jobs that fail, by who created them
--
-- Jobs that were created in the time span, joined with their failures in it. Jobs that a tuning job makes have no call
-- of their own and are not counted.
--
-- Parameters:
--   since (date, default 30d): First day that is read, of CloudTrail and of incidents.
--   until (date, default today): Last day that is read.
-- Columns:
--   creator: Who created the jobs, in full.
--   who: The session or user name: mostly the person.
--   jobs: Jobs created.
--   failed_jobs: Those that failed or ran into a time limit.
--   failed_percent: Their share, in percent.
--   cost_usd: What the failed ones cost in USD, as far as known.
-- Example:
--   who               jobs  failed_jobs  failed_percent  cost_usd
--   alice               61            7            11.5    214.06
--   nightly-pipeline   120            4             3.3      38.5
--   bob                  9            0             0.0
WITH created AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        recipientaccountid AS account,
        awsregion AS region,
        json_extract_scalar(requestparameters, '$.trainingJobName') AS job_name,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS creator
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname = 'CreateTrainingJob'
        AND errorcode IS NULL
),

failed AS (
    SELECT
        account,
        region,
        job_name,
        max(cost_usd) AS cost_usd
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
    GROUP BY account, region, job_name
)

SELECT
    created.creator,
    regexp_extract(created.creator, '[^/]+$') AS who,
    count(*) AS jobs,
    count(failed.job_name) AS failed_jobs,
    round(100e0 * count(failed.job_name) / count(*), 1) AS failed_percent,
    round(sum(failed.cost_usd), 2) AS cost_usd
FROM created
LEFT JOIN failed
    ON
        created.account = failed.account
        AND created.region = failed.region
        AND created.job_name = failed.job_name
GROUP BY created.creator
ORDER BY failed_jobs DESC, jobs DESC, created.creator
