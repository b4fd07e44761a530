"""Background processes, each in a group of its own, ended by their ids."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.home import Home, SandboxError, Started

_END_SECONDS = 5.0
_LOOK_SECONDS = 0.05
_LOG_LINES = 20


def listen() -> socket.socket:
    """A socket that listens on a free port of the loopback interface."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    return listening


def start(
    home: Home, name: str, command: Sequence[str], environment: Mapping[str, str], sockets: Sequence[socket.socket]
) -> Started:
    """Starts a program that outlives this one, its output in the home's logs."""
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=[held.fileno() for held in sockets],
            start_new_session=True,
        )
    return Started(name, process.pid, _started_ticks(process.pid))


def is_running(process: Started) -> bool:
    """Whether it is still the process that was started, and no later one with its id."""
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    return _state_of(process.pid) != "Z" and _started_ticks(process.pid) == process.started_ticks


def end(process: Started) -> None:
    """Ends a process and what it started, gently first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not is_running(process):
            break
        os.killpg(process.pid, number)
        until(lambda: not is_running(process), _END_SECONDS)
    try:
        # What it started may have outlived it.
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Waits for a condition and tells whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def wait_ready(home: Home, process: Started, is_ready: Callable[[], bool], seconds: float) -> None:
    """Waits for a process to serve.

    Raises:
        SandboxError: it ended or did not come up in time; with the end of its log.
    """
    if until(lambda: is_ready() or not is_running(process), seconds) and is_running(process):
        return
    log = home.logs / f"{process.name}.log"
    raise SandboxError(f"{process.name} did not start; the end of {log}:\n{tail(log)}")


def tail(log: Path) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])


def _stat(pid: int) -> list[str] | None:
    try:
        # The program's name, in parentheses, may hold spaces: fields count from after it.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None


def _state_of(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[0] if fields else None


def _started_ticks(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[19]) if fields else None
