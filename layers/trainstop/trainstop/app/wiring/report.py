"""The adapters behind the ports of report, made on the first call of a worker and never at import."""

import os
from functools import cache
from importlib.metadata import version

from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.athena import AthenaQueries
from trainstop.adapters.clients import Clients
from trainstop.adapters.job_calls import AthenaJobCalls, NoJobCalls
from trainstop.adapters.lake import opened
from trainstop.adapters.reports import ReportsTable, S3ReportPages
from trainstop.app.clock import utc_now
from trainstop.app.report import Origin, ReportDeps
from trainstop.app.settings import ReportSettings
from trainstop.app.telemetry import logger
from trainstop.app.weekly_report import WeeklyReportDeps
from trainstop.ports.report import JobCalls


@cache
def weekly_report_deps() -> WeeklyReportDeps:
    """The world of report."""
    settings = ReportSettings.from_environment(os.environ)
    clients = Clients()
    making = ReportDeps(
        parts=S3ArchiveBucket(clients, settings.archive_bucket),
        lake=opened,
        calls=_calls(settings, clients),
        clock=utc_now,
        progress=logger.info,
    )
    return WeeklyReportDeps(
        making=making,
        pages=S3ReportPages(clients, settings.archive_bucket),
        reports=ReportsTable(clients, settings.table),
        origin=Origin(settings.stack, settings.region, version("trainstop")),
        bucket_name=settings.archive_bucket,
    )


def _calls(settings: ReportSettings, clients: Clients) -> JobCalls:
    """Without a trail Athena is not asked, and may not be."""
    if not settings.query_workgroup:
        return NoJobCalls()
    return AthenaJobCalls(AthenaQueries(clients.athena, settings.query_workgroup, settings.glue_database))
