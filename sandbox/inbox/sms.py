"""How many parts an SMS takes: GSM 03.38's alphabet or, with one character outside it, UCS-2."""

from dataclasses import dataclass

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")

_GSM_ALONE, _GSM_PART = 160, 153
_UCS2_ALONE, _UCS2_PART = 70, 67
_BASIC_PLANE_END = 0xFFFF


@dataclass(frozen=True)
class Segments:
    """An SMS as the network carries it; `units` are septets (GSM-7) or UTF-16 code units (UCS-2)."""

    encoding: str
    units: int
    count: int


def segments(text: str) -> Segments:
    """Counts a text's parts. A character that takes two units is never split between parts."""
    if all(character in _GSM_BASIC or character in _GSM_EXTENDED for character in text):
        widths = [2 if character in _GSM_EXTENDED else 1 for character in text]
        return Segments("GSM-7", sum(widths), _parts(widths, _GSM_ALONE, _GSM_PART))
    widths = [2 if ord(character) > _BASIC_PLANE_END else 1 for character in text]
    return Segments("UCS-2", sum(widths), _parts(widths, _UCS2_ALONE, _UCS2_PART))


def _parts(widths: list[int], alone: int, part: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, used = 1, 0
    for width in widths:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count
