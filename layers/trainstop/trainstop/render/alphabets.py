"""The alphabets of mail subjects (ASCII) and of SMS (GSM 03.38's seven-bit default alphabet)."""

import unicodedata

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‹›´", "'"),  # noqa: RUF001 - look-alikes are what is replaced
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),  # noqa: RUF001 - look-alikes are what is replaced
        **dict.fromkeys("•·∙", "*"),
        **dict(
            zip("…€£¥°÷→←≤≥≠", ("...", "EUR", "GBP", "JPY", " deg", "/", "->", "<-", "<=", ">=", "!="), strict=True)
        ),
        **dict(zip("ßæÆœŒþÞ", ("ss", "ae", "AE", "oe", "OE", "th", "Th"), strict=True)),
        **dict(zip("×øØłŁđĐðÐı", "xoOlLdDdDi", strict=True)),  # noqa: RUF001 - look-alikes are what is replaced
    }
)
"""What Unicode's own decomposition does not bring to ASCII."""

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€\f")


def to_ascii(text: str) -> str:
    """``text`` in printable ASCII: accents dropped, signs spelled out, other characters as ``?``."""
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    kept = (character for character in plain if not unicodedata.combining(character))
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in kept)


def to_gsm(text: str) -> str:
    """``text`` in the ASCII characters that one SMS alphabet holds: the backtick, alone not among them, as ``'``."""
    return to_ascii(text).replace("`", "'")


def gsm_septets(text: str) -> int:
    """How many septets an SMS takes; characters of the extension table take two (3GPP TS 23.038, 6.2.1).

    Raises:
        ValueError: a character is in neither table, so that the whole SMS would be sent as UCS-2 in segments of 70.
    """
    foreign = sorted({c for c in text if c not in _GSM_BASIC and c not in _GSM_EXTENDED})
    if foreign:
        raise ValueError(f"not in the GSM alphabet: {foreign[:5]!r}")
    return sum(2 if character in _GSM_EXTENDED else 1 for character in text)
