"""``trainstop trial``: what rules in trial would have done, and turning one on."""

from decimal import Decimal

from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.policy import MOST_INCIDENTS, store
from trainstop.cli.since import now_utc, since
from trainstop.domain.cost import estimate_cost, price_table
from trainstop.domain.decision import Trial
from trainstop.domain.incident import Incident
from trainstop.policy.parse import PolicyError
from trainstop.policy.trial import promoted, trials_of
from trainstop.render.units import money

_COLUMNS = ("rule", "when (UTC)", "job", "would have", "cost then", "cost now", "job now")
_MOST_DESCRIBED = 200


def report(*, stack: str, since_text: str, rule: str | None, as_json: bool) -> None:
    """Print what the rules in trial would have done, with the cost and the end of those jobs."""
    now = now_utc()
    with deployment(stack) as deployed:
        index = IncidentIndex(deployed.client("dynamodb"), deployed.output("IncidentsTableName"))
        listing = index.since(since(since_text, now), now, MOST_INCIDENTS, _has_trials)
        noted = trials_of(listing.incidents, rule)
        jobs = {incident.job.name: _now(incident, deployed) for _, incident in noted[:_MOST_DESCRIBED]}
    rows = [_row(trial, incident, jobs.get(incident.job.name, ("", None))) for trial, incident in noted]
    if as_json:
        output.print_json([dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    elif rows:
        output.print_table(_COLUMNS, rows, whole={"when (UTC)"})
    stops = [(incident, jobs.get(incident.job.name)) for trial, incident in noted if trial.stop]
    saved = sum((_difference(incident, job) for incident, job in stops), Decimal(0))
    output.remark(
        f"{len(noted)} findings of rules in trial; {len(stops)} stops would have saved about {money(saved)} so far"
        if noted
        else "No rule in trial had anything to say."
    )


def promote(rule: str, *, stack: str, as_json: bool) -> None:
    """Turn a rule in trial on.

    Raises:
        CliError: there is no such rule, or it is not in trial.
    """
    with store(stack) as policies:
        try:
            text = promoted(policies.in_force().text, rule)
        except PolicyError as error:
            raise CliError(ExitCode.NEGATIVE, str(error)) from error
        number = policies.push(text, f"{rule} out of trial")
    if as_json:
        output.print_json({"version": number, "rule": rule})
    else:
        output.print_lines([f"version {number} is in force: the rule {rule} decides from now on"])


def _has_trials(incident: Incident) -> bool:
    return bool(incident.decision.trials) and not incident.drill


def _now(incident: Incident, deployed: Deployment) -> tuple[str, Decimal | None]:
    """How the job is now, and what it cost; "" where SageMaker has forgotten it."""
    job = SageMakerJobs(deployed.clients).describe(incident.job.name)
    return (job.training_job_status, estimate_cost(job, price_table(), now_utc()).usd) if job else ("", None)


def _difference(incident: Incident, job: tuple[str, Decimal | None] | None) -> Decimal:
    """What the job cost after the finding; 0 where one of the two is unknown."""
    then, now = incident.job.cost_usd, job[1] if job else None
    return max(Decimal(0), now - then) if then is not None and now is not None else Decimal(0)


def _row(trial: Trial, incident: Incident, job: tuple[str, Decimal | None]) -> list[str]:
    stop = "stop" if trial.stop else f"stop, held: {trial.held.value}" if trial.held else ""
    would = ", ".join(filter(None, (stop, "tell" if trial.alert else "", "resubmit" if trial.resubmit else "")))
    status, cost = job
    return [
        trial.rule,
        f"{incident.occurred_at:%m-%d %H:%M}",
        incident.job.name,
        would or "nothing",
        money(incident.job.cost_usd),
        money(cost),
        status or "unknown",
    ]
