"""What each function reads of its environment, on its first call and never at import."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, ValidationError

from trainstop.domain.base import Frozen
from trainstop.domain.zones import ZoneName

_PREFIX = "TRAINSTOP_"


class MissingSettingError(RuntimeError):
    """The environment lacks a variable or holds one that cannot be right; the text names it."""


class Settings(Frozen):
    """A field ``table`` is the variable ``TRAINSTOP_TABLE``."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings.

        Raises:
            MissingSettingError: names every variable that is missing or wrong.
        """
        values = {
            name: environ[f"{_PREFIX}{name.upper()}"]
            for name in cls.model_fields
            if f"{_PREFIX}{name.upper()}" in environ
        }
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            faults = (f"{_PREFIX}{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors())
            raise MissingSettingError("; ".join(faults)) from error


class PolicySettings(Settings):
    """Where the policy in force is, and how old a copy of it may be."""

    policy_application: str = Field(min_length=1)
    policy_environment: str = Field(min_length=1)
    policy_profile: str = Field(min_length=1)
    policy_max_age_seconds: int = Field(ge=1)


class WatchSettings(PolicySettings):
    """The settings of watch.

    ``dry_run`` has no default: whoever deploys says whether jobs may be stopped. On the topic ``job_topic_arn`` the
    addresses are subscribed that jobs' own rules declare. ``resubmit_roles`` are ARNs with commas between them.
    """

    table: str = Field(min_length=1)
    dead_letter_queue_url: str = Field(min_length=1)
    log_group: str = Field(min_length=1)
    watch_queue_url: str = Field(min_length=1)
    alerts_topic_arn: str = Field(min_length=1)
    job_topic_arn: str = Field(min_length=1)
    dry_run: bool
    resubmit_roles: str = ""
    schedule_group: str = ""
    scheduler_role_arn: str = ""
    watch_queue_arn: str = ""


class TellingSettings(Settings):
    """What whoever tells groups needs: the table, a topic for each audience and for chat, the readers' time zone."""

    table: str = Field(min_length=1)
    platform_topic_arn: str = Field(min_length=1)
    team_topic_arn: str = Field(min_length=1)
    owner_topic_arn: str = Field(min_length=1)
    chat_topic_arn: str = Field(min_length=1)
    time_zone: ZoneName = "UTC"


class NotifySettings(TellingSettings):
    """The settings of notify; on ``job_topic_arn`` are the addresses that jobs' own rules declare."""

    job_topic_arn: str = Field(min_length=1)


class FollowupSettings(TellingSettings, PolicySettings):
    """The settings of followup."""


class ArchiveSettings(Settings):
    """The settings of archive."""

    archive_bucket: str = Field(min_length=1)


class CompactSettings(Settings):
    """The settings of compact."""

    table: str = Field(min_length=1)
    archive_bucket: str = Field(min_length=1)


class ReportSettings(Settings):
    """The settings of report; without a trail there is no workgroup and no database to ask."""

    table: str = Field(min_length=1)
    archive_bucket: str = Field(min_length=1)
    stack: str = Field(min_length=1)
    region: str = Field(min_length=1)
    query_workgroup: str = ""
    glue_database: str = ""


class SweepSettings(Settings):
    """The settings of sweep."""

    table: str = Field(min_length=1)
    watch_queue_url: str = Field(min_length=1)


class RelaySettings(Settings):
    """The settings of relay."""

    watch_queue_url: str = Field(min_length=1)


class WebhookSettings(Settings):
    """The settings of webhook. ``secrets_path`` is where Parameter Store holds a secret for each webhook's id."""

    table: str = Field(min_length=1)
    webhook_queue_url: str = Field(min_length=1)
    dead_letter_queue_url: str = Field(min_length=1)
    secrets_path: str = Field(pattern="^/.*[^/]$")
    allow_http: bool
