"""``trainstop classify``: why a job failed, from its reason and its log."""

import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import typer

from trainstop.classify import classify
from trainstop.classify.answer import to_answer
from trainstop.classify.explain import Explanation, Way, explain
from trainstop.classify.fingerprint import fingerprint
from trainstop.classify.jsonl import answers
from trainstop.cli import output
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.files import STANDARD_INPUT, read_text
from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.verdict import Verdict
from trainstop.render.text import one_line, said

_JOB_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")

MAX_LOG_BYTES = 16 * 1024 * 1024
"""Of a longer log its end is read: the cause of a failure stands near it."""


def classify_one(
    *, log: Path | None, reason: str | None, secondary_status: str | None, as_json: bool, explained: bool
) -> None:
    """Print why the job failed, and where it is asked for, how that was found."""
    if log is None and reason is None:
        if sys.stdin.isatty():
            raise CliError(
                ExitCode.USAGE, "nothing to classify: give --reason TEXT, a log file, or a log on standard input"
            )
        log = STANDARD_INPUT
    lines = _lines(read_text(log, MAX_LOG_BYTES)) if log else []
    failure = Failure(
        failure_reason=reason,
        secondary_status=secondary_status,
        lines=[LogLine(line) for line in lines],
        log_stream_exists=True if lines else None,
    )
    if explained:
        print_explanation(explain(failure), as_json=as_json)
    else:
        print_verdict(classify(failure), as_json=as_json)


def print_explanation(explanation: Explanation, *, as_json: bool) -> None:
    """Show why a job failed, and the way to that verdict."""
    if as_json:
        output.print_json(_answer(explanation.verdict) | {"explanation": asdict(explanation.way)})
        return
    output.print_facts(_facts(explanation.verdict))
    output.print_lines([""])
    output.print_facts(_way(explanation.way))


def is_job_name(text: str) -> bool:
    """Whether the text names a job and no file: a file of that name goes first."""
    return bool(_JOB_NAME.fullmatch(text)) and not Path(text).exists()


def print_verdict(verdict: Verdict, *, as_json: bool) -> None:
    """Show why a job failed."""
    if as_json:
        output.print_json(_answer(verdict))
    else:
        output.print_facts(_facts(verdict))


def classify_lines(source: Path | None) -> None:
    """Answer one JSON object a line with one a line, as they come."""
    lines = sys.stdin if source is None or source == STANDARD_INPUT else _lines(read_text(source))
    try:
        for answer in answers(lines):
            typer.echo(answer)
    except ValueError as error:
        raise CliError(ExitCode.USAGE, str(error)) from error


def _lines(text: str) -> list[str]:
    """Lines as CloudWatch and JSON lines have them: only a line feed ends one."""
    return text.removesuffix("\n").split("\n") if text else []


def _answer(verdict: Verdict) -> dict[str, object]:
    """What ``--jsonl`` answers and more; the root line without secrets and controls."""
    return {key: value for key, value in to_answer("", verdict).items() if key != "id"} | {
        "root_line": verdict.root_line_clean,
        "title": verdict.title,
        "retry": verdict.retry.value,
        "actor": verdict.actor.value,
        "confidence": verdict.confidence.value,
        "confidence_reason": verdict.confidence_reason,
        "exit_code": verdict.exit_code,
        "fingerprint": fingerprint(verdict),
    }


def _way(way: Way) -> Iterator[tuple[str, str]]:
    yield "Said by", ", ".join(way.reason_classes) or "no class in the reason"
    yield "Exit codes", ", ".join(map(str, way.exit_codes)) or "none"
    if way.reported_count:
        yield "Set aside", f"{way.reported_count} lines that launchers repeat of others"
    for number, found in enumerate(way.found):
        chain = f", {found.link} of {found.chain_length} in its chain" if found.chain_length > 1 else ""
        host = f" on {found.host}" if found.host else ""
        aside = ", in the background" if found.aside else ""
        yield ("" if number else "Exceptions"), f"{found.type}{host}, {found.frame_count} frames{chain}{aside}"
    for number, each in enumerate(way.considered):
        mark = "chosen: " if each.chosen else ""
        known = each.signature or "no signature"
        yield ("" if number else "Considered"), f"{mark}{each.source}, {each.rank}, {known}: {said(each.line)}"
    for source, why in way.why.items():
        yield f"By the {source}", one_line(why)


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield "Cause", f"{one_line(verdict.title)} ({verdict.category.value})"
    yield "Root line", said(verdict.root_line_clean or "") or "none found"
    yield "Confidence", " - ".join(filter(None, (verdict.confidence.value, one_line(verdict.confidence_reason))))
    yield "Signature", verdict.signature or "none"
    yield "Fingerprint", fingerprint(verdict)
    yield "Who acts", verdict.actor.value
    yield "Retry", verdict.retry.value
    yield "Advice", verdict.advice
