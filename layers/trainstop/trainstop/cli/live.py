"""``trainstop classify JOB_NAME``: why a live job failed, with the user's own credentials and nothing deployed."""

from botocore.exceptions import BotoCoreError, ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.logs import CloudWatchLogs
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.app.diagnose import diagnose, enough_for, failure_of
from trainstop.classify.explain import explain
from trainstop.cli.aws import explain as explain_error
from trainstop.cli.classify import print_explanation, print_verdict
from trainstop.cli.exits import CliError, ExitCode
from trainstop.domain.evidence import Evidence
from trainstop.domain.finding import Finding, findings_of
from trainstop.domain.training_job import TrainingJob


def classify_job(training_job_name: str, *, as_json: bool, explained: bool) -> None:
    """Describe the job, read the ends of its logs, and print what watch would have found.

    Raises:
        CliError: there is no such job, nothing is wrong with it, or AWS refuses.
    """
    try:
        job, finding, evidence = _look(training_job_name)
    except (ClientError, BotoCoreError) as error:
        raise CliError(ExitCode.AWS, explain_error(error)) from error
    if explained:
        print_explanation(explain(failure_of(job, finding, evidence)), as_json=as_json)
    else:
        print_verdict(diagnose(job, finding, evidence), as_json=as_json)


def _look(training_job_name: str) -> tuple[TrainingJob, Finding, Evidence]:
    clients = Clients()
    job = SageMakerJobs(clients).describe(training_job_name)
    if job is None:
        raise CliError(ExitCode.NEGATIVE, f"no file and no training job is named {training_job_name}")
    findings = findings_of(job)
    if not findings:
        raise CliError(ExitCode.NEGATIVE, f"nothing is wrong with {training_job_name}: it is {job.training_job_status}")
    return job, findings[0], CloudWatchLogs(clients).tail(job, enough_for(job))
