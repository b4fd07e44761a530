"""One inbound event, of whatever kind, to the signal that it gives."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from trainstop.domain.signal import Nothing, NothingToDo, Origin, Signal
from trainstop.events import alarm, cloudtrail, drill, processing_job, retry_due, training_job
from trainstop.events.envelope import Envelope
from trainstop.events.errors import UnreadableEventError

REPLAY_SOURCE: Final = "trainstop.replay"
SWEEP_SOURCE: Final = "trainstop.sweep"
RELAY_SOURCE: Final = "trainstop.relay"
LOOK_SOURCE: Final = "trainstop.look"
DRILL_SOURCE: Final = "trainstop.drill"

_Parser = Callable[[Envelope, Origin], Signal | NothingToDo]

_PARSERS: Mapping[tuple[str, str], tuple[_Parser, Origin]] = {
    ("aws.sagemaker", training_job.DETAIL_TYPE): (training_job.parse_training_job, Origin.EVENT),
    (SWEEP_SOURCE, training_job.DETAIL_TYPE): (training_job.parse_training_job, Origin.SWEEP),
    (RELAY_SOURCE, training_job.DETAIL_TYPE): (training_job.parse_training_job, Origin.RELAY),
    (LOOK_SOURCE, training_job.DETAIL_TYPE): (training_job.parse_training_job, Origin.LOOK),
    (LOOK_SOURCE, retry_due.DETAIL_TYPE): (retry_due.parse_retry_due, Origin.LOOK),
    (DRILL_SOURCE, drill.DETAIL_TYPE): (drill.parse_drill, Origin.DRILL),
    ("aws.sagemaker", processing_job.DETAIL_TYPE): (processing_job.parse_processing_job, Origin.EVENT),
    ("aws.cloudwatch", alarm.DETAIL_TYPE): (alarm.parse_alarm, Origin.EVENT),
    ("aws.sagemaker", cloudtrail.DETAIL_TYPE): (cloudtrail.parse_call, Origin.EVENT),
}


def parse(raw: Mapping[str, Any]) -> Signal | NothingToDo:
    """Read one event.

    A replayed event (source ``trainstop.replay``) carries the original under ``detail.event``.

    Raises:
        UnreadableEventError: the event cannot be right; its text is the reason for the dead letter.
    """
    envelope = _envelope(raw)
    if envelope.source != REPLAY_SOURCE:
        return _parse(envelope, origin=None)
    original = envelope.detail.get("event")
    if not isinstance(original, dict):
        raise UnreadableEventError(
            f"{REPLAY_SOURCE}: detail.event is missing (expected the original event as an object)"
        )
    inner = _envelope(original)
    if inner.source == REPLAY_SOURCE:
        raise UnreadableEventError(f"{REPLAY_SOURCE}: detail.event is itself a replay (expected the original event)")
    return _parse(inner, origin=Origin.REPLAY)


def _envelope(raw: Mapping[str, Any]) -> Envelope:
    try:
        return Envelope.model_validate(raw)
    except ValidationError as error:
        raise UnreadableEventError.of("envelope", error) from error


def _parse(envelope: Envelope, origin: Origin | None) -> Signal | NothingToDo:
    known = _PARSERS.get((envelope.source, envelope.detail_type))
    if known is None:
        return NothingToDo(reason=Nothing.NOT_OURS, detail=f"{envelope.source}: {envelope.detail_type}")
    parser, usual_origin = known
    try:
        return parser(envelope, origin or usual_origin)
    except ValidationError as error:
        raise UnreadableEventError.of(envelope.detail_type, error) from error
