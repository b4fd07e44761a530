"""CloudWatch alarms on the metrics that they name: the emulator takes those of all dimensions together."""

import operator
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch

# The others compare with an anomaly detection band.
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_LOCK = threading.Lock()

Alarm = dict[str, Any]


def with_dimensions(original: Callable[[Alarm], None]) -> Callable[[Alarm], None]:
    """The emulator's evaluation of one alarm, by the metric of exactly its dimensions; only a transition acts."""

    def evaluate(alarm: Alarm) -> None:
        compare = _COMPARISONS.get(alarm.get("ComparisonOperator", ""))
        if compare is None:
            original(alarm)
            return
        # Functions run at the same time. Actions come after the lock, as one of them may run a function in turn.
        with _LOCK:
            old, reason = alarm["StateValue"], _transition(alarm, compare)
            new = alarm["StateValue"]
        if reason is not None:
            cloudwatch._record_history(alarm["AlarmName"], old, new, reason)  # noqa: SLF001 - an extension
            cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)  # noqa: SLF001 - an extension
            cloudwatch._evaluate_parent_alarms(alarm)  # noqa: SLF001 - an extension

    return evaluate


def _transition(alarm: Alarm, compare: Callable[[float, float], bool]) -> str | None:
    """Gives the alarm the state of its metric; returns why, or None when that is the state it had.

    As in the emulator, an alarm without data in its periods keeps its state, whatever TreatMissingData says.
    """
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))  # noqa: SLF001
    key = (alarm["Namespace"], alarm["MetricName"], dimensions)
    since = time.time() - alarm["Period"] * alarm["EvaluationPeriods"]
    points = [point for point in cloudwatch._metrics.get(key) or [] if point["Timestamp"] >= since]  # noqa: SLF001
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points) if points else None  # noqa: SLF001
    if value is None:
        return None
    state = "ALARM" if compare(value, alarm["Threshold"]) else "OK"
    if state == alarm["StateValue"]:
        return None
    reason = f"Threshold Crossed: {statistic} {value} {alarm['ComparisonOperator']} {alarm['Threshold']}"
    alarm |= {"StateValue": state, "StateReason": reason, "StateUpdatedTimestamp": int(time.time())}
    return reason
