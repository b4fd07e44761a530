"""`sam build` and `sam deploy` of the project's template, by the profile `sandbox` of its samconfig.toml."""

import fcntl
import os
import platform
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox import template
from sandbox.home import PROJECT, Home, SandboxError, State, aws_environment

_PROFILE = "sandbox"
_ARTIFACTS_BUCKET = "sandbox-artifacts"
_LAST_LINES = 30
_BUILT = ".built"


def build(home: Home, source: Path) -> None:
    """Builds functions and layers for this machine's Python, unless they are built there already.

    Of several sandboxes that share a build, the first one makes it and the others wait.

    Raises:
        SandboxError: the build failed; with the end of its output.
    """
    home.build.parent.mkdir(parents=True, exist_ok=True)
    with home.build.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home.build / _BUILT).exists():
            _build(home, source)
            (home.build / _BUILT).touch()


def _build(home: Home, source: Path) -> None:
    target = {
        "LAYER_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
        "LAYER_PLATFORM": platform.machine(),
        "LAYER_BUILD_PYTHON": sys.executable,
    }
    command = ["build", "--config-env", _PROFILE, "--template-file", str(source), "--build-dir", str(home.build)]
    _sam(home, "sam-build", command, {**os.environ, **target})


def deploy(home: Home, state: State, parameters: Sequence[str]) -> list[str]:
    """Deploys what was built to the emulator; returns the resources that it does not know and that were left out.

    Args:
        home: where the build lies.
        state: the running sandbox.
        parameters: `Name=Value`, over those of the profile.

    Raises:
        SandboxError: the deployment failed; with the end of its output.
    """
    copy = home.build / f"template.{home.path.name}-{os.getpid()}.yaml"
    left_out = template.deployable(home.build / "template.yaml", copy)
    chosen = dict(pair.split("=", 1) for pair in [*_profile_parameters(), *parameters])
    command = ["deploy", "--config-env", _PROFILE, "--template-file", str(copy), "--stack-name", state.stack]
    command += ["--no-resolve-s3", "--s3-bucket", _ARTIFACTS_BUCKET, "--parameter-overrides"]
    command += [f"{name}={value}" for name, value in chosen.items()]
    _sam(home, "sam-deploy", command, aws_environment(state))
    return left_out


def buckets(state: State) -> tuple[str, ...]:
    """The buckets that have to be there before a deployment."""
    return (_ARTIFACTS_BUCKET, state.trail_bucket)


def _profile_parameters() -> list[str]:
    profile = tomllib.loads((PROJECT / "samconfig.toml").read_text(encoding="utf-8"))[_PROFILE]
    given = profile.get("deploy", {}).get("parameters", {}).get("parameter_overrides", [])
    return given.split() if isinstance(given, str) else list(given)


def _sam(home: Home, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    log = home.logs / f"{name}.log"
    program = [sys.executable, "-m", "samcli", *command]
    with log.open("wb") as output:
        ended = subprocess.run(
            program,
            cwd=PROJECT,
            env={**environment, "SAM_CLI_TELEMETRY": "0"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        raise SandboxError(f"`sam {command[0]}` failed; the end of {log}:\n" + "\n".join(lines))
