"""The interface of ``trainstop policy`` and ``trainstop trial``."""

from pathlib import Path
from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName, flag

policy_app = typer.Typer(help="Work on the policy.", no_args_is_help=True)
trial_app = typer.Typer(help="Rules in trial.", no_args_is_help=True)


@policy_app.command("check")
def check_policy(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The policy, YAML; - for standard input.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check a policy before it is deployed."""
    from trainstop.cli import policy  # noqa: PLC0415 - pydantic is slow to import

    policy.check_policy(path, as_json=as_json)


@policy_app.command("schema")
def print_policy_schema() -> None:
    """Print the JSON Schema of a policy, for editors."""
    from trainstop.cli import policy  # noqa: PLC0415 - pydantic is slow to import

    policy.print_schema()


@policy_app.command("show")
def show_policy(
    *,
    policy_version: Annotated[
        int | None, typer.Option("--version", min=1, metavar="N", help="Another version than the one in force.")
    ] = None,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show the policy in force."""
    from trainstop.cli import policy  # noqa: PLC0415 - boto3 is slow to import

    policy.show_policy(stack=stack, version=policy_version, as_json=as_json)


@policy_app.command("push")
def push_policy(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The policy, YAML; - for standard input.")],
    *,
    description: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the version.")] = "",
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Check a policy and put it in force; a broken one is refused and changes nothing."""
    from trainstop.cli import policy  # noqa: PLC0415 - boto3 is slow to import

    policy.push_policy(path, stack=stack, description=description, as_json=as_json)


@policy_app.command("rollback")
def roll_back_policy(
    *,
    policy_version: Annotated[
        int | None, typer.Option("--version", min=1, metavar="N", help="To this version; else to the one before.")
    ] = None,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Put an earlier version of the policy in force again."""
    from trainstop.cli import policy  # noqa: PLC0415 - boto3 is slow to import

    policy.roll_back(stack=stack, version=policy_version, as_json=as_json)


@policy_app.command("explain")
def explain_policy(
    subject: Annotated[str, typer.Argument(metavar="JOB|EVENT.json", help="A training job, or a file with an event.")],
    *,
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="A policy instead of the one in force.")] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="NAME", help="Suppose that this Debugger rule of the job found an issue.")
    ] = None,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Say what the policy decides about a job, and why, rule by rule."""
    from trainstop.cli import explain  # noqa: PLC0415 - boto3 is slow to import

    explain.explain_policy(subject, stack=stack, policy=policy, rule=rule, as_json=as_json)


@policy_app.command("test")
def try_policy(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The policy, YAML; - for standard input.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=400, metavar="N", help="Incidents of so many days.")] = 30,
    everything: Annotated[bool, flag("--all", "Show incidents that come out the same, too.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Say what recorded incidents would have come to under a policy, against what they came to."""
    from trainstop.cli import policy  # noqa: PLC0415 - boto3 is slow to import

    policy.try_policy(path, stack=stack, days=days, everything=everything, as_json=as_json)


@trial_app.command("report")
def report_trials(
    *,
    since: Annotated[str, typer.Option(metavar="WHEN", help="From when on: 24h, 7d, a date, or a time.")] = "30d",
    rule: Annotated[str | None, typer.Option(metavar="NAME", help="Only this policy rule.")] = None,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show what the rules in trial would have done, with cost and end of those jobs."""
    from trainstop.cli import trial  # noqa: PLC0415 - boto3 is slow to import

    trial.report(stack=stack, since_text=since, rule=rule, as_json=as_json)


@trial_app.command("promote")
def promote_trial(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The policy rule in trial.")],
    *,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Turn a rule in trial on: it decides from then on."""
    from trainstop.cli import trial  # noqa: PLC0415 - boto3 is slow to import

    trial.promote(rule, stack=stack, as_json=as_json)
