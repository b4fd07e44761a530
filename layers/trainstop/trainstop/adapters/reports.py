"""Weekly reports: pages in the archive's bucket; the newest is the item ``report#latest`` of the incidents table."""

from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.domain.stored_report import StoredReport

_KEY: Final[dict[str, Any]] = {"pk": {"S": "report#latest"}}


class ReportsTable:
    """The newest report."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def latest(self) -> StoredReport | None:
        """The one whose last day is the latest; None where there is none."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_KEY, ConsistentRead=True)
        text = answer.get("Item", {}).get("report", {}).get("S")
        return StoredReport.model_validate_json(text) if text else None

    def note(self, report: StoredReport) -> bool:
        """Note a report; False where one of later days is noted, which stays."""
        last_day = {"S": str(report.last_day)}
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=_KEY | {"last_day": last_day, "report": {"S": report.model_dump_json()}},
                ConditionExpression="attribute_not_exists(pk) OR last_day <= :last_day",
                ExpressionAttributeValues={":last_day": last_day},
            )
        except ClientError as error:
            if is_conditional_check_failure(error):
                return False
            raise
        return True


class S3ReportPages:
    """The pages, in the archive's bucket, encrypted as that says."""

    def __init__(self, clients: Clients, bucket_name: str) -> None:
        self._clients = clients
        self._bucket_name = bucket_name

    def put(self, key: str, page: bytes) -> None:
        """Put a page; one that is there becomes an older version of it."""
        self._clients.s3.put_object(
            Bucket=self._bucket_name, Key=key, Body=page, ContentType="text/html; charset=utf-8"
        )
