"""Run all benchmarks and write `benchmarks/RESULTS.md`."""

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import archive
from benchmarks.backlog import EVENTS, FAILED, URGENT, Backlog, backlog
from benchmarks.classify import TAIL_LINES, Figures, measure
from benchmarks.grouping import FAULTS, INCIDENTS, SLICE, Grouping, grouping
from benchmarks.latency import Seconds, latency, sandbox
from benchmarks.report import INCIDENTS as REPORTED
from benchmarks.report import Measured, report
from benchmarks.start import RUNS, sizes, start
from benchmarks.timing import Paired, percentile
from trainstop.classify.load import table

PROJECT = Path(__file__).parent.parent
RESULTS = PROJECT / "benchmarks/RESULTS.md"
CORPUS = PROJECT.parent / "shared/corpus"


def main() -> None:
    """Measure, print, write."""
    text = "\n".join(_report()) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _report() -> Iterator[str]:
    yield f"""# Results

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d} (Python {platform.python_version()}, {platform.machine()},
{os.cpu_count()} cores). Compare ratios and medians; single seconds are this machine's.
"""
    with sandbox() as (home, environment):
        yield from _latency(*latency(home, environment))
        yield from _backlog(backlog(home, environment))
        yield from _start(start(home / "build"))
        yield from _sizes(sizes(home / "build"))
        yield from _archive(archive.measure(environment))
    yield from _grouping(grouping())
    yield from _made_report(report())
    yield from _classifier(measure())
    yield "\n## The classifier on the labelled corpus\n\n```"
    yield from _accuracy()
    yield "```"


def _latency(cold: list[Seconds], warm: list[Seconds]) -> Iterator[str]:
    yield """## From an event to the stop and to the alert
The deployed stack in the sandbox: from the rule's change to the answer of StopTrainingJob, and to the e-mail in the
receiver's inbox, which SNS publishes at once. Goals for the alert: p50 below 2 s, p95 below 5 s warm and 8 s cold.

| | jobs | stop p50 s | stop p95 s | alert p50 s | alert p95 s |
| --- | --- | --- | --- | --- | --- |"""
    yield _row("cold workers, each job", cold)
    yield _row("warm workers", warm)


def _grouping(measured: Grouping) -> Iterator[str]:
    yield f"""
## Telling many incidents of few faults
{INCIDENTS:,} incidents of {FAULTS} faults through notify, on a table in memory that answers as DynamoDB does:
trainstop's own work on one core, and the calls that it makes. Asked for are 20,000 a minute without growth of the work.

| | |
| --- | --- |
| incidents a minute | {60 * INCIDENTS / measured.seconds:,.0f} |
| median ms an incident, first {SLICE:,} | {measured.first_ms:.3f} |
| median ms an incident, last {SLICE:,} | {measured.last_ms:.3f} |
| ratio of the last to the first | {measured.growth:.2f} |
| calls of the table an incident | {measured.calls:.2f} |
| bytes of the largest group | {measured.item_bytes:,} |
| messages published, chat cards included | {measured.published} |"""


def _made_report(measured: Measured) -> Iterator[str]:
    yield f"""
## The report of {REPORTED:,} incidents
From Parquet parts on disk to the page's bytes, and the page in headless Chromium from its file. Asked for are
under 10 s, under 5 MB, and a first paint under 1 s.

| | |
| --- | --- |
| seconds to build | {measured.build_seconds:.1f} |
| bytes | {measured.bytes:,} |
| incidents in its list | {measured.listed:,} |
| incidents with timeline and log | {measured.detailed:,} |
| seconds to the first paint | {measured.first_paint_seconds:.2f} |
| seconds until the list can be searched | {measured.ready_seconds:.2f} |
| seconds to search it, with 0.08 s of waiting for more letters | {measured.search_seconds:.2f} |"""


def _archive(measured: archive.Figures) -> Iterator[str]:
    yield f"""
## The archive of a year
{archive.INCIDENTS:,} made incidents of {archive.DAYS} days in the deployed stack's archive:
{measured.table_bytes / 1e6:.0f} MB in {archive.objects_a_year(archive.INCIDENTS)} objects. Asked is
`{archive.WEEK_QUESTION}`; beside it, the bytes of the same incidents as one gzipped JSON object each (of the year,
every hundredth is counted).

| question over | objects | MB scanned | MB as JSON objects | ratio |
| --- | --- | --- | --- | --- |"""
    for what, span in (("a week", measured.week), ("the year", measured.year)):
        ratio = span.json_bytes / span.bytes
        yield f"| {what} | {span.objects} | {span.bytes / 1e6:.2f} | {span.json_bytes / 1e6:.0f} | 1/{ratio:.0f} |"
    yield """
| incidents a year | objects of the table |
| --- | --- |"""
    for incidents in (10_000, 1_000_000, 10_000_000, 50_000 * archive.DAYS, 40_000_000):
        yield f"| {incidents:,} | {archive.objects_a_year(incidents)} |"
    yield from _pack("the year", measured.questions)
    yield from _pack("30 days", measured.month_questions)
    yield from _upkeep(measured.upkeep)


def _pack(span: str, questions: Sequence[archive.Question]) -> Iterator[str]:
    yield f"""
The query pack over {span}, without those that read CloudTrail's own files: in the sandbox's Athena, and by DuckDB on
one file of all rows in the order of time. Fastest of {archive.REPEATS}; bytes are of the columns read.

| question | Athena s | DuckDB s | ratio | Athena MB | DuckDB MB | ratio |
| --- | --- | --- | --- | --- | --- | --- |"""
    total = archive.Question(
        "**all**", *(sum(each[field] for each in questions) for field in range(1, len(archive.Question._fields)))
    )
    for each in (*questions, total):
        yield (
            f"| {each.name} | {each.seconds:.3f} | {each.peer_seconds:.3f} | {_ratio(each.seconds, each.peer_seconds)} "
            f"| {each.bytes / 1e6:.2f} | {each.peer_bytes / 1e6:.2f} | {_ratio(each.bytes, each.peer_bytes)} |"
        )


def _ratio(ours: float, peers: float) -> str:
    """Nothing where the peer knew by its statistics that there is nothing to read."""
    return f"{ours / peers:.2f}" if peers else "-"


def _upkeep(measured: archive.Upkeep) -> Iterator[str]:
    calls = ", ".join(f"{count:,} {name}" for name, count in sorted(measured.requests.items()))
    yield f"""
A day of {measured.incidents:,} incidents, each recorded and told, with a compaction every five minutes, against the
sandbox's S3 and DynamoDB. Calls: {calls}. Prices: FORMATS.md 12.

| | |
| --- | --- |
| archiving a state, median ms | {measured.archive_ms:.1f} |
| a compaction, median ms | {measured.compact_ms:.0f} |
| USD for a million incidents at this rate | {measured.usd_per_million:.2f} |"""


def _backlog(measured: Backlog) -> Iterator[str]:
    yield f"""
## To the stop under a backlog
From a rule's change to the StopTrainingJob call: {URGENT} jobs one after the other with nothing else to do, and
{URGENT} at a time behind {EVENTS} other events, {FAILED} of them about failed jobs. The emulator runs the functions on
this machine's cores: the first burst starts further workers while all cores are busy, the second finds them warm.

| | median s | worst s | events drained a second |
| --- | --- | --- | --- |
| idle | {statistics.median(measured.idle):.2f} | {max(measured.idle):.2f} | |"""
    for name, burst in (("first", measured.first), ("second", measured.second)):
        median, worst = statistics.median(burst.to_stop), max(burst.to_stop)
        yield f"| behind the {name} {EVENTS} | {median:.2f} | {worst:.2f} | {EVENTS / burst.drained_seconds:.0f} |"
    yield f"| ratio of medians, second burst to idle | {measured.ratio:.1f} | | |"


def _start(paired: Paired) -> Iterator[str]:
    yield f"""
## From nothing to ready
A fresh interpreter until the handler and its SageMaker client exist, {RUNS} runs in turn. The peer is the bare boto3
handler of AWS's published recipe, written anew in `benchmarks/peers/recipe.py`.

| | median s | p95 s |
| --- | --- | --- |
| `watch` on its built layer | {statistics.median(paired.ours):.3f} | {percentile(paired.ours, 95):.3f} |
| the recipe's handler | {statistics.median(paired.peer):.3f} | {percentile(paired.peer, 95):.3f} |
| ratio, median of pairs | {paired.ratio:.2f} | |"""


def _sizes(measured: Iterable[tuple[str, int, int]]) -> Iterator[str]:
    yield """
## What is deployed weighs

| | unpacked kB | compressed kB |
| --- | --- | --- |"""
    for what, unpacked_bytes, sent_bytes in measured:
        yield f"| {what} | {unpacked_bytes / 1000:.1f} | {sent_bytes / 1000:.1f} |"


def _classifier(measured: Figures) -> Iterator[str]:
    yield f"""
## The classifier's speed
One core, all {len(table().signatures)} signatures. ripgrep counts the lines that match the same patterns: the
limit, as it knows no blocks, ranks or causes. The loop tries each pattern on each line with Python's `re`.

| text | MB | trainstop MB/s | ripgrep MB/s | loop of `re` MB/s | trainstop / ripgrep | trainstop / loop |
| --- | --- | --- | --- | --- | --- | --- |"""
    for each in measured.speeds:
        yield (
            f"| {each.what} | {each.size_bytes / 1e6:.1f} | {each.trainstop:.1f} | {each.ripgrep:.1f} "
            f"| {each.loop:.2f} | {each.trainstop / each.ripgrep:.2f} | {each.trainstop / each.loop:.0f} |"
        )
    yield f"""
| | median ms |
| --- | --- |
| signatures read, compiled form, fresh process | {measured.load_ms:.1f} |
| {TAIL_LINES} lines: progress, a traceback of 60 lines, the toolkit's report | {measured.tail_ms:.2f} |
| the same, the first that a fresh process classifies | {measured.first_tail_ms:.1f} |
| {TAIL_LINES} lines of nothing but different failures | {measured.worst_tail_ms:.2f} |"""


def _row(what: str, measured: list[Seconds]) -> str:
    stops, alerts = [each.to_stop for each in measured], [each.to_alert for each in measured]
    if len(measured) == 1:
        return f"| {what} | 1 | {stops[0]:.2f} | | {alerts[0]:.2f} | |"
    figures = (statistics.median(stops), percentile(stops, 95), statistics.median(alerts), percentile(alerts, 95))
    return f"| {what} | {len(measured)} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |"


def _accuracy() -> Iterator[str]:
    if not CORPUS.exists():
        yield "the corpus is not on this machine"
        return
    for name in ("logs", "reasons"):
        command = [
            sys.executable,
            str(CORPUS / "score.py"),
            "--wrong",
            "0",
            str(CORPUS / f"{name}.jsonl"),
            "--",
            str(Path(sys.executable).with_name("trainstop")),
            "classify",
            "--jsonl",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        yield f"{name}.jsonl"
        yield from (f"  {line}" for line in done.stdout.splitlines() if ": " in line)


if __name__ == "__main__":
    main()
