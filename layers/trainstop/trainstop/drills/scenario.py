"""The scenarios of drills, as their files tell them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from trainstop.domain.base import Frozen
from trainstop.domain.finding import Trigger


class RefusedCall(Frozen):
    """A CreateTrainingJob call that SageMaker refuses; ``request`` as in ``domain.signal.RefusedSubmission``."""

    error_code: str
    error_message: str
    principal_arn: str
    session_name: str
    request: dict[str, str] = Field(default_factory=dict)


class Scenario(Frozen):
    """What goes wrong in a drill.

    Attributes:
        name: The file's name without its ending.
        title: In a few words.
        description: What of trainstop it tries.
        trigger: What makes the incident.
        job: DescribeTrainingJob's answer without name and ARN. A time is written as ``T-1500``: so many seconds before
            the drill. None where the submission is refused.
        refused: The refused call, where the submission is refused.
        tags: The job's, apart from those that say that it is a drill.
        log: Last lines of each host's log, by host.
    """

    name: str
    title: str
    description: str
    trigger: Trigger
    job: dict[str, Any] | None = None
    refused: RefusedCall | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    log: dict[str, tuple[str, ...]] = Field(default_factory=dict)


@cache
def scenarios() -> Mapping[str, Scenario]:
    """All scenarios by name, in the order of their names."""
    import yaml  # noqa: PLC0415 - hardly any event is a drill

    folder = files("trainstop.drills") / "scenarios"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    named = {file.name.removesuffix(".yaml"): yaml.safe_load(file.read_text(encoding="utf-8")) for file in found}
    return {name: Scenario.model_validate({"name": name} | document) for name, document in named.items()}
