-- Refused CreateTrainingJob calls by principal and reason
--
-- A submission that is refused never becomes a job: only CloudTrail shows it.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
-- Columns:
--   principal: Who called, in full.
--   who: The session or user name: mostly the person.
--   reason: no permission, explicit deny, quota, name already used, invalid request, throttled, or AWS's error code.
--   calls: Refused calls.
--   first_at: The first of them, UTC.
--   last_at: The last of them, UTC.
--   last_message: What AWS said to the last of them.
-- Example:
--   who        reason             calls  last_at
--   alice      quota                 12  2026-01-14 09:12:44.000
--   ci-runner  no permission          3  2026-01-13 17:40:02.000
--   bob        name already used      1  2026-01-09 08:01:59.000
WITH refused AS (
    -- CloudTrail may deliver an event twice: DISTINCT with its id keeps one.
    SELECT DISTINCT
        eventid,
        coalesce(useridentity.arn, useridentity.invokedby, useridentity.principalid, 'unknown') AS principal,
        CASE
            WHEN errorcode LIKE 'AccessDenied%' AND errormessage LIKE '%explicit deny%' THEN 'explicit deny'
            WHEN errorcode LIKE 'AccessDenied%' THEN 'no permission'
            WHEN errorcode LIKE 'ResourceLimitExceeded%' THEN 'quota'
            WHEN errorcode LIKE 'ResourceInUse%' THEN 'name already used'
            WHEN errorcode LIKE 'Validation%' THEN 'invalid request'
            WHEN errorcode LIKE 'Throttling%' THEN 'throttled'
            ELSE errorcode
        END AS reason,
        CAST(replace(substr(eventtime, 1, 19), 'T', ' ') AS timestamp) AS called_at,
        coalesce(errormessage, '') AS message
    FROM cloudtrail
    WHERE
        "timestamp" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')
        AND eventsource = 'sagemaker.amazonaws.com'
        AND eventname = 'CreateTrainingJob'
        AND errorcode IS NOT NULL
)

SELECT
    principal,
    regexp_extract(principal, '[^/]+$') AS who,
    reason,
    count(*) AS calls,
    min(called_at) AS first_at,
    max(called_at) AS last_at,
    nullif(max_by(message, called_at), '') AS last_message
FROM refused
GROUP BY principal, reason
ORDER BY calls DESC, principal, reason
