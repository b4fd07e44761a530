"""What reaches the terminal: data on standard output, remarks on standard error, and no control characters in either.

Text of jobs, users and AWS is never read as rich markup, and is cleaned of terminal sequences before it is shown.
"""

import csv
import json
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from trainstop.domain.text import clean_text

PAGE_COLUMNS = 80
_UNFOLDED_COLUMNS = 10_000
"""Where the reader is a program, a row is a line, however long."""

_FOLDABLE_COLUMNS = 5
_FOLDABLE_EXCESS = 1.25
"""A table a little too wide reads better folded than as records."""

_GAP = 2
_BYTES_PER_MEGABYTE = 1_000_000


def console(columns: int | None = None) -> Console:
    """Standard output as it is now, at most ``columns`` wide; None means as wide as the terminal, or as ``COLUMNS``."""
    made = Console(markup=False, highlight=False, emoji=False, soft_wrap=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _UNFOLDED_COLUMNS
    if columns is not None:
        made.width = min(columns, made.width)
    return made


def passing() -> Console:
    """Standard error, for what shows progress on a terminal and goes away again."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def megabytes(count: int) -> str:
    """``1.2 MB``, of a million bytes each."""
    return f"{count / _BYTES_PER_MEGABYTE:.1f} MB"


def remark(message: str) -> None:
    """One line for the person, on standard error."""
    typer.echo(" ".join(clean_text(message).split()), err=True)


def print_lines(lines: Iterable[str]) -> None:
    """Plain lines of data."""
    for line in lines:
        typer.echo(" ".join(clean_text(line).split()))


def print_text(text: str) -> None:
    """A text that people wrote in lines, as it stands but for terminal sequences."""
    for line in text.splitlines():
        typer.echo(clean_text(line))


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """One JSON document. ASCII only: what is not is escaped, so that no text can steer a terminal."""
    typer.echo(json.dumps(value, indent=2, default=str))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A header and rows as RFC 4180 has it, lines ended as on this machine; NULL is empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], whole: Collection[str] = (), *, folded: bool = False
) -> None:
    """Rows under a header; what is too long for the terminal goes on in the next line, but for ``whole`` columns.

    Many columns that do not fit side by side are printed as a record a row, one value under the other, unless the
    table is to be ``folded`` all the same.
    """
    to, kept = console(), [list(row) for row in rows]
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for name in columns:
        table.add_column(Text(name), overflow="fold", no_wrap=name in whole)
    for row in kept:
        table.add_row(*(Text(_cell(value), justify=_side(value)) for value in row))
    if not folded and len(columns) > _FOLDABLE_COLUMNS and _width([list(columns), *kept]) > to.width * _FOLDABLE_EXCESS:
        _print_records(to, columns, kept)
    else:
        _print(to, table)


def _width(rows: Sequence[Sequence[object]]) -> int:
    """The columns of the screen that the rows take side by side, unfolded."""
    return sum(max(cell_len(_cell(value)) for value in column) + _GAP for column in zip(*rows, strict=True))


def _print_records(to: Console, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    grid = _grid()
    for number, row in enumerate(rows):
        if number:
            grid.add_row("", "")
        for name, value in zip(columns, row, strict=True):
            grid.add_row(Text(name), Text(_cell(value)))
    _print(to, grid)


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Labels and values in two columns of together ``PAGE_COLUMNS``; a fact without a value is a blank line."""
    grid = _grid()
    for label, value in facts:
        grid.add_row(Text(label), Text(clean_text(value)))
    _print(console(PAGE_COLUMNS), grid)


def print_links(links: Iterable[tuple[str, str]]) -> None:
    """Labels and addresses; an address is never broken, for then it could be neither clicked nor copied."""
    for label, url in links:
        console().print(f"{label}: {url}", soft_wrap=True)


def _grid() -> Table:
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _print(to: Console, table: Table) -> None:
    """Print without the blanks that fill a table's lines."""
    with to.capture() as captured:
        to.print(table)
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _cell(value: object) -> str:
    return "" if value is None else clean_text(str(value))


def _side(value: object) -> Any:  # noqa: ANN401 - rich's literal type
    return "right" if isinstance(value, (int, float)) and not isinstance(value, bool) else "left"
