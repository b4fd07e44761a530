"""boto3 clients with time-outs and bounded retries, each made on its first use."""

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

CONFIG = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 4},
    tcp_keepalive=True,
    user_agent_extra="trainstop",
)


PATIENT_CONFIG = CONFIG.merge(Config(retries={"mode": "adaptive", "total_max_attempts": 10}))
"""For work that is in no hurry and makes many calls: it slows down where AWS throttles."""


@cache
def client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
    """The client of a service, from the usual AWS variables and credentials."""
    return boto3.client(service, config=CONFIG)  # type: ignore[call-overload]


SLOW_CONFIG = CONFIG.merge(Config(read_timeout=300, retries={"mode": "standard", "total_max_attempts": 1}))
"""For a call of a function that may run for minutes: a second one while it runs would help nobody."""


@cache
def slow_client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
    """The client of a service, for a call that may take minutes."""
    return boto3.client(service, config=SLOW_CONFIG)  # type: ignore[call-overload]


@cache
def patient_client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
    """The client of a service, for work that is in no hurry."""
    return boto3.client(service, config=PATIENT_CONFIG)  # type: ignore[call-overload]


class Clients:
    """The clients of one worker. Making one reads the service's model from disk, so none is made before it is used."""

    @cached_property
    def athena(self) -> "AthenaClient":
        """Athena."""
        return client("athena")  # type: ignore[no-any-return]

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        return client("dynamodb")  # type: ignore[no-any-return]

    @cached_property
    def events(self) -> "EventBridgeClient":
        """EventBridge."""
        return client("events")  # type: ignore[no-any-return]

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """CloudWatch Logs."""
        return client("logs")  # type: ignore[no-any-return]

    @cached_property
    def s3(self) -> "S3Client":
        """S3."""
        return client("s3")  # type: ignore[no-any-return]

    @cached_property
    def sagemaker(self) -> "SageMakerClient":
        """SageMaker."""
        return client("sagemaker")  # type: ignore[no-any-return]

    @cached_property
    def scheduler(self) -> "EventBridgeSchedulerClient":
        """EventBridge Scheduler."""
        return client("scheduler")  # type: ignore[no-any-return]

    @cached_property
    def sns(self) -> "SNSClient":
        """SNS."""
        return client("sns")  # type: ignore[no-any-return]

    @cached_property
    def sqs(self) -> "SQSClient":
        """SQS."""
        return client("sqs")  # type: ignore[no-any-return]

    @cached_property
    def ssm(self) -> Any:  # noqa: ANN401 - its two calls are not worth a package of types
        """Systems Manager."""
        return client("ssm")
