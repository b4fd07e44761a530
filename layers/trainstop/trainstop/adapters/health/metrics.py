"""Values that CloudWatch keeps, a few metrics a call."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from trainstop.adapters.health.caller import Caller

_AT_MOST: Final = 500
"""Metrics of one GetMetricData call."""


def newest_extremes(
    caller: Caller,
    namespace: str,
    metric: str,
    dimension: str | None,
    names: tuple[str, ...],
    *,
    statistic: str,
    now: datetime,
    span: timedelta,
) -> Mapping[str, float]:
    """By the dimension's value, the sum (of the statistic ``Sum``) or else the greatest of the values in the time span.

    What CloudWatch has no value for is left out. Without a dimension the one name stands for the metric alone.

    Raises:
        UncheckableError: CloudWatch could not be asked.
    """
    wanted = names[:_AT_MOST]
    if not wanted:
        return {}
    queries = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": namespace,
                    "MetricName": metric,
                    "Dimensions": [{"Name": dimension, "Value": name}] if dimension else [],
                },
                "Period": 300 if span <= timedelta(days=1) else 86400,
                "Stat": statistic,
            },
        }
        for number, name in enumerate(wanted)
    ]
    answer = caller.ask("cloudwatch", "GetMetricData", MetricDataQueries=queries, StartTime=now - span, EndTime=now)
    combine = sum if statistic == "Sum" else max
    return {
        wanted[int(result["Id"][1:])]: float(combine(result["Values"]))
        for result in answer["MetricDataResults"]
        if result["Values"]
    }
