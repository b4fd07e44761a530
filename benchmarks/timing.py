"""Whole processes, timed in turn, so that a machine whose speed drifts slows both alike."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Paired(NamedTuple):
    """Seconds of two programs run in turn, and the ratios pair by pair."""

    ours: list[float]
    peer: list[float]

    @property
    def ratio(self) -> float:
        """Median of the ratios ours / peer."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.ours, self.peer, strict=True))


def python_seconds(code: str, path: Sequence[Path], environment: dict[str, str]) -> float:
    """Seconds from the start of a fresh interpreter to the end of ``code``."""
    variables = (
        os.environ | environment | {"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"}
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=variables, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def in_turn(
    ours: tuple[str, Sequence[Path]], peer: tuple[str, Sequence[Path]], environment: dict[str, str], runs: int
) -> Paired:
    """Run both ``runs`` times in turn, after one run of each that does not count."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for run in range(runs + 1):
        for collected, (code, path) in zip(seconds, (ours, peer), strict=True):
            measured = python_seconds(code, path, environment)
            if run:
                collected.append(measured)
    return Paired(*seconds)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which ``percent`` of the values lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
