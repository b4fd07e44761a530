"""A chat's markdown as HTML, the way Slack reads it, and more eagerly where its ways are not documented.

So whatever could act in a chat can be seen to act here: mentions and emoji codes are marked as such, addresses become
links even inside code. Everything else is text.
"""

import html
import re

_TOKENS = re.compile(
    r"""(?x)
    (?P<control>  <(?P<inner>[^<>\n]{1,2000})> )
    | (?P<address> https?://[^\s<>`|]+ | (?i:www)\.[^\s<>`|]+ | mailto:[^\s<>`|]+ )
    | (?P<mention> (?<![\w.])@[\w.-]+ )
    | (?P<fence>   ```(?P<block>.*?)``` )
    | (?P<span>    `(?P<code>[^`\n]+)` )
    | (?P<bold>    (?<![\w*])\*(?P<strong>[^*\n]+)\*(?![\w*]) )
    | (?P<slant>   (?<![^\W_])_(?P<em>[^_\n]+)_(?![^\W_]) )
    | (?P<strike>  (?<![\w~])~(?P<del>[^~\n]+)~(?![\w~]) )
    | (?P<emoji>   :(?!\d\d:)[\w+'-]+: )
    | (?P<heading> ^\#{1,6}[ ].*$ )
    """,
    re.MULTILINE | re.DOTALL,
)
_ADDRESS = re.compile(r"https?://\S+")


def to_html(text: str) -> str:
    """Harmless HTML: no element but those of this module, no link but to http and https."""
    pieces, position = [], 0
    for match in _TOKENS.finditer(text):
        pieces += (_text(text[position : match.start()]), _element(match))
        position = match.end()
    return "".join([*pieces, _text(text[position:])])


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _element(match: re.Match[str]) -> str:
    kind, whole = str(match.lastgroup), match[0]
    if kind in _EMPHASIS:
        tag, inner = _EMPHASIS[kind]
        return f"<{tag}>{to_html(match[inner])}</{tag}>"
    if kind == "span":
        return f"<code>{_inside_code(match['code'])}</code>"
    if kind == "control":
        return _control(match["inner"])
    return _link(whole, whole) if kind == "address" else _marked(kind, whole)


_EMPHASIS = {"fence": ("pre", "block"), "bold": ("b", "strong"), "slant": ("i", "em"), "strike": ("s", "del")}


def _inside_code(text: str) -> str:
    """Emphasis and emoji codes do not act here; control sequences, addresses and mentions are taken as if they did."""
    pieces, position = [], 0
    for match in _TOKENS.finditer(text):
        if match.lastgroup in {"control", "address", "mention"}:
            pieces += (_text(text[position : match.start()]), _element(match))
            position = match.end()
    return "".join([*pieces, _text(text[position:])])


def _control(inner: str) -> str:
    target, _, shown = inner.partition("|")
    return _link(target, shown or target) if _ADDRESS.fullmatch(target) else _marked("mention", f"<{inner}>")


def _link(target: str, shown: str) -> str:
    if not _ADDRESS.fullmatch(target):
        return _marked("link", shown)
    return f'<a href="{html.escape(target)}" rel="noopener noreferrer">{html.escape(shown)}</a>'


def _marked(kind: str, text: str) -> str:
    return f'<span class="{kind}">{html.escape(text)}</span>'
