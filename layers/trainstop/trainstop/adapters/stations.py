"""How the parts stand that an event passes, for a person who looks for one that does not come through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from botocore.exceptions import ClientError

from trainstop.adapters.errors import code_of, is_denied


class Deployed(Protocol):
    """A deployed stack, as the command line has it."""

    def output(self, key: str) -> str:
        """One of the stack's outputs."""

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
        """A client of the service."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to one station.

    Attributes:
        queues: Names for people of the stack's outputs with their URLs.
        function: The function that works there, as ``template.yaml`` names it after the stack.
        alarms: The same for alarms.
    """

    queues: Mapping[str, str]
    function: str = ""
    alarms: tuple[str, ...] = ()


_STATIONS: Final = {
    "noticed": _Parts(
        {
            "EventsDeadLetterQueueUrl": "EventBridge's dead letters",
            "WatchQueueUrl": "the watch queue",
            "WatchDeadLetterQueueUrl": "watch's dead letters",
        },
        "watch",
        ("events-dead-letters", "watch-dead-letters", "watch-errors"),
    ),
    "told": _Parts(
        {"NotifyDeadLetterQueueUrl": "notify's dead letters"}, "notify", ("notify-dead-letters", "notify-errors")
    ),
    "archived": _Parts(
        {"ArchiveDeadLetterQueueUrl": "archive's dead letters"}, "archive", ("archive-dead-letters", "archive-errors")
    ),
}
_NO_PARTS: Final = _Parts({})
_DEPTHS: Final = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class StackStations:
    """The queues, functions and alarms of a stack."""

    def __init__(self, deployed: Deployed, stack_name: str) -> None:
        self._deployed = deployed
        self._stack_name = stack_name

    def look(self, station: str) -> Iterator[str]:
        """How a station's parts stand. What may not be read is said, for the rest helps all the same."""
        if station == "received":
            yield "`trainstop subscriptions` shows who is subscribed to what, and who has not confirmed it"
        parts = _STATIONS.get(station, _NO_PARTS)
        for output, name in parts.queues.items():
            yield self._read(name, lambda output=output: self._depth(output))
        if parts.function:
            function = f"{self._stack_name}-{parts.function}"
            yield self._read(f"trigger of {function}", lambda: self._triggers(function))
            yield f"log group: /aws/lambda/{function}"
        if parts.alarms:
            names = [f"{self._stack_name}-{alarm}" for alarm in parts.alarms]
            yield self._read("alarms", lambda: self._alarms(names))

    def _read(self, name: str, read: Any) -> str:  # noqa: ANN401 - a way to read a sentence
        try:
            return f"{name}: {read()}"
        except ClientError as error:
            if not is_denied(error):
                raise
            return f"{name}: may not be read ({code_of(error)})"

    def _depth(self, output: str) -> str:
        sqs = self._deployed.client("sqs")
        answer = sqs.get_queue_attributes(QueueUrl=self._deployed.output(output), AttributeNames=list(_DEPTHS))
        waiting, in_hand = (answer["Attributes"].get(name, "0") for name in _DEPTHS)
        return f"{waiting} waiting, {in_hand} in hand"

    def _triggers(self, function: str) -> str:
        answer = self._deployed.client("lambda").list_event_source_mappings(FunctionName=function, MaxItems=10)
        return ", ".join(each["State"].upper() for each in answer["EventSourceMappings"]) or "NONE"

    def _alarms(self, names: list[str]) -> str:
        answer = self._deployed.client("cloudwatch").describe_alarms(AlarmNames=names)
        return ", ".join(f"{each['AlarmName']} {each['StateValue']}" for each in answer["MetricAlarms"]) or "NONE"
