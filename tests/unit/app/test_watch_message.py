import json

import pytest

from tests.fakes import FakeDeadLetters
from tests.unit.app.test_watch import world
from trainstop.app.watch_message import DeadLetter, WatchMessageDeps, watch_message


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "JSON list"),
        ("{}", "envelope"),
        (
            '{"source": "aws.sagemaker", "detail-type": "SageMaker Training Job State Change", "detail": {}}',
            "TrainingJobName",
        ),
    ],
)
def test_what_no_retry_can_mend_goes_to_the_dead_letters_with_its_reason(body, reason):
    dead_letters = FakeDeadLetters()
    (result,) = watch_message(body, WatchMessageDeps(world(), dead_letters))
    assert isinstance(result, DeadLetter)
    ((kept, why),) = dead_letters.letters
    assert kept == body
    assert reason in why


def test_a_readable_event_is_handled(sample_event):
    dead_letters = FakeDeadLetters()
    results = watch_message(json.dumps(sample_event("training-job-failed")), WatchMessageDeps(world(), dead_letters))
    assert len(results) == 1
    assert dead_letters.letters == []
