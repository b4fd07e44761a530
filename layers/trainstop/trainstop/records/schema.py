"""The columns of the Glue table ``incidents``: what one line of the archive holds.

``template.yaml`` repeats these columns for Glue; a test keeps the two equal. Columns may be added at the end; one that
is there never changes its name or type, because lines written before have to stay readable.
"""

from typing import NamedTuple


class Column(NamedTuple):
    """One column, in Glue's (Hive's) type names."""

    name: str
    type: str
    comment: str


PARTITION_KEY = Column("dt", "string", "Day of occurred_at in UTC, YYYY-MM-DD. Filter on it: it decides what is read.")

COLUMNS: tuple[Column, ...] = (
    Column("incident_id", "string", "Derived from job, trigger and subject: a repeat has the same id."),
    Column("schema_version", "int", "Version of the incident's form."),
    Column("trigger", "string", "What made the incident, e.g. job_failed, debugger_rule, refused_submission."),
    Column("subject", "string", "The rule or alarm where the trigger is one."),
    Column("origin", "string", "Who noticed: event, sweep, relay, replay, look, operator or drill."),
    Column("severity", "string", "info, warning, high or critical."),
    Column("category", "string", "Why the job failed, e.g. gpu_out_of_memory."),
    Column("title", "string", "The category or signature in words."),
    Column("signature", "string", "Id of the signature that decided; null for a fallback."),
    Column("confidence", "string", "high, medium, low or none."),
    Column("confidence_reason", "string", "Why the confidence is what it is."),
    Column("actor", "string", "Who has to act: job_owner, platform_team, aws or nobody."),
    Column("retry", "string", "Whether an unchanged retry can help: yes, no or once."),
    Column("advice", "string", "What to do next."),
    Column("root_line", "string", "The line that shows the cause, secrets removed."),
    Column("host", "string", "The host that wrote the root line, e.g. algo-1."),
    Column("log_stream", "string", "The CloudWatch log stream of the root line."),
    Column("exit_code", "int", "Exit code of the training process."),
    Column("victim_count", "int", "Lines set aside as consequences of the cause."),
    Column("occurred_at", "timestamp", "When it happened by SageMaker's clock, UTC."),
    Column("detected_at", "timestamp", "When trainstop noticed, UTC."),
    Column("acted_at", "timestamp", "When StopTrainingJob answered, UTC; null where nothing was called."),
    Column("told_at", "timestamp", "When the alert was published, UTC; null where nobody was told."),
    Column("told_as", "string", "published, or grouped: its group had been told already."),
    Column("job_name", "string", "Name of the training job."),
    Column("job_arn", "string", "ARN of the training job; null for a refused submission."),
    Column("account", "string", "AWS account id."),
    Column("region", "string", "AWS Region."),
    Column("status", "string", "TrainingJobStatus when described."),
    Column("secondary_status", "string", "SecondaryStatus when described."),
    Column("failure_reason", "string", "SageMaker's FailureReason, secrets removed."),
    Column("instances", "string", "E.g. 2 x ml.g5.2xlarge."),
    Column("instance_type", "string", "Instance type; null where unknown or of several types."),
    Column("instance_count", "int", "Instances of all groups together."),
    Column("spot", "boolean", "Whether managed spot training was on."),
    Column("image", "string", "Training image or algorithm name."),
    Column("role_arn", "string", "Execution role of the job."),
    Column("tuning_job_arn", "string", "The tuning job that made the job."),
    Column("job_created_at", "timestamp", "CreationTime, UTC."),
    Column("job_started_at", "timestamp", "TrainingStartTime, UTC."),
    Column("job_ended_at", "timestamp", "TrainingEndTime, UTC."),
    Column("duration_seconds", "bigint", "TrainingEndTime minus TrainingStartTime, in seconds."),
    Column("billable_instance_seconds", "bigint", "BillableTimeInSeconds times instances."),
    Column("max_runtime_seconds", "bigint", "MaxRuntimeInSeconds of the request."),
    Column("spot_savings_percent", "double", "(1 - billable / training time) x 100."),
    Column("cost_usd", "double", "Estimated cost up to detection in USD; null where unknown, never 0 for that."),
    Column("cost_formula", "string", "How cost_usd came about, or why it is unknown."),
    Column("tags", "map<string,string>", "Tags of the job."),
    Column("team", "string", "The team that a tag names: team, however spelt, or group, cost center, project."),
    Column("owner", "string", "Who started the job or answers for it: by tag, Studio user profile or CloudTrail."),
    Column("rule_name", "string", "The Debugger or profiler rule, or the alarm."),
    Column("rule_details", "string", "The rule's StatusDetails or the alarm's reason, secrets removed."),
    Column("rule_step", "bigint", "Training step at which the rule's condition was met."),
    Column("refused_principal_arn", "string", "Who was refused CreateTrainingJob."),
    Column("refused_session_name", "string", "The session name of that principal: mostly the person."),
    Column("refused_error_code", "string", "errorCode of the refused call."),
    Column("refused_error_message", "string", "errorMessage of the refused call, secrets removed."),
    Column("action", "string", "What trainstop did: none, stopped, already_stopped, stop_held or stop_failed."),
    Column("action_error", "string", "AWS's error where the stop failed."),
    Column("stop_reason", "string", "Why the job was stopped or was not, e.g. rule_says_stop, dry_run."),
    Column("stop_rule", "string", "The policy rule that wanted the stop."),
    Column("alert_rule", "string", "The policy rule that decided on the alert."),
    Column("alert_channels", "array<string>", "Where the alert was to go: email, sms, json. Null for no alert."),
    Column("policy_version", "string", "Configuration version of the policy in force, or built-in."),
    Column("evidence", "array<string>", "The lines around the root line, secrets removed."),
    Column("evidence_line_count", "int", "Log lines that were looked at."),
    Column("evidence_host_count", "int", "Hosts whose logs were looked at."),
    Column("evidence_problem", "string", "Why there is less evidence than asked for."),
    Column("secrets_removed", "array<string>", "Kinds of secrets removed from the root line."),
    Column("fingerprint", "string", "The same for the same fault in two jobs; null where none was made."),
    Column("stop_why", "string", "Why that rule applied: its fields with what the case had there."),
    Column("held_detail", "string", "What the guardrail that held the stop or the retry knew."),
    Column(
        "resubmit_reason",
        "string",
        "Why the job was submitted again or was not, e.g. same_fault_again.",
    ),
    Column("resubmit_rule", "string", "The policy rule that wanted the job submitted again."),
    Column("retry_job_name", "string", "The retry that was planned."),
    Column("retry_root", "string", "The job that a person submitted, where this one is a retry."),
    Column("retry_attempt", "int", "Which retry of the line the job is; null for a job that a person submitted."),
    Column("line_cost_usd", "double", "Estimated cost of the whole line of retries in USD; null where unknown."),
    Column("trial_rules", "array<string>", "Policy rules in trial that would have decided something."),
    Column(
        "neighbours",
        "array<string>",
        "What else looks after the job, e.g. pipeline, tuning_job, batch.",
    ),
    Column("operator_principal_arn", "string", "Who acted on the job by trainstop's own command."),
    Column("operator_command", "string", "What that person did: stop, protect, unprotect or close-breaker."),
    Column("operator_reason", "string", "Why, in that person's words."),
    Column("owner_source", "string", "What names the owner: tag, user_profile (of Studio) or cloudtrail."),
    Column("family", "string", "The job's name without what tells one run from another."),
    Column("last_good_job_name", "string", "The last run of the job's family that completed before this was told."),
    Column("last_good_ended_at", "timestamp", "When that run ended, UTC."),
    Column("last_good_differences", "array<string>", "What was different in it: field: then -> now."),
    Column("last_good_differences_left_out", "int", "Differences beyond those that are kept."),
    Column("drill", "boolean", "Whether the incident is made up; null, which means no, on older rows."),
)
