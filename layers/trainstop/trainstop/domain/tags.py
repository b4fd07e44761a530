"""What a job's tags tell: its owner, its team, its pipeline."""

from collections.abc import Mapping

OWNER_TAGS = ("owner", "user", "createdby", "sagemakeruserprofile", "sagemakeruserprofilename")
TEAM_TAGS = ("team", "teamname", "group", "costcenter", "project")
PIPELINE_EXECUTION_TAG = "sagemaker:pipeline-execution-arn"
"""SageMaker Pipelines tags every step's job with it; the SageMaker SDK's lineage code reads it."""


def tagged(tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    """The value of the first of ``keys`` that is a tag; spelling is compared by letters and digits only; else ""."""
    by_key = {"".join(filter(str.isalnum, key)).lower(): value for key, value in sorted(tags.items())}
    return next((value for key in keys if (value := by_key.get(key, "").strip())), "")


def owner_of(tags: Mapping[str, str]) -> str:
    """Who the tags say the job belongs to; "" where they do not."""
    return tagged(tags, OWNER_TAGS)


def pipeline_of(tags: Mapping[str, str]) -> str | None:
    """The name of the pipeline whose step the job is; None where it is none."""
    arn = tags.get(PIPELINE_EXECUTION_TAG, "")
    parts = arn.rpartition(":")[2].split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "pipeline" else None


def pipeline_execution_of(tags: Mapping[str, str]) -> str:
    """``NAME, execution ID`` of the pipeline execution whose step the job is; "" where it is none."""
    name, arn = pipeline_of(tags), tags.get(PIPELINE_EXECUTION_TAG, "")
    return f"{name}, execution {arn.rpartition('/')[2]}" if name else ""


def team_of(tags: Mapping[str, str]) -> str:
    """Which team the tags say the job belongs to; "" where they do not."""
    return tagged(tags, TEAM_TAGS)
