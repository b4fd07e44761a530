"""Reads the signatures: the compiled form where it stands beside this file, else the YAML files."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from trainstop.classify.families import FAMILIES
from trainstop.classify.signature import Rank, Signature, Where
from trainstop.classify.table import Table
from trainstop.domain.category import Actor, Category, Retry

HERE = Path(__file__).parent
COMPILED = HERE / "signatures.json"

FIELDS = frozenset(
    {
        "id", "category", "rank", "where", "pattern", "frames", "explains", "last_in_chain", "points_to", "reads",
        "generic", "retry", "actor", "advice",
    }
)  # fmt: skip
"""Keys of a signature that the engine reads."""

EVIDENCE = frozenset({"source", "matches", "near_misses"})
"""Keys of a signature that people and tests read."""


@cache
def table() -> Table:
    """The table of all signatures, read once per process."""
    return read_compiled(COMPILED) if COMPILED.exists() else Table(read_sources())


def read_compiled(path: Path) -> Table:
    """The table as ``python -m trainstop.classify.compile`` wrote it."""
    document = json.loads(path.read_bytes())
    return Table((signature(row["family"], row) for row in document["signatures"]), document["words"])


def read_sources() -> Iterator[Signature]:
    """The signatures of the YAML files, in order of priority."""
    return (signature(family, row) for family, row in source_rows())


def source_rows() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(family, signature as written) pairs of the YAML files, in order of priority."""
    import yaml  # noqa: PLC0415 (the compiled form does without it)

    for family in FAMILIES:
        document = yaml.load((HERE / "signatures" / f"{family}.yaml").read_bytes(), Loader=_loader(yaml))  # noqa: S506 (a safe one)
        for row in document["signatures"]:
            yield family, row


def signature(family: str, row: Mapping[str, Any]) -> Signature:
    """One signature from its written form.

    Raises:
        ValueError: A key is unknown, or a category, rank, place, retry or actor is.
    """
    unknown = row.keys() - FIELDS - EVIDENCE - {"family"}
    if unknown:
        raise ValueError(f"signature {row.get('id')!r} has unknown keys: {', '.join(sorted(unknown))}")
    return Signature(
        id=row["id"],
        family=family,
        category=Category(row["category"]),
        pattern=row["pattern"],
        rank=Rank(row.get("rank", Rank.ROOT)),
        where=Where(row.get("where", Where.BOTH)),
        frames=row.get("frames"),
        explains=tuple(row.get("explains", ())),
        last_in_chain=row.get("last_in_chain") == "true",
        points_to=row.get("points_to"),
        reads=tuple(row.get("reads", ())),
        generic=row.get("generic") == "true",
        retry=Retry(row["retry"]) if "retry" in row else None,
        actor=Actor(row["actor"]) if "actor" in row else None,
        advice=row.get("advice"),
    )


def _loader(yaml: Any) -> Any:  # noqa: ANN401 (a module)
    """The loader that keeps every scalar as text, so that ``retry: no`` says "no" and not False."""
    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)
