"""Turn Debugger's own message, which names neither job nor step, into hints for the jobs that it can mean."""

from dataclasses import dataclass

from trainstop.app.hints import hint
from trainstop.domain.describe import RuleConfiguration
from trainstop.domain.training_job import TrainingJob
from trainstop.events.debugger_message import DebuggerMessage, parse_debugger_message
from trainstop.events.parse import RELAY_SOURCE
from trainstop.ports import Clock, JobList, TrainingJobs, WatchQueue

MAX_CANDIDATES = 100
"""So many running jobs are looked at for one message; the sweep finds what lies beyond."""


@dataclass(frozen=True, slots=True)
class RelayDeps:
    """What the sequence needs of the world."""

    job_list: JobList
    jobs: TrainingJobs
    queue: WatchQueue
    clock: Clock


@dataclass(frozen=True, slots=True)
class Relayed:
    """What a message came to: None for the message where the topic carried something else."""

    message: DebuggerMessage | None
    candidate_count: int = 0


def relay(text: str, deps: RelayDeps) -> Relayed:
    """Queue a hint for every running job that has the rule that fired.

    The hint claims nothing: watch describes the job, and only a rule at IssuesFound makes an incident, the same as the
    event would. A rule that is not there yet is found by its event or by the sweep.
    """
    message = parse_debugger_message(text)
    if message is None:
        return Relayed(None)
    now = deps.clock()
    running = deps.job_list.in_progress(MAX_CANDIDATES)
    described = [job for job in (deps.jobs.describe(each.training_job_name) for each in running) if job is not None]
    hints = [hint(RELAY_SOURCE, job, rules, now) for job in described if (rules := rules_named(message.rule, job))]
    if hints:
        deps.queue.send(hints)
    return Relayed(message, len(hints))


def rules_named(rule: str, job: TrainingJob) -> list[str]:
    """The job's rule configurations that can be behind the rule class of a message.

    The message gives the class (``StalledTrainingRule``), the configuration a name of the user's choice; the rule that
    it invokes is in its parameters.
    """
    return [
        configuration.rule_configuration_name or ""
        for configuration in job.debug_rule_configurations
        if _stem(rule) in {_stem(name) for name in _names(configuration)}
    ]


def _names(configuration: RuleConfiguration) -> tuple[str, ...]:
    return (configuration.rule_configuration_name or "", configuration.rule_parameters.get("rule_to_invoke", ""))


def _stem(rule: str) -> str:
    return rule.removesuffix("Rule").lower()
