-- CreateTrainingJob calls that a quota refused, by principal, quota and Region
--
-- A submission that is refused never becomes a job: only CloudTrail shows it. The quota and the numbers are taken from
-- AWS's message, whose words are not documented: where they are others, the quota is (not named).
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   principal: Who called, in full.
--   who: The session or user name: mostly the person.
--   account: The account whose quota it is.
--   region: The Region whose quota it is.
--   quota: Its name, e.g. ml.p3.2xlarge for training job usage.
--   calls: Refused calls.
--   most_asked_for: Instances that the largest of them asked for.
--   last_limit: The quota at the last of them, in instances.
--   last_in_use: Instances in use then.
--   first_at: The first of them, UTC.
--   last_at: The last of them, UTC.
-- Example:
--   who    region     quota                                 calls  last_limit
--   alice  us-east-1  ml.p3.2xlarge for training job usage      3           2
--   bob    eu-west-1  training-job/ml.p2.xlarge                 1
WITH refused AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS principal,
        recipientaccountid AS quota_account,
        awsregion AS quota_region,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        coalesce(errormessage, '') AS message
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname = 'CreateTrainingJob'
        AND errorcode LIKE 'ResourceLimitExceeded%'
),

read_out AS (
    SELECT
        principal,
        quota_account,
        quota_region,
        called_at,
        coalesce(
            nullif(regexp_extract(message, 'service limit ''([^'']+)''', 1), ''),
            nullif(regexp_extract(message, 'service limit for ([^ ]+)', 1), ''),
            '(not named)'
        ) AS quota,
        CAST(nullif(regexp_extract(message, 'request delta of ([0-9]+)', 1), '') AS integer) AS asked_for,
        -- -1 stands for an unknown number: engines differ in what max_by does with a NULL.
        CAST(coalesce(nullif(regexp_extract(message, ' is ([0-9]+) ', 1), ''), '-1') AS integer) AS quota_limit,
        CAST(coalesce(nullif(regexp_extract(message, 'utilization of ([0-9]+)', 1), ''), '-1') AS integer) AS in_use
    FROM refused
)

SELECT
    principal,
    regexp_extract(principal, '[^/]+$') AS who,
    quota_account AS account,
    quota_region AS region,
    quota,
    count(*) AS calls,
    max(asked_for) AS most_asked_for,
    nullif(max_by(quota_limit, called_at), -1) AS last_limit,
    nullif(max_by(in_use, called_at), -1) AS last_in_use,
    min(called_at) AS first_at,
    max(called_at) AS last_at
FROM read_out
GROUP BY principal, quota_account, quota_region, quota
ORDER BY calls DESC, principal, quota_account, quota_region, quota
