"""HTML in which nothing that a job, a person or AWS wrote can act: text becomes a part of it only by ``tag``."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable
from typing import Any

from trainstop.domain.text import clean_text
from trainstop.render.text import CUT

_SHOWN_CHARACTERS = 2000
"""No text on the page is longer; the incident itself keeps it whole."""

_LINE_ENDS = re.compile("[\u2028\u2029\x85]")
_MARKUP = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


class Html(str):
    """HTML made by this module."""

    __slots__ = ()


def shown(text: str, characters: int = _SHOWN_CHARACTERS) -> str:
    """One line without controls, direction marks and what is not seen; indentation stays; cut where it is too long."""
    if not (text.isascii() and text.isprintable()):
        cleaned = clean_text(_LINE_ENDS.sub(" ", text[: 4 * characters])).expandtabs(4)
        spaced = "".join(" " if each.isspace() else each for each in cleaned)
        text = "".join(filter(str.isprintable, spaced)).rstrip()
    return text if len(text) <= characters else text[: characters - len(CUT)] + CUT


def tag(name: str, *children: str, **attributes: str | int | None) -> Html:
    """An element. Children that are no ``Html`` are text; ``class_`` is class, ``data_x`` is data-x; None is none."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(shown(str(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: str) -> Html:
    """Elements and text, one after the other."""
    return Html("".join(each if isinstance(each, Html) else html.escape(shown(each)) for each in children))


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]], *, numbers: frozenset[int]) -> Html:
    """A table whose rows open with their heading; columns of ``numbers``, counted from 0, stand to the right."""
    kinds = dict.fromkeys(numbers, "number")
    head = [tag("th", name, scope="col", class_=kinds.get(index)) for index, name in enumerate(heads)]
    body = [
        tag(
            "tr",
            *(
                tag("td" if index else "th", cell, class_=kinds.get(index), scope=None if index else "row")
                for index, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    cells = joined(tag("thead", tag("tr", *head)), tag("tbody", *body))
    return tag("div", tag("table", tag("caption", caption), cells), class_="scroll")


def bar(part: float, whole: float) -> Html:
    """A bar as long as the part is of the whole; drawn, not coloured, so that printers keep it."""
    width = 0 if whole <= 0 else max(0.0, min(100.0, 100 * part / whole))
    return Html(f'<svg class="bar" aria-hidden="true"><rect width="{width:.1f}%" height="100%" rx="2"></rect></svg>')


def inert_json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """JSON for an element of script: in ASCII, and without what could end the element."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).translate(_MARKUP)


def source_hash(text: str) -> str:
    """What Content-Security-Policy calls a hash-source: only this very script or style is let in."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
