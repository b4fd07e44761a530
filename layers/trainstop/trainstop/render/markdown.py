"""Text for chats, the same for Slack and Teams, in which nothing that a job, a person or AWS wrote can act.

The two read different markdowns. Used is what both take: ``*emphasis*``, ```code```, ``<https://link>``, and lines that
end in two spaces. What would act in either is replaced by a look-alike or taken apart, for their escapes differ too;
the result may be cut anywhere. ``Markdown`` is made by the functions of this module alone.
"""

import re
from collections.abc import Iterable
from typing import NewType

from trainstop.render.text import shorten_end, without_secrets

Markdown = NewType("Markdown", str)

_LOOK_ALIKES = str.maketrans({"<": "\u2039", ">": "\u203a", "`": "'", "@": "\uff20"})
"""Control sequences (``<!channel>``, ``<@U1>``, ``<https://x|text>``), the end of code, mentions."""

_MARKUP = str.maketrans({"*": "\u2217", "~": "\u223c", "#": "\uff03"})
"""Emphasis, strike-through, headings and channels."""

_LOW_LINE, _DOT, _COLON, _AMPERSAND = "\u02cd", "\u2024", "\u2236", "\uff06"

_ADDRESS = re.compile(r"(?i)((?<=\bwww)\.|(?<=\bmailto):|:(?=//))")
_ENTITY = re.compile(r"&(?=[#\w])")
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_BARE_HOST = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")
_SHORT_CODE = re.compile(r":(?!\d\d:\d\d)(?=[\w+'-]{1,100}:)")
_PICTURES = re.compile("([\u2600-\u27bf\U0001f000-\U0001faff])[\u200d\u2600-\u27bf\U0001f000-\U0001faff]+")
_MARKS = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})[\u0300-\u036f\u1ab0-\u20ff]+"
)
_CONSOLE_LINK = re.compile(r"https://[a-z0-9.-]+/[!-;=?-{}~]*")


def plain(text: str, characters: int = 350) -> Markdown:
    """``text`` in one line, as words among others: no link, mention, emphasis, heading or emoji code comes of it."""
    tame = _EMPHASIS.sub(_LOW_LINE, _tamed(text).translate(_MARKUP))
    return _cut(_SHORT_CODE.sub(_COLON, _BARE_HOST.sub(_DOT, tame)), characters)


def code(text: str, characters: int = 350) -> Markdown:
    """``text`` in one line of type that shows every character as it is; "" where there is none.

    Kept readable, so that it can be searched for: only what acts even inside code is taken apart.
    """
    tame = _cut(_tamed(text), characters - len("``"))
    return Markdown(f"`{tame}`") if tame else Markdown("")


def link(url: str) -> Markdown:
    """A link of trainstop's own making; "" for what is none. It shows its address: no text can hide that."""
    return Markdown(f"<{url}>") if _CONSOLE_LINK.fullmatch(url) else Markdown("")


def labelled(label: str, *parts: Markdown) -> Markdown:
    """``*label:* part part``, for a label of trainstop's own; "" where nothing follows it."""
    said = " ".join(filter(None, parts))
    return Markdown(f"*{label}:* {said}") if said else Markdown("")


def heading(text: str) -> Markdown:
    """``*text*``, for a heading of trainstop's own."""
    return Markdown(f"*{text}*")


def sentence(*parts: Markdown) -> Markdown:
    """The parts, with a space between them."""
    return Markdown(" ".join(filter(None, parts)))


def lines(parts: Iterable[Markdown], characters: int) -> Markdown:
    """One part a line, as many whole ones as fit: half of one could leave code open."""
    kept = ""
    for part in filter(None, parts):
        longer = f"{kept}  \n{part}" if kept else part
        if len(longer) > characters:
            break
        kept = longer
    return Markdown(kept)


def _tamed(text: str) -> str:
    tame = _ENTITY.sub(_AMPERSAND, without_secrets(text).translate(_LOOK_ALIKES))
    # Addresses in S3 are worth being copied, and no chat makes links of them.
    tame = _ADDRESS.sub(r"[\1]", tame.replace("](", "] (")).replace("s3[:]//", "s3://")
    return _MARKS.sub(r"\1", _PICTURES.sub(r"\1", tame))


def _cut(text: str, characters: int) -> Markdown:
    return Markdown(shorten_end(text, characters, len))
