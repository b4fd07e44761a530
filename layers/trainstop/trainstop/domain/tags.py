"""What a job's tags tell: its owner, its team, its pipeline."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

OWNER_TAGS = ("owner", "user", "createdby")
PROFILE_TAGS = ("sagemakeruserprofilearn", "sagemakeruserprofile", "sagemakeruserprofilename")
"""Studio tags every job that is created from it with ``sagemaker:user-profile-arn`` (or, in a shared space, with
``sagemaker:space-arn``, which names no person), and with ``sagemaker:domain-arn`` (SageMaker Studio Administration Best
Practices, "Cost attribution")."""

TEAM_TAGS = ("team", "teamname", "group", "costcenter", "project")
PIPELINE_EXECUTION_TAG = "sagemaker:pipeline-execution-arn"
"""SageMaker Pipelines tags every step's job with it; the SageMaker SDK's lineage code reads it."""


class OwnerSource(StrEnum):
    """What names a job's owner."""

    TAG = "tag"
    USER_PROFILE = "user_profile"
    """A tag with a Studio user profile."""
    CLOUDTRAIL = "cloudtrail"
    """Who called CreateTrainingJob."""
    UNKNOWN = ""


class Owner(NamedTuple):
    """Whose a job is; "" and UNKNOWN where nothing tells."""

    name: str = ""
    source: OwnerSource = OwnerSource.UNKNOWN


UNKNOWN_OWNER = Owner()


def tagged(tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    """The value of the first of ``keys`` that is a tag; spelling is compared by letters and digits only; else "".

    Of several tags that are one key so spelt, the first in text order counts; one without a value does not.
    """
    by_key = {_spelt(key): value.strip() for key, value in sorted(tags.items(), reverse=True) if value.strip()}
    return next((by_key[key] for key in keys if key in by_key), "")


def owner_by_tags(tags: Mapping[str, str]) -> Owner:
    """Who the tags say the job belongs to, and which kind of tag says so."""
    if name := tagged(tags, OWNER_TAGS):
        return Owner(name, OwnerSource.TAG)
    profile = tagged(tags, PROFILE_TAGS)
    name = profile.rpartition("/")[2] if profile.startswith("arn:") else profile
    return Owner(name, OwnerSource.USER_PROFILE) if name else UNKNOWN_OWNER


def owner_of(tags: Mapping[str, str]) -> str:
    """Who the tags say the job belongs to; "" where they do not."""
    return owner_by_tags(tags).name


def team_of(tags: Mapping[str, str]) -> str:
    """The team that the tags name; "" where they do not."""
    return tagged(tags, TEAM_TAGS)


def pipeline_of(tags: Mapping[str, str]) -> str | None:
    """The name of the pipeline whose step the job is; None where it is none."""
    parts = _execution(tags)
    return parts[1] if len(parts) > 1 and parts[0] == "pipeline" else None


def pipeline_execution_of(tags: Mapping[str, str]) -> str:
    """``NAME, execution ID`` of the pipeline execution whose step the job is; "" where it is none."""
    name, execution = pipeline_of(tags), execution_of(tags)
    return f"{name}, execution {execution}" if name and execution else name or ""


def execution_of(tags: Mapping[str, str]) -> str | None:
    """The id of the pipeline execution that the job is a step of; None where it is none."""
    parts = _execution(tags)
    return parts[3] or None if len(parts) > 3 and parts[0] == "pipeline" else None  # noqa: PLR2004 - pipeline/NAME/execution/ID


def _execution(tags: Mapping[str, str]) -> list[str]:
    return tags.get(PIPELINE_EXECUTION_TAG, "").rpartition(":")[2].split("/")


def _spelt(key: str) -> str:
    return "".join(filter(str.isalnum, key)).lower()
