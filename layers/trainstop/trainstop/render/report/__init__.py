"""The report: a span of time as one HTML page."""

from trainstop.render.report.page import DETAILS_MOST, LISTED_MOST, MAX_BYTES, Content, Made, Report, report_page

__all__ = ["DETAILS_MOST", "LISTED_MOST", "MAX_BYTES", "Content", "Made", "Report", "report_page"]
