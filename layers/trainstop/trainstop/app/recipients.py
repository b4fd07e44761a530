"""The addresses that a job's own rules declare: asked early, told once."""

from trainstop.app.deps import WatchDeps
from trainstop.domain.decision import Decision
from trainstop.domain.job_actions import JobActions, ToldRecipient, job_actions
from trainstop.domain.training_job import TrainingJob


def expect(job: TrainingJob, deps: WatchDeps) -> None:
    """Subscribe every address that a running job's rules declare, so that it is confirmed when there is news.

    It also keeps Debugger's own message, which names no job, from those people: Debugger takes the subscription that is
    there, and its filter lets trainstop's messages through.
    """
    configurations = (*job.debug_rule_configurations, *job.profiler_rule_configurations)
    declared = [found for each in configurations if (found := job_actions(each.rule_parameters))]
    recipients = dict.fromkeys(recipient for actions in declared for recipient in actions.recipients)
    if recipients and deps.policy().document.honour_job_actions:
        for recipient in recipients:
            deps.recipients.subscribe(recipient)


def addressed(decision: Decision, declared: JobActions | None, deps: WatchDeps) -> Decision:
    """The decision with the addresses of the rule that fired, and whether they can be reached."""
    if declared is None or not deps.policy().document.honour_job_actions:
        return decision
    told = tuple(
        ToldRecipient(
            protocol=recipient.protocol, endpoint=recipient.endpoint, subscribed=deps.recipients.subscribe(recipient)
        )
        for recipient in declared.recipients
    )
    return decision.model_copy(update={"recipients": told})
