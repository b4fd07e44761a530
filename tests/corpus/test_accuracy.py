"""The labelled failures beside this project, where they are present: accuracy must not fall below its floor.

The floors are what was reached, less a row or two; raise them when the classifier gets better.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FLOORS = {
    "category_accuracy": 0.98,
    "category_macro_recall": 0.97,
    "retryable_accuracy": 0.98,
    "root_line_exact": 0.97,
}


@pytest.fixture(scope="module")
def figures():
    if not CORPUS.is_dir():
        pytest.skip(f"the labelled failures are not at {CORPUS}")
    command = [sys.executable, str(CORPUS / "score.py"), *map(str, sorted(CORPUS.glob("*.jsonl")))]
    done = subprocess.run(  # noqa: S603 (an argument list of our own)
        [*command, "--json", "--", sys.executable, "-m", "trainstop.classify.jsonl"],
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("figure", FLOORS)
def test_accuracy_stays_above_its_floor(figures, figure):
    assert figures[figure] >= FLOORS[figure]


def test_nothing_is_named_where_there_is_nothing_to_go_on(figures):
    assert figures["named_with_nothing_to_go_on"].startswith("0 of ")
