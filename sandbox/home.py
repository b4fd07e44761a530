"""A sandbox's folder: what it consists of, where it listens, what ran."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_HOME = PROJECT / "var" / "sandbox"
ACCOUNT = "111122223333"
REGION = "us-east-1"


class SandboxError(Exception):
    """Something the user can mend; the message says what."""


@dataclass(frozen=True)
class Started:
    """A background process: its id, which is also its group's, and when it started in the kernel's ticks."""

    name: str
    pid: int
    started_ticks: int | None


@dataclass(frozen=True)
class State:
    """What a running sandbox is made of."""

    cloud_url: str
    sagemaker_url: str
    inbox_url: str
    stack: str
    trail_bucket: str
    processes: tuple[Started, ...] = field(default=())

    def environment(self) -> dict[str, str]:
        """The variables that send any AWS client here."""
        return {
            "AWS_ENDPOINT_URL": self.cloud_url,
            "AWS_ENDPOINT_URL_SAGEMAKER": self.sagemaker_url,
            # The emulator takes an access key of twelve digits for the account.
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "TRAINSTOP_STACK": self.stack,
        }


class Home:
    """The folder of one sandbox; several may run at a time, each with its own."""

    def __init__(self, path: Path, build: Path | None = None) -> None:
        self.path = path.resolve()
        self.inbox = self.path / "inbox"
        self.logs = self.path / "logs"
        self.build = build.resolve() if build else self.path / "build"
        self.scratch = self.path / "tmp"
        self.env_file = self.path / "env"
        self._state = self.path / "state.json"

    def state(self) -> State:
        """The sandbox that runs here.

        Raises:
            SandboxError: none does.
        """
        if not self._state.exists():
            raise SandboxError(f"no sandbox in {self.path}: start one with `python -m sandbox up`")
        raw = json.loads(self._state.read_text(encoding="utf-8"))
        return State(**{**raw, "processes": tuple(Started(**process) for process in raw["processes"])})

    def has_state(self) -> bool:
        """Whether a sandbox was started here and not taken down."""
        return self._state.exists()

    def keep(self, state: State) -> None:
        """Writes down what runs."""
        self._state.write_text(json.dumps(asdict(state), indent=2), encoding="utf-8")

    def forget(self) -> None:
        """Removes what `keep` wrote; logs and messages stay."""
        self._state.unlink(missing_ok=True)


def write_env_file(path: Path, variables: Mapping[str, str]) -> None:
    """Writes variables as a file that a shell reads with `.`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"export {name}={value}\n" for name, value in variables.items()), encoding="utf-8")


def aws_environment(state: State) -> dict[str, str]:
    """This process's environment with every AWS setting of the user's replaced by the sandbox's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | state.environment()
