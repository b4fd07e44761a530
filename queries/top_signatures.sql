-- The most frequent causes
--
-- What jobs failed of, by the signature that recognised it. "(none)" stands for failures that no signature knows.
--
-- Parameters:
--   since (date, default 30d): First day that is read.
--   until (date, default today): Last day that is read.
--   at_least (int, default 1): Only causes of at least so many jobs.
-- Columns:
--   signature: Id of the signature, or (none).
--   category: Why the jobs failed.
--   jobs: How many.
--   owners: How many different owners they had.
--   cost_usd: What they cost in USD, as far as known.
--   last_at: The last of them, UTC.
--   last_job: Its name.
--   last_root_line: The line that showed its cause.
-- Example:
--   signature                category           jobs  cost_usd  last_job
--   torch-cuda-oom           gpu_out_of_memory    23    812.05  bert-large-0112
--   python-module-not-found  dependency           11      3.12  resnet-7
--   (none)                   unknown               2            gan-0914
WITH failed AS (
    SELECT
        job_arn,
        max_by(job_name, occurred_at) AS job_name,
        max_by(coalesce(signature, '(none)'), occurred_at) AS signature,
        max_by(category, occurred_at) AS category,
        max_by(coalesce(root_line, ''), occurred_at) AS root_line,
        max(owner) AS owner,
        max(cost_usd) AS cost_usd,
        max(occurred_at) AS occurred_at
    FROM incidents
    WHERE
        dt BETWEEN ? /* since */ AND ? /* until */
        AND NOT coalesce(drill, false)
        AND trigger IN ('job_failed', 'runtime_limit', 'wait_limit')
    GROUP BY job_arn
)

SELECT
    signature,
    category,
    count(*) AS jobs,
    count(DISTINCT owner) AS owners,
    round(sum(cost_usd), 2) AS cost_usd,
    max(occurred_at) AS last_at,
    max_by(job_name, occurred_at) AS last_job,
    nullif(max_by(root_line, occurred_at), '') AS last_root_line
FROM failed
GROUP BY signature, category
HAVING count(*) >= ? /* at_least */
ORDER BY jobs DESC, signature, category
