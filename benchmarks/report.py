"""A report of many incidents: how long it takes, how large it is, and how soon a browser shows it."""

import shutil
import statistics
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from playwright.sync_api import sync_playwright

from benchmarks import chromium
from benchmarks.made_report import DAYS, SINCE, write_table
from trainstop.adapters.lake import opened
from trainstop.app.report import Origin, ReportDeps, make_report
from trainstop.domain.report import Calls, Span
from trainstop.ports.archive import StoredObject
from trainstop.records.lake import part_key
from trainstop.render.report import Report

INCIDENTS: Final = 100_000
_RUNS: Final = 3
_FIRST_PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_NOW: Final = "performance.now()"


class Measured(NamedTuple):
    """Medians of the runs; seconds from the start of the download to the bytes, and from navigation to each moment."""

    build_seconds: float
    bytes: int
    listed: int
    detailed: int
    first_paint_seconds: float
    ready_seconds: float
    search_seconds: float


class _Folder:
    """A folder in the place of the archive's bucket."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = {part_key(path.stem, 1): path for path in paths}

    def keys(self, prefix: str) -> list[str]:
        """Keys under a prefix."""
        return [key for key in self._paths if key.startswith(prefix)]

    def fetch(self, keys: Iterable[str], folder: Path) -> list[StoredObject]:
        """Copies, as a download makes them."""
        copies = ((key, folder / f"{number}.parquet") for number, key in enumerate(keys))
        return [StoredObject(key, "", Path(shutil.copy(self._paths[key], path))) for key, path in copies]


class _NoCalls:
    def of(self, span: Span) -> Calls:
        """None: Athena's time is not trainstop's."""
        del span
        return Calls({}, "not asked for")


def report() -> Measured:
    """Make the same report some times, and look at it."""
    with TemporaryDirectory() as scratch:
        table = Path(scratch) / "table"
        table.mkdir()
        parts = _Folder(write_table(table, INCIDENTS))
        builds = [_build(parts) for _ in range(_RUNS)]
        made = builds[0][1]
        page = Path(scratch) / "report.html"
        page.write_bytes(made.html)
        looks = _look(page)
    return Measured(
        statistics.median(seconds for seconds, _ in builds),
        len(made.html),
        made.listed,
        made.detailed,
        *(statistics.median(each) for each in zip(*looks, strict=True)),
    )


def _build(parts: _Folder) -> tuple[float, Report]:
    span = Span(SINCE, SINCE + timedelta(days=DAYS))
    deps = ReportDeps(parts, opened, _NoCalls(), lambda: span.until, lambda _: None)
    start = time.perf_counter()
    made = make_report(deps, span, Origin("trainstop", "us-east-1", "benchmark"))
    return time.perf_counter() - start, made


def _look(path: Path) -> list[tuple[float, float, float]]:
    looks = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=list(chromium.OPTIONS))
        for _ in range(_RUNS):
            page = browser.new_page()
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready]", state="attached")
            ready = page.evaluate(_NOW)
            page.fill("#find", "vision memory")
            page.locator("#found", has_text=" of ").wait_for()
            looks.append((page.evaluate(_FIRST_PAINT) / 1000, ready / 1000, (page.evaluate(_NOW) - ready) / 1000))
            page.close()
        browser.close()
    return looks


if __name__ == "__main__":
    print(report())
