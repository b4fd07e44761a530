"""``python -m trainstop.classify.jsonl``: JSON lines in, JSON lines out (fields: see ``answer``)."""

import json
import sys
from collections.abc import Iterable, Iterator

from trainstop.classify.answer import to_answer, to_failure
from trainstop.classify.engine import classify


def answers(lines: Iterable[str]) -> Iterator[str]:
    """One answer for each question; blank lines are skipped.

    Raises:
        ValueError: A line is not a question; the message gives its number.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
            if not isinstance(question, dict):
                raise ValueError("a question is a JSON object")  # noqa: TRY301, TRY004 (one kind of error for callers)
            failure = to_failure(question)
        except ValueError as problem:
            raise ValueError(f"line {number}: {problem}") from problem
        yield json.dumps(to_answer(str(question.get("id", number)), classify(failure)), ensure_ascii=False)


if __name__ == "__main__":
    for answer in answers(sys.stdin):
        sys.stdout.write(answer + "\n")
