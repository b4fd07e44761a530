"""The control API, under `/_sandbox/`: what scenarios and tests make happen that no AWS API can."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from sandbox.simulator.errors import ApiError
from sandbox.simulator.settings import Plan, Settings
from sandbox.simulator.simulator import Simulator
from sandbox.simulator.strict import Strict

PREFIX = "/_sandbox/"
Body = TypeVar("Body", bound=Strict)


class Status(Strict):
    """A step of a job's life."""

    status: str
    secondary_status: str
    failure_reason: str | None = None
    message: str | None = None


class RuleStatus(Strict):
    """A rule's new status."""

    rule: str
    status: str
    details: str | None = None
    acts: bool = True


class Lines(Strict):
    """Lines of a log stream."""

    stream: str
    lines: list[str] = Field(min_length=1)


class Control:
    """Answers the control API; `README.md` of the sandbox lists it."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._shown: dict[str, Callable[[], Any]] = {
            "health": lambda: {"status": "ready"},
            "calls": lambda: simulator.calls,
            "hanging": lambda: {"hanging": simulator.hanging},
            "pending": lambda: {"pending": simulator.pending, "hanging": simulator.hanging},
            "settings": lambda: simulator.settings.model_dump(),  # noqa: PLW0108 - other settings may be set by then
        }

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:  # noqa: PLR0911 - one for each route
        """Carries out a request; returns the HTTP status and what to answer."""
        match method, *path.removeprefix(PREFIX).split("/"):
            case "GET", what if what in self._shown:
                return 200, self._shown[what]()
            case "PUT", "settings":
                return _checked(Settings, body, self._set)
            case "PUT", "plans", name:
                return _checked(Plan, body, lambda plan: self._simulator.plan(name, plan))
            case "POST", "jobs", name, "status":
                return _checked(Status, body, lambda step: self._move(name, step))
            case "POST", "jobs", name, "rules":
                return _checked(RuleStatus, body, lambda step: self._rule(name, step))
            case "POST", "logs":
                return _checked(Lines, body, lambda held: self._simulator.write_logs(held.stream, held.lines))
        return 404, {"error": f"no {method} {path} here"}

    def _set(self, settings: Settings) -> None:
        self._simulator.settings = settings

    def _move(self, name: str, step: Status) -> None:
        self._simulator.move(name, step.status, step.secondary_status, step.failure_reason, step.message)

    def _rule(self, name: str, step: RuleStatus) -> None:
        self._simulator.set_rule(name, step.rule, step.status, step.details, acts=step.acts)


def _checked(model: type[Body], body: bytes, act: Callable[[Body], None]) -> tuple[int, dict[str, Any]]:
    try:
        act(model.model_validate_json(body or b"{}"))
    except ValidationError as error:
        return 400, {"error": str(error)}
    except ApiError as error:
        return 409, {"error": error.message}
    return 200, {}
