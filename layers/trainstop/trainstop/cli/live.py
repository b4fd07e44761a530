"""``trainstop classify JOB_NAME``: why a live job failed, with the user's own credentials and nothing deployed."""

from botocore.exceptions import BotoCoreError, ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.logs import CloudWatchLogs
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.app.assemble import diagnose, enough_for
from trainstop.cli.aws import explain
from trainstop.cli.classify import print_verdict
from trainstop.cli.exits import CliError, ExitCode
from trainstop.domain.finding import findings_of
from trainstop.domain.verdict import Verdict


def classify_job(training_job_name: str, *, as_json: bool) -> None:
    """Describe the job, read the ends of its logs, and print what watch would have found.

    Raises:
        CliError: there is no such job, nothing is wrong with it, or AWS refuses.
    """
    try:
        verdict = _diagnose(training_job_name)
    except (ClientError, BotoCoreError) as error:
        raise CliError(ExitCode.AWS, explain(error)) from error
    print_verdict(verdict, as_json=as_json)


def _diagnose(training_job_name: str) -> Verdict:
    clients = Clients()
    job = SageMakerJobs(clients).describe(training_job_name)
    if job is None:
        raise CliError(ExitCode.NEGATIVE, f"no file and no training job is named {training_job_name}")
    findings = findings_of(job)
    if not findings:
        raise CliError(ExitCode.NEGATIVE, f"nothing is wrong with {training_job_name}: it is {job.training_job_status}")
    return diagnose(job, findings[0], CloudWatchLogs(clients).tail(job, enough_for(job)))
