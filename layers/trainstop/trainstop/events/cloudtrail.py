"""CreateTrainingJob calls as CloudTrail tells them (FORMATS.md 6): keys are lowerCamel, anything may be null."""

import re
from typing import Any, Final

from pydantic import Field

from trainstop.domain.signal import Nothing, NothingToDo, Origin, RefusedSubmission, SubmittedJob
from trainstop.events.envelope import Envelope, Inbound
from trainstop.events.times import AwsTime

DETAIL_TYPE: Final = "AWS API Call via CloudTrail"
_EVENT_NAME = "CreateTrainingJob"
_VALUE_CHARACTERS = 256
_MACHINES_SESSION = re.compile(
    r"SageMaker|botocore-session-\d+|aws-sdk-.*|AWSCLI-Session|AWSCodeBuild-.*|i-[0-9a-f]+|\d+", re.DOTALL
)
"""Session names that a machine gave: they are everybody's, as Studio's, or new each time."""


class _SessionIssuer(Inbound):
    arn: str | None = None


class _SessionContext(Inbound):
    session_issuer: _SessionIssuer | None = Field(default=None, alias="sessionIssuer")
    source_identity: str | None = Field(default=None, alias="sourceIdentity")


class UserIdentity(Inbound):
    """Who called; each type of identity fills other members (FORMATS.md 6.4)."""

    arn: str | None = None
    principal_id: str | None = Field(default=None, alias="principalId")
    invoked_by: str | None = Field(default=None, alias="invokedBy")
    session_context: _SessionContext | None = Field(default=None, alias="sessionContext")

    @property
    def principal(self) -> str:
        """The most telling name of the caller, "" where CloudTrail gives none."""
        issuer = self.session_context.session_issuer if self.session_context else None
        return self.arn or (issuer.arn if issuer else None) or self.principal_id or self.invoked_by or ""

    @property
    def session_name(self) -> str:
        """The last part of the ARN or principal id: the person behind a role, mostly."""
        return self.principal.rsplit("/", 1)[-1].rsplit(":", 1)[-1]

    @property
    def person(self) -> str:
        """Who called, by a name that is the same at the next call; "" for an AWS service and where nothing tells.

        The source identity, which Studio can be told to set to the user profile's name; else the session's name; else,
        where a machine gave that, the role's.
        """
        context = self.session_context
        if context is not None and context.source_identity:
            return context.source_identity
        if not self.arn and not self.principal_id:
            return ""
        if not _MACHINES_SESSION.fullmatch(self.session_name):
            return self.session_name
        issuer = context.session_issuer if context else None
        return ((issuer.arn if issuer else None) or "").rpartition("/")[2]


class CallDetail(Inbound):
    """The members of one CloudTrail record that explain a refused call."""

    event_name: str = Field(alias="eventName", max_length=128)
    event_id: str = Field(default="", alias="eventID", max_length=128)
    event_time: AwsTime = Field(alias="eventTime")
    region: str = Field(default="", alias="awsRegion", max_length=64)
    account: str = Field(default="", alias="recipientAccountId", max_length=32)
    user_identity: UserIdentity | None = Field(default=None, alias="userIdentity")
    error_code: str | None = Field(default=None, alias="errorCode", max_length=256)
    error_message: str | None = Field(default=None, alias="errorMessage")
    request_parameters: dict[str, Any] | None = Field(default=None, alias="requestParameters")
    response_elements: dict[str, Any] | None = Field(default=None, alias="responseElements")


def parse_call(envelope: Envelope, origin: Origin) -> SubmittedJob | RefusedSubmission | NothingToDo:
    """What a call of CreateTrainingJob tells: that it was refused, or who started a job."""
    detail = CallDetail.model_validate(envelope.detail)
    if detail.event_name != _EVENT_NAME:
        return NothingToDo(reason=Nothing.NOT_OURS, detail=detail.event_name)
    identity = detail.user_identity or UserIdentity()
    request = detail.request_parameters or {}
    if not detail.error_code:
        return _submitted(detail, identity, request, origin, envelope)
    return RefusedSubmission(
        event_id=detail.event_id or envelope.event_id,
        principal_arn=identity.principal,
        session_name=identity.session_name,
        person=identity.person,
        error_code=detail.error_code,
        error_message=detail.error_message or "",
        occurred_at=detail.event_time,
        account=detail.account or envelope.account,
        region=detail.region or envelope.region,
        training_job_name=_text(request.get("trainingJobName")),
        request=_telling_parts(request),
        tags=_tags(request.get("tags")),
        origin=origin,
        sent_at=envelope.time,
    )


def _submitted(
    detail: CallDetail, identity: UserIdentity, request: dict[str, Any], origin: Origin, envelope: Envelope
) -> SubmittedJob | NothingToDo:
    """Nothing to do where either the job or the caller is not told."""
    name = _text(request.get("trainingJobName"))
    arn = _text((detail.response_elements or {}).get("trainingJobArn")) or _text(request.get("trainingJobArn"))
    if not (name and arn and identity.person):
        return NothingToDo(reason=Nothing.CALL_SUCCEEDED, detail=name or "")
    return SubmittedJob(
        training_job_name=name, training_job_arn=arn, person=identity.person, origin=origin, sent_at=envelope.time
    )


def _telling_parts(request: dict[str, Any]) -> dict[str, str]:
    resources = request.get("resourceConfig")
    resources = resources if isinstance(resources, dict) else {}
    parts = {
        "role_arn": _text(request.get("roleArn")),
        "instance_type": _text(resources.get("instanceType")),
        "instance_count": _text(resources.get("instanceCount")),
    }
    return {name: value for name, value in parts.items() if value}


def _tags(value: object) -> dict[str, str]:
    entries = value if isinstance(value, list) else []
    pairs = ((_text(entry.get("key")), _text(entry.get("value"))) for entry in entries if isinstance(entry, dict))
    return {key: text or "" for key, text in pairs if key}


def _text(value: object) -> str | None:
    return str(value)[:_VALUE_CHARACTERS] if isinstance(value, (str, int)) and value != "" else None
