"""Logs and metrics of the functions, by Powertools."""

from collections.abc import Callable, Iterable
from datetime import datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from trainstop.domain.measure import COUNT, Measure
from trainstop.policy.silences import ActiveSilences, Silence
from trainstop.policy.state import PolicyState
from trainstop.ports import SilencesUnreadableError

NAMESPACE = "trainstop"

logger = Logger()


def emit(measures: Iterable[Measure]) -> None:
    """Write each measure as an EMF line. A dimension makes a metric of its own, so none is shared."""
    for measure in measures:
        with single_metric(
            name=measure.name, unit=MetricUnit(measure.unit), value=measure.value, namespace=NAMESPACE
        ) as metric:
            if measure.dimension is not None:
                metric.add_dimension(*measure.dimension)


def reporting(read: Callable[[], PolicyState]) -> Callable[[], PolicyState]:
    """Read the policy and say so when the newest one is not in force."""

    def current() -> PolicyState:
        state = read()
        if state.problem is not None:
            logger.error("policy problem", extra={"problem": state.problem, "policy_version": state.version})
            emit([Measure("PolicyProblem", COUNT, 1)])
        return state

    return current


def told_unsilenced(read: ActiveSilences) -> ActiveSilences:
    """Read the silences; where they cannot be read there are none, for no alert may be lost for that."""

    def active(moment: datetime) -> Iterable[Silence]:
        try:
            return read(moment)
        except SilencesUnreadableError as error:
            logger.warning("silences unreadable, alerts go out", extra={"problem": str(error)})
            emit([Measure("SilencesUnreadable", COUNT, 1)])
            return ()

    return active
