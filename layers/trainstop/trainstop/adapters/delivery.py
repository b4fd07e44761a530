"""What AWS tells of messages that did not arrive: counts by topic, SMS of the account, numbers that opted out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.errors import code_of, is_denied
from trainstop.domain.subscription import Topic

LOOKED_BACK: Final = timedelta(hours=24)

_NAMESPACE: Final = "AWS/SNS"
_COUNTED: Final = {"delivered": "NumberOfNotificationsDelivered", "failed": "NumberOfNotificationsFailed"}
_PERIOD_SECONDS: Final = 3600
_MAX_SERIES: Final = 100


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Messages of one topic within ``LOOKED_BACK``; None where CloudWatch has no count, as where there were none."""

    delivered: int | None
    failed: int | None


@dataclass(frozen=True, slots=True)
class SmsRate:
    """The share of SMS that arrived, of all that the account sent to one country as one type; 1.0 is all."""

    country: str
    kind: str
    rate: float


class SnsDelivery:
    """Reads CloudWatch's metrics of SNS and SNS's list of who opted out."""

    def __init__(self, cloudwatch: Any, sns: Any) -> None:  # noqa: ANN401 - boto3 makes its client classes at run time
        self._cloudwatch = cloudwatch
        self._sns = sns

    def by_topic(self, topic_arns: Mapping[Topic, str], now: datetime) -> dict[Topic, Deliveries]:
        """What was delivered of each topic, and what SNS gave up on; one call."""
        queries = {
            f"{name}_{topic.value}": (metric, {"TopicName": arn.rpartition(":")[2]}, "Sum")
            for topic, arn in topic_arns.items()
            for name, metric in _COUNTED.items()
        }
        values = self._values(queries, now)
        return {
            topic: Deliveries(**{name: _total(values.get(f"{name}_{topic.value}", [])) for name in _COUNTED})
            for topic in topic_arns
        }

    def sms_rates(self, now: datetime) -> list[SmsRate]:
        """The account's SMS by country and type, of those that CloudWatch has."""
        answer = self._cloudwatch.list_metrics(Namespace=_NAMESPACE, MetricName="SMSSuccessRate")
        series = [{each["Name"]: each["Value"] for each in metric["Dimensions"]} for metric in answer["Metrics"]]
        series = [each for each in series if each.keys() == {"Country", "SMSType"}][:_MAX_SERIES]
        queries = {f"rate_{number}": ("SMSSuccessRate", each, "Average") for number, each in enumerate(series)}
        values = self._values(queries, now) if queries else {}
        return [
            SmsRate(each["Country"], each["SMSType"], sum(found) / len(found))
            for number, each in enumerate(series)
            if (found := values.get(f"rate_{number}"))
        ]

    def opted_out(self, numbers: Collection[str]) -> dict[str, bool | None]:
        """Which numbers' owners asked for no more SMS; None where AWS does not say."""
        return {number: self._has_opted_out(number) for number in numbers}

    def _has_opted_out(self, number: str) -> bool | None:
        try:
            return bool(self._sns.check_if_phone_number_is_opted_out(phoneNumber=number)["isOptedOut"])
        except ClientError as error:
            # InvalidParameter: a number that the console hides in part, or no number at all.
            if is_denied(error) or code_of(error) in {"InvalidParameter", "Throttled"}:
                return None
            raise

    def _values(
        self, queries: Mapping[str, tuple[str, Mapping[str, str], str]], now: datetime
    ) -> dict[str, Sequence[float]]:
        asked = [
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {
                        "Namespace": _NAMESPACE,
                        "MetricName": metric,
                        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                    },
                    "Period": _PERIOD_SECONDS,
                    "Stat": statistic,
                },
            }
            for name, (metric, dimensions, statistic) in queries.items()
        ]
        answer = self._cloudwatch.get_metric_data(MetricDataQueries=asked, StartTime=now - LOOKED_BACK, EndTime=now)
        return {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}


def _total(values: Sequence[float]) -> int | None:
    return round(sum(values)) if values else None
