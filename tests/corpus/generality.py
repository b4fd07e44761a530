"""How far the signatures reach beyond the labelled rows: printed by `make accuracy` after the scores."""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from trainstop.classify import classify
from trainstop.classify.answer import to_failure
from trainstop.classify.engine import read_log, read_reason
from trainstop.classify.fingerprint import fingerprint
from trainstop.classify.load import source_rows, table
from trainstop.classify.reason import parse_reason
from trainstop.domain.verdict import Verdict

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


class Judged(NamedTuple):
    """One labelled row and what was said of it."""

    row: Mapping[str, Any]
    verdict: Verdict
    fired: frozenset[str]

    @property
    def right(self) -> bool:
        """Whether the category is one that the row allows."""
        return self.verdict.category in {self.row["expected"], self.row.get("also")}


def judge(row: Mapping[str, Any]) -> Judged:
    """Classify a row, and note every signature that it set off."""
    failure = to_failure(row)
    readings = (
        read_log(failure, table()),
        read_reason(parse_reason(failure.failure_reason or ""), table()),
    )
    fired = {each.signature.id for reading in readings for each in reading.candidates if each.signature}
    return Judged(row, classify(failure), frozenset(fired))


def report(judged: Sequence[Judged]) -> Iterator[str]:
    """The lines to print."""
    signatures = {row["id"]: (family, str(row["source"])) for family, row in source_rows()}
    yield "by family, without rows from a repository that its signatures name as their source:"
    hits: dict[str, list[bool]] = defaultdict(list)
    inspired = 0
    for each in judged:
        family, source = signatures.get(each.verdict.signature or "", ("(no signature)", ""))
        if _repository(each.row) in source:
            inspired += 1
            continue
        hits[family].append(each.right)
    for family, right in sorted(hits.items()):
        yield f"  {family:<16} {sum(right):>3} of {len(right)}"
    yield f"rows left out of that: {inspired} of {len(judged)}"
    fired = frozenset().union(*(each.fired for each in judged))
    yield f"signatures: {len(signatures)}, never set off by any row: {len(signatures.keys() - fired)}"
    named = [each for each in judged if each.verdict.root_line_clean]
    categories: dict[str, set[str]] = defaultdict(set)
    for each in named:
        categories[fingerprint(each.verdict)].add(each.row["expected"])
    counts = Counter(fingerprint(each.verdict) for each in named)
    shared = sum(len(found) > 1 for found in categories.values())
    yield (
        f"fingerprints: {len(counts)} of {len(named)} rows, {sum(n > 1 for n in counts.values())} seen more than once, "
        f"{shared} shared between categories"
    )


def _repository(row: Mapping[str, Any]) -> str:
    """``owner/name`` of the row's source; words that stand in no signature's source where none is named."""
    found = _REPOSITORY.search(str(row["source"]).removeprefix("github:"))
    return found.group(0) if found else "(unknown)"


def main(paths: Sequence[str]) -> None:
    """Print the report for files of labelled rows."""
    rows = [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines()]
    sys.stdout.writelines(f"{line}\n" for line in report([judge(row) for row in rows]))


if __name__ == "__main__":
    main(sys.argv[1:])
