"""The policy document: ordered rules and the guardrails around them."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from trainstop.domain.base import Frozen
from trainstop.policy.actions import MAX_WAIT_SECONDS, AlertField, ResubmitField, StopField
from trainstop.policy.alerting import Alerting
from trainstop.policy.when import Pattern, TagPatterns, When, as_list

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class Rule(Frozen):
    """One rule. For each kind of action, the first rule that applies and speaks of it decides."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            pattern=r"^[a-z0-9][a-z0-9-]*$",
            description="Unique; incidents and alerts name the rule that decided.",
        ),
    ]
    description: Annotated[str, Field(max_length=500, description="For people.")] = ""
    when: Annotated[When, Field(description="What the rule applies to; everything where it is left out.")] = When()
    stop: Annotated[
        StopField | None, Field(description="Stop the job: true, false, or true under conditions of this rule's own.")
    ] = None
    alert: Annotated[AlertField | None, Field(description="Tell it, or none: tell nobody.")] = None
    resubmit: Annotated[
        ResubmitField | None, Field(description="Submit the job once more: true, false, or true under other limits.")
    ] = None
    ignore: Annotated[
        bool, Field(description="Neither stop nor tell nor resubmit; the incident is recorded all the same.")
    ] = False
    dry_run: Annotated[bool, Field(description="Decide and tell, but neither stop nor resubmit by this rule.")] = False
    trial: Annotated[
        bool, Field(description="Decide nothing; record what the rule would have done, for `trainstop trial report`.")
    ] = False

    @model_validator(mode="after")
    def _speaks_of_something(self) -> Self:
        spoken = [self.stop, self.alert, self.resubmit]
        if self.ignore and any(action is not None for action in spoken):
            raise ValueError("ignore goes without stop, alert and resubmit")
        if not self.ignore and all(action is None for action in spoken):
            raise ValueError("the rule asks for nothing: give it stop, alert, resubmit or ignore")
        return self


class Protection(Frozen):
    """Jobs that trainstop never stops, whatever a rule says."""

    jobs: Annotated[
        tuple[Pattern, ...], BeforeValidator(as_list), Field(max_length=500, description="Globs for job names.")
    ] = ()
    tags: Annotated[
        TagPatterns, Field(description="Tag keys, each with a glob for its value; any one that matches protects.")
    ] = Field(default_factory=dict)


class PrefixMeaning(StrEnum):
    """Which jobs a StopTraining action's prefix stops."""

    OWN_JOB = "own_job"
    EVERY_JOB = "every_job"


class PolicyDocument(Frozen):
    """What trainstop does about what it finds."""

    version: Annotated[Literal[1], Field(description="Version of this form.")]
    dry_run: Annotated[bool, Field(description="Decide and tell, but neither stop nor resubmit anything.")] = False
    honour_job_actions: Annotated[
        bool,
        Field(
            description="Do what a job's own Debugger and profiler rules declare (StopTraining, Email, SMS). Where a"
            " rule declares actions, they decide on its stop before the rules below do."
        ),
    ] = True
    job_action_prefix: Annotated[
        PrefixMeaning,
        Field(
            description="Of several running jobs with a StopTraining action's prefix, stop the one whose rule fired"
            " (own_job), or all (every_job)."
        ),
    ] = PrefixMeaning.OWN_JOB
    max_stops_per_hour: Annotated[
        int,
        Field(ge=0, le=10_000, description="The stop after so many in a clock hour opens the breaker: no more stops."),
    ] = 20
    max_stops_per_hour_and_owner: Annotated[
        int | None,
        Field(ge=0, le=10_000, description="The same for the jobs of one owner, by their tag. Null: no such limit."),
    ] = None
    minimum_age_seconds: Annotated[
        int, Field(ge=0, le=MAX_WAIT_SECONDS, description="A younger job is not stopped before it is so old.")
    ] = 0
    confirm_after_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=MAX_WAIT_SECONDS,
            description="Before a stop, look again after so many seconds; stop only if the finding still stands."
            " 0: stop at once.",
        ),
    ] = 0
    protect: Annotated[Protection, Field(description="Jobs that are never stopped.")] = Protection()
    alerts: Annotated[Alerting, Field(description="What is told together, how often, and when.")] = Alerting()
    rules: Annotated[
        tuple[Rule, ...], Field(min_length=1, max_length=200, description="In order; see the field's rules.")
    ]


def policy_schema() -> dict[str, Any]:
    """The JSON Schema of the document, for editors."""
    made = PolicyDocument.model_json_schema(by_alias=True)
    return {"$schema": SCHEMA_ID, **made, "title": "Policy of trainstop"}
