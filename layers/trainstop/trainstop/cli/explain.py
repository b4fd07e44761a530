"""``trainstop policy explain``: what the policy says to a job or an event, rule by rule."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from trainstop.adapters.breakers import StopBreakers
from trainstop.adapters.logs import CloudWatchLogs
from trainstop.adapters.neighbours import SdkNotificationRules
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.app.act import describe_breaker
from trainstop.app.case import case_of_finding, case_of_refusal
from trainstop.app.diagnose import diagnose, enough_for
from trainstop.app.locate import Located, locate
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.files import read_text
from trainstop.cli.policy import policy_store, state_of
from trainstop.cli.since import now_utc
from trainstop.domain.cost import price_table
from trainstop.domain.finding import Finding, Trigger
from trainstop.domain.signal import Drill, JobSignal, NothingToDo, RefusedSubmission, RetryDue, Signal, SubmittedJob
from trainstop.domain.tags import owner_of
from trainstop.events import UnreadableEventError, parse
from trainstop.policy.case import Case
from trainstop.policy.decide import Switches
from trainstop.policy.explain import Explanation, RuleView, explain
from trainstop.policy.parse import PolicyError, parse_policy
from trainstop.policy.replay import deeds
from trainstop.policy.state import PolicyState

LOG_GROUP = "/aws/sagemaker/TrainingJobs"


def explain_policy(subject: str, *, stack: str, policy: Path | None, rule: str | None, as_json: bool) -> None:
    """Print each rule before each finding of a job, and what is decided.

    Args:
        subject: A training job's name, or a file with an event.
        stack: Of trainstop.
        policy: A policy instead of the one in force.
        rule: Suppose that this Debugger rule of the job found an issue.
        as_json: For machines.

    Raises:
        CliError: there is no such job, or nothing is wrong with it.
    """
    with deployment(stack) as deployed:
        signal = _signal(subject)
        state = _state(deployed, policy)
        if isinstance(signal, RefusedSubmission):
            cases = [case_of_refusal(signal, now_utc())]
        else:
            cases = _cases(signal, rule, deployed)
        breakers = _breakers(cases, deployed)
    explained = [(case, explain(case, state, _switches(case))) for case in cases]
    if as_json:
        output.print_json([_as_dict(case, explanation, breakers) for case, explanation in explained])
        return
    for number, (case, explanation) in enumerate(explained):
        if number:
            output.print_lines([""])
        output.print_facts(_facts(case, explanation, breakers))


def _switches(case: Case) -> Switches:
    """The stack's own switches are its parameters; what is explained is the policy."""
    return Switches(resubmit_roles=frozenset({case.role_arn}))


def _signal(subject: str) -> Signal | NothingToDo:
    path = Path(subject)
    return parse(_event(path)) if path.is_file() else JobSignal(training_job_name=subject)


def _cases(signal: Signal | NothingToDo, rule: str | None, deployed: Deployment) -> list[Case]:
    located = _located(signal, deployed)
    findings = (_supposed(rule, located),) if rule else located.findings
    if not findings:
        raise CliError(
            ExitCode.NEGATIVE,
            f"nothing is wrong with {located.job.training_job_name}; --rule NAME supposes that a rule has fired",
        )
    return [_case(finding, located, deployed) for finding in findings]


def _located(signal: Signal | NothingToDo, deployed: Deployment) -> Located:
    jobs = SageMakerJobs(deployed.clients)
    if isinstance(signal, SubmittedJob):
        raise CliError(ExitCode.NEGATIVE, "nothing to do: the submission was accepted")
    if isinstance(signal, (RefusedSubmission, RetryDue)):
        raise CliError(ExitCode.NEGATIVE, "the event is trainstop's own reminder: there is nothing to decide")
    if isinstance(signal, Drill):
        raise CliError(ExitCode.NEGATIVE, "the event asks for a drill: `trainstop drill` tells what is decided")
    found = signal if isinstance(signal, NothingToDo) else locate(signal, jobs, jobs)
    if isinstance(found, NothingToDo):
        raise CliError(ExitCode.NEGATIVE, f"nothing to do: {found.reason.value} {found.detail}".strip())
    return found


def _event(path: Path) -> dict[str, object]:
    try:
        event = json.loads(read_text(path))
        parse(event if isinstance(event, dict) else {})
    except (ValueError, UnreadableEventError) as error:
        raise CliError(ExitCode.USAGE, f"{path} is no event: {error}") from error
    return dict(event)


def _state(deployed: Deployment, policy: Path | None) -> PolicyState:
    if policy is None:
        return state_of(policy_store(deployed).in_force())
    try:
        return PolicyState(document=parse_policy(read_text(policy)), version=str(policy))
    except PolicyError as error:
        raise CliError(ExitCode.NEGATIVE, f"{policy}: {error}") from error


def _supposed(rule: str, located: Located) -> Finding:
    names = {each.rule_configuration_name for each in located.job.profiler_rule_configurations}
    trigger = Trigger.PROFILER_RULE if rule in names else Trigger.DEBUGGER_RULE
    return Finding(trigger=trigger, subject=rule, occurred_at=now_utc())


def _case(finding: Finding, located: Located, deployed: Deployment) -> Case:
    job, clients = located.job, deployed.clients
    evidence = CloudWatchLogs(clients, LOG_GROUP).tail(job, enough_for(job))
    return case_of_finding(
        job,
        finding,
        SageMakerJobs(clients).tags(job.training_job_arn),
        diagnose(job, finding, evidence),
        prices=price_table(),
        now=now_utc(),
        sdk_notifies=SdkNotificationRules(clients, now_utc).sdk_notifies(job.training_job_name),
    )


def _breakers(cases: list[Case], deployed: Deployment) -> list[str]:
    """Open breakers that would hold the stop."""
    table = StopBreakers(deployed.clients, deployed.output("IncidentsTableName"))
    owners = dict.fromkeys(["", *(owner_of(case.tags or {}) for case in cases)])
    return [describe_breaker(breaker) for owner in owners if (breaker := table.open_breaker(owner))]


def _facts(case: Case, explanation: Explanation, breakers: list[str]) -> Iterator[tuple[str, str]]:
    decision = explanation.decision
    yield "Job", case.training_job_name
    yield "Finding", f"{case.trigger.value} {case.rule_name}".strip()
    yield "Category", case.category.value
    yield ("", "")
    if case.declared is not None:
        asks = "stop" if case.declared.stop_prefix is not None else "tell"
        yield "Own actions", f"the job's rule asks to {asks}, and the policy {_honours(explanation)}"
    for view in explanation.rules:
        yield view.name, _of_rule(view)
    yield ("", "")
    yield "Decision", "; ".join(filter(None, deeds(decision))) or "nothing"
    if decision.held_detail:
        yield "Held by", decision.held_detail
    if decision.stop and (decision.minimum_age_seconds or decision.confirm_after_seconds):
        age, confirm = decision.minimum_age_seconds, decision.confirm_after_seconds
        yield "Waits", f"{confirm} s for a second look, and until the job is {age} s old"
    for breaker in breakers:
        yield "Breaker", f"OPEN, holds the stop: {breaker}"
    for trial in decision.trials:
        would = [name for name in ("stop", "alert", "resubmit") if getattr(trial, name)]
        yield "Trial", f"{trial.rule} would {' and '.join(would) or 'do nothing'}"
    if decision.neighbours:
        yield "Beside it", ", ".join(decision.neighbours)
    yield "Policy", f"version {decision.policy_version}"


def _honours(explanation: Explanation) -> str:
    return "does so" if explanation.job_action else "stops nothing for it"


def _of_rule(view: RuleView) -> str:
    trial = " (in trial)" if view.trial else ""
    if view.mismatches:
        return f"no{trial}: {'; '.join(view.mismatches)}"
    if view.decides:
        return f"applies, and decides: {', '.join(view.decides)}"
    return f"applies{trial}" if view.trial else "applies, but a rule before it decided"


def _as_dict(case: Case, explanation: Explanation, breakers: list[str]) -> dict[str, object]:
    return {
        "case": case.model_dump(mode="json"),
        "rules": [asdict(view) for view in explanation.rules],
        "decision": explanation.decision.model_dump(mode="json"),
        "open_breakers": breakers,
    }
