"""The classifier's speed beside ripgrep, which is the limit, and beside a loop of Python's `re`, one's first idea."""

import random
import re
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from trainstop.classify import classify
from trainstop.classify.compile import compiled
from trainstop.classify.load import source_rows, table
from trainstop.domain.failure import Failure, LogLine

ROUNDS = 5
LONG_LINES = 150_000
LOOP_LINES = 2_000
TAIL_LINES = 200
SEED = 2026
_LOAD = """
import time, trainstop.classify.load as load
from pathlib import Path
started = time.perf_counter()
load.read_compiled(Path({path!r}))
print(time.perf_counter() - started)
"""


_NAMED = re.compile(r"\(\?P<\w+>")
"""Names of groups, of which ripgrep takes each once for all patterns together."""


class Text(NamedTuple):
    """A log to read."""

    what: str
    lines: list[str]

    @property
    def size_bytes(self) -> int:
        """Length with line ends, in UTF-8."""
        return len("\n".join(self.lines).encode()) + 1


class Speed(NamedTuple):
    """MB/s of one text, medians of rounds in turn."""

    what: str
    size_bytes: int
    trainstop: float
    ripgrep: float
    loop: float


class Figures(NamedTuple):
    """What was measured; milliseconds are medians."""

    speeds: list[Speed]
    load_ms: float
    tail_ms: float
    worst_tail_ms: float
    first_tail_ms: float


def measure() -> Figures:
    """Run everything."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        patterns = home / "patterns.txt"
        patterns.write_text(
            "".join(f"{_NAMED.sub('(?:', found.pattern)}\n" for found in table().signatures), encoding="utf-8"
        )
        speeds = [_speed(text, home, patterns) for text in (_long(), _dense())]
        (home / "signatures.json").write_bytes(compiled())
        load_ms = statistics.median(_load_ms(home / "signatures.json") for _ in range(ROUNDS))
    tail, worst = _failure(_tail()), _failure(_dense().lines[:TAIL_LINES])
    return Figures(
        speeds,
        load_ms,
        1000 * _median_seconds(lambda: classify(tail)),
        1000 * _median_seconds(lambda: classify(worst)),
        _first_ms(),
    )


def _speed(text: Text, home: Path, patterns: Path) -> Speed:
    path = home / "log.txt"
    path.write_text("\n".join(text.lines) + "\n", encoding="utf-8")
    failure = _failure(text.lines)
    ripgrep = [
        str(_ripgrep()),
        "--threads=1",
        "--count",
        "--no-config",
        "--no-unicode",
        "--file",
        str(patterns),
        str(path),
    ]
    part = text.lines[-LOOP_LINES:]
    regexes = [re.compile(_for_python(found.pattern)) for found in table().signatures]
    ours, theirs, loops = [], [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: classify(failure)))
        theirs.append(_seconds(lambda: subprocess.run(ripgrep, check=False, capture_output=True)))
        loops.append(_seconds(lambda: [[regex.search(line) for regex in regexes] for line in part]))
    megabytes = text.size_bytes / 1e6
    part_megabytes = Text("", part).size_bytes / 1e6
    return Speed(
        text.what,
        text.size_bytes,
        megabytes / statistics.median(ours),
        megabytes / statistics.median(theirs),
        part_megabytes / statistics.median(loops),
    )


def _long() -> Text:
    """What most logs are: progress, and a failure at the end."""
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    lines = []
    for step in range(LONG_LINES // 3):
        loss = chance.random()
        lines.append(f"2026-03-28 18:08:{step % 60:02d},123 - INFO - trainer - step {step} loss {loss:.4f} lr 1e-5")
        lines.append(f"{{'loss': {loss:.4f}, 'grad_norm': {chance.random():.4f}, 'epoch': {step / 1000:.2f}}}")
        lines.append(f" {step % 100}%|{'#' * (step % 10):10}| {step}/50000 [00:{step % 60:02d}<01:10, 2.31it/s]")
    return Text("progress, a failure at the end", [*lines, *_failed()])


def _tail() -> list[str]:
    """The end of such a log."""
    return _long().lines[-TAIL_LINES:]


def _failed() -> list[str]:
    """A traceback through libraries, and what the training toolkit makes of it."""
    frames = [
        line
        for number in range(30)
        for line in (
            f'  File "/opt/conda/lib/python3.11/site-packages/torch/nn/modules/module.py", line {number}, in forward',
            "    return self._call_impl(*args, **kwargs)",
        )
    ]
    error = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (32x512 and 768x10)"
    toolkit = "2026-03-28 18:09:11,868 sagemaker-training-toolkit ERROR   "
    return [
        "Traceback (most recent call last):",
        '  File "/opt/ml/code/train.py", line 120, in <module>',
        "    main()",
        *frames,
        error,
        f"{toolkit} Reporting training FAILURE",
        f"{toolkit} ExecuteUserScriptError:",
        "ExitCode 1",
        f'ErrorMessage "{error}"',
        'Command "/opt/conda/bin/python3.11 train.py --epochs 3"',
        f"{toolkit} Encountered exit_code 1",
    ]


def _dense() -> Text:
    """The worst case: nothing but failures, the examples of all signatures in a fixed disorder."""
    examples = [text for _, row in source_rows() for text in (*row["matches"], *row["near_misses"])]
    random.Random(SEED).shuffle(examples)  # noqa: S311 (no secret)
    lines = [line for text in examples for line in text.split("\n")]
    return Text("nothing but failures", lines * 10)


def _failure(lines: Sequence[str]) -> Failure:
    return Failure(lines=[LogLine(line, "algo-1", "job/algo-1-1", at) for at, line in enumerate(lines)])


def _load_ms(path: Path) -> float:
    done = subprocess.run([sys.executable, "-c", _LOAD.format(path=str(path))], check=True, capture_output=True)
    return 1000 * float(done.stdout)


def _first_ms() -> float:
    """The first tail that a fresh process classifies, its signatures read already."""
    code = (
        "import benchmarks.classify as b, time; from trainstop.classify.load import table; table();"
        "tail = b._failure(b._tail()); started = time.perf_counter(); b.classify(tail);"
        "print(time.perf_counter() - started)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=Path(__file__).parents[1])
        for _ in range(ROUNDS)
    ]
    return statistics.median(1000 * float(done.stdout) for done in runs)


def _ripgrep() -> Path:
    return Path(sysconfig.get_path("scripts")) / "rg"


def _for_python(pattern: str) -> str:
    """Python wants flags at the start only."""
    return "(?i)" + pattern.replace("(?i)", "") if "(?i)" in pattern else pattern


def _median_seconds(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(4 * ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(measure())
