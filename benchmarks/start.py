"""How long `watch` takes to be ready, beside the bare handler of AWS's published recipe; and what the stack weighs."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.timing import Paired, in_turn

PROJECT = Path(__file__).parent.parent
RUNS = 15

_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "111122223333",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "POWERTOOLS_SERVICE_NAME": "watch",
    "TRAINSTOP_TABLE": "t",
    "TRAINSTOP_POLICY_APPLICATION": "a",
    "TRAINSTOP_POLICY_ENVIRONMENT": "e",
    "TRAINSTOP_POLICY_PROFILE": "p",
    "TRAINSTOP_DEAD_LETTER_QUEUE_URL": "http://127.0.0.1/q",
    "TRAINSTOP_LOG_GROUP": "/aws/sagemaker/TrainingJobs",
    "TRAINSTOP_POLICY_MAX_AGE_SECONDS": "60",
    "TRAINSTOP_WATCH_QUEUE_URL": "http://127.0.0.1/w",
    "TRAINSTOP_ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts",
    "TRAINSTOP_JOB_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:SMDebugRules",
    "TRAINSTOP_DRY_RUN": "false",
}

# Ready means: the handler is imported and the SageMaker client that would stop a job exists.
_WATCH = "import app; from trainstop.app.wiring.watch import watch_deps; watch_deps().watch.jobs._clients.sagemaker"
_RECIPE = "import recipe"


def start(build: Path) -> Paired:
    """Seconds to ready: the built function on the built layer, and the recipe; boto3 is lent to both as Lambda does."""
    return in_turn(
        (_WATCH, [PROJECT / "functions/watch", build / "TrainstopLayer/python"]),
        (_RECIPE, [PROJECT / "benchmarks/peers"]),
        _ENVIRONMENT,
        RUNS,
    )


def sizes(build: Path) -> Iterator[tuple[str, int, int]]:
    """(what, bytes as unpacked, bytes as sent) of the layer, its bytecode included, and of each function."""
    yield "layer", *_bytes((build / "TrainstopLayer").rglob("*"))
    for handler in sorted(PROJECT.glob("functions/*/app.py")):
        yield f"function {handler.parent.name}", *_bytes([handler])


def _bytes(paths: Iterable[Path]) -> tuple[int, int]:
    contents = [path.read_bytes() for path in paths if path.is_file()]
    return sum(map(len, contents)), sum(len(gzip.compress(content)) for content in contents)
