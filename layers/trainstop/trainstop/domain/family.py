"""The family of a job: what its runs have in common, in their names and in whose they are.

Where the ends of names come from: the SageMaker SDK's ``name_from_base`` (``-2026-01-15-12-00-00-123``, short
``-260115-1200``) and ``unique_name_from_base`` (``-1768478400-1a2b``); tuning jobs (``-001-0f0444b1``); Pipelines
(``pipelines-cfvy1tjuxdq8-abalonetrain-tavd6f3wdf``); Batch (``AWSBatch<name><32 hexadecimal digits>``); trainstop's own
retries (``-retry-1``).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import re2

from trainstop.domain.tags import owner_of, pipeline_of, team_of
from trainstop.domain.training_job import TrainingJob

_STEP = re2.compile(r"^pipelines-[0-9a-z]{12}-(.+?)(?:-[0-9A-Za-z]{10})?$")
_BATCH = re2.compile(r"^AWSBatch-?(.+?)-?[0-9a-f]{32}$")
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_MOMENT = r"\d{4}-?\d{2}-?\d{2}[Tt]\d{2}-?\d{2}(?:-?\d{2})?(?:-?\d{3,6})?[Zz]?"
_ENDS = re2.compile(
    rf"-+(?:{_UUID}|{_MOMENT}|\d+|\d{{3}}-[0-9a-f]{{8}}|\d{{9,}}-[0-9a-f]{{4}}|(?:retry|rerun|attempt)(?:-?\d+)?)$"
)
_DIGEST = re2.compile(r"-+([0-9a-fA-F]{7,64})$")


def family_name(training_job_name: str) -> str:
    """The name without what tells one run from another; case is kept, and no name becomes empty.

    A number at the end is taken for a counter, so that ``resnet-50`` and ``resnet-18`` are of one family; one inside
    (``llama-3-8b``) stays. A name of nothing but numbers is a family of its own.
    """
    name = training_job_name
    while (shorter := _shorter(name)) != name:
        name = shorter
    return name if any(map(str.isalpha, name)) else training_job_name


def family_key(job: TrainingJob, tags: Mapping[str, str]) -> str:
    """What the runs of one family have in common, as 20 hexadecimal digits.

    Whose the job is belongs to it, for names such as ``pytorch-training`` are everybody's: its team where a tag names
    one, for a team's jobs are submitted now by one and now by another of them; else its owner; else its role.
    """
    whose = f"team {team_of(tags)}" if team_of(tags) else owner_of(tags) or job.role_arn or ""
    identity = "\0".join((family_name(job.training_job_name), pipeline_of(tags) or "", whose))
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:20]


def _shorter(name: str) -> str:
    """The name less one part of its own; what would be left empty stays as it is."""
    for wrapper in (_STEP, _BATCH):
        if (match := wrapper.search(name)) is not None:
            return str(match.group(1))
    end = _ENDS.search(name) or _digest(name)
    return name[: end.start()] or name if end is not None else name


def _digest(name: str) -> Any:  # noqa: ANN401 (google-re2 has no types)
    """Hexadecimal digits at the end, among them a digit, for ``-defaced`` is a word."""
    match = _DIGEST.search(name)
    return match if match is not None and any(map(str.isdigit, match.group(1))) else None
