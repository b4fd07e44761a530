"""What a policy rule may ask for."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag

from trainstop.domain.base import Frozen
from trainstop.domain.decision import Audience, Channel, ResubmitTerms, Severity
from trainstop.policy.when import as_list

MAX_WAIT_SECONDS = 86_400


class Stop(Frozen):
    """Stop the job, under conditions of this rule's own."""

    minimum_age_seconds: Annotated[
        int | None,
        Field(ge=0, le=MAX_WAIT_SECONDS, description="Wait until the job is so old; instead of the policy's own."),
    ] = None
    confirm_after_seconds: Annotated[
        int | None,
        Field(
            ge=0,
            le=MAX_WAIT_SECONDS,
            description="Look again after so many seconds, and stop only if the finding still stands; 0: at once.",
        ),
    ] = None


class Alert(Frozen):
    """Tell it."""

    severity: Annotated[Severity, Field(description="How urgent it is; subscribers filter by it.")] = Severity.WARNING
    audience: Annotated[
        tuple[Audience, ...],
        BeforeValidator(as_list),
        Field(min_length=1, description="Who is concerned; subscribers filter by it."),
    ] = (Audience.OWNER, Audience.PLATFORM)
    channels: Annotated[
        tuple[Channel, ...],
        BeforeValidator(as_list),
        Field(min_length=1, description="Over what: e-mail, SMS, and the JSON form for machines."),
    ] = (Channel.EMAIL, Channel.JSON)

    digest: Annotated[
        bool, Field(description="Tell it only in the next daily digest; channels are the digest's own.")
    ] = False


class Silence(StrEnum):
    """``alert: none``: nobody is told; the incident is recorded and archived all the same."""

    NONE = "none"


class Resubmit(Frozen):
    """Submit the job once more, under limits. Needs the stack's parameter ResubmitRoles."""

    attempts: Annotated[
        int, Field(ge=1, le=10, description="Submissions by trainstop over the whole line of retries, at most.")
    ] = 2
    backoff_seconds: Annotated[
        int, Field(ge=0, le=MAX_WAIT_SECONDS, description="Wait before the first retry; doubled for each further one.")
    ] = 300
    max_cost_usd: Annotated[
        Decimal | None, Field(gt=0, description="No retry once the whole line has cost so many USD, or an unknown sum.")
    ] = None
    instance_types: Annotated[
        tuple[Annotated[str, Field(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9-]+$")], ...],
        BeforeValidator(as_list),
        Field(max_length=20, description="After missing capacity: the types to try instead, in turn."),
    ] = ()
    more_gpu_memory: Annotated[
        bool, Field(description="After GPU out of memory: retry on the next type with more memory a GPU.")
    ] = False

    @property
    def terms(self) -> ResubmitTerms:
        """The limits as a decision carries them."""
        return ResubmitTerms(**self.model_dump())


def _kind(value: object) -> str:
    return "mapping" if isinstance(value, (dict, Frozen)) else "word"


AlertField = Annotated[Annotated[Silence, Tag("word")] | Annotated[Alert, Tag("mapping")], Discriminator(_kind)]
"""Told apart by their form, so that a fault in one is not reported as a fault of the other, too."""

StopField = Annotated[Annotated[bool, Tag("word")] | Annotated[Stop, Tag("mapping")], Discriminator(_kind)]
ResubmitField = Annotated[Annotated[bool, Tag("word")] | Annotated[Resubmit, Tag("mapping")], Discriminator(_kind)]
