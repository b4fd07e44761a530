"""Submit a failed job once more: planned when it fails, done when it is due, and told in the first alert's thread."""

from trainstop.app.assemble import refusal_incident
from trainstop.app.deps import WatchDeps
from trainstop.domain.decision import PlannedRetry, ResubmitReason
from trainstop.domain.incident import Incident
from trainstop.domain.resubmission import request_of
from trainstop.domain.signal import Nothing, NothingToDo, Origin, RefusedSubmission, RetryDue
from trainstop.domain.training_job import FAILED, STOPPED, TrainingJob
from trainstop.policy.retries import Ended, HeldRetry, next_retry
from trainstop.ports import Retry, RetryRefusedError, SubmissionRefusedError
from trainstop.render import subject_of

ROOT_TAG = "trainstop:retry-root"
PREDECESSOR_TAG = "trainstop:retry-of"
ATTEMPT_TAG = "trainstop:retry-attempt"


def with_planned_retry(incident: Incident, line: Retry | None, deps: WatchDeps) -> Incident:
    """The incident with the retry that its decision asks for, planned, or with what held that back."""
    terms = incident.decision.resubmit
    if terms is None:
        return incident
    if deps.drill is not None:
        return _held(incident, HeldRetry(ResubmitReason.DRILL, ""))
    job, diagnosis = incident.job, incident.diagnosis
    ended = Ended(job.name, job.instance_type or "", diagnosis.category, diagnosis.fingerprint, job.cost_usd)
    planned = next_retry(ended, terms, line, subject_of(incident), deps.clock())
    if isinstance(planned, HeldRetry):
        return _held(incident, planned)
    try:
        noted = deps.retries.plan(planned)
    except RetryRefusedError as error:
        return _held(incident, HeldRetry(ResubmitReason.NOT_PERMITTED, str(error)))
    retry = PlannedRetry(
        training_job_name=noted.training_job_name,
        attempt=noted.attempt,
        due_at=noted.due_at,
        instance_type=noted.instance_type,
    )
    return incident.model_copy(update={"outcome": incident.outcome.model_copy(update={"retry": retry})})


def _held(incident: Incident, held: HeldRetry) -> Incident:
    changes = {"resubmit": None, "resubmit_reason": held.reason, "held_detail": held.detail}
    return incident.model_copy(update={"decision": incident.decision.model_copy(update=changes)})


def submit_retry(due: RetryDue, deps: WatchDeps) -> Incident | NothingToDo:
    """Create the job of a retry that is due. Nothing that the reminder says decides: trainstop's own note does."""
    name = due.training_job_name
    retry = deps.retries.load(name)
    if retry is None:
        return NothingToDo(reason=Nothing.NO_RETRY_PLANNED, detail=name)
    job = deps.jobs.describe(retry.predecessor)
    if retry.submitted or job is None or job.training_job_status not in {FAILED, STOPPED}:
        return NothingToDo(reason=Nothing.RETRY_SUBMITTED if retry.submitted else Nothing.RETRY_HELD, detail=name)
    if (why := _forbidden(job, deps)) is not None:
        return _refused(retry, job, f"NotSubmitted: {why}", deps)
    tags = (deps.jobs.tags(job.training_job_arn) or {}) | _line_tags(retry)
    request = request_of(job, training_job_name=name, tags=tags, instance_type=retry.instance_type)
    try:
        deps.jobs.create(request)
    except SubmissionRefusedError as error:
        return _refused(retry, job, str(error), deps)
    deps.retries.mark_submitted(name)
    return NothingToDo(reason=Nothing.RETRY_SUBMITTED, detail=name)


def _forbidden(job: TrainingJob, deps: WatchDeps) -> str | None:
    """What was set against it since it was planned; None where nothing was."""
    state, switches = deps.policy(), deps.switches
    if switches.dry_run or state.document.dry_run:
        return "trainstop runs dry since the retry was planned"
    if not state.trusted:
        return "the policy cannot be read"
    if job.role_arn not in switches.resubmit_roles:
        return "the job's role is none of the stack's ResubmitRoles any more"
    return None


def _line_tags(retry: Retry) -> dict[str, str]:
    return {ROOT_TAG: retry.root, PREDECESSOR_TAG: retry.predecessor, ATTEMPT_TAG: str(retry.attempt)}


def _refused(retry: Retry, job: TrainingJob, answer: str, deps: WatchDeps) -> Incident:
    """The retry is not made: the line ends here, and that is told like any refused submission."""
    code, _, message = answer.partition(": ")
    instances = job.instances[0] if job.instances else None
    request = {
        "instance_type": retry.instance_type or (instances.instance_type if instances else ""),
        "instance_count": str(instances.instance_count if instances else 0),
    }
    refusal = RefusedSubmission(
        event_id=f"retry {retry.training_job_name}",
        principal_arn="",
        session_name="trainstop",
        error_code=code,
        error_message=message,
        occurred_at=deps.clock(),
        account=job.arn.account,
        region=job.arn.region,
        training_job_name=retry.training_job_name,
        request={key: value for key, value in request.items() if value},
        tags=deps.jobs.tags(job.training_job_arn) or {},
        origin=Origin.LOOK,
    )
    return refusal_incident(refusal, deps.policy(), deps.clock(), retry)
