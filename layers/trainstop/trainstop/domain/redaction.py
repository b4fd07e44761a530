"""Removes secrets from text that is stored or sent, in linear time, and says which kinds it removed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import re2

from trainstop.domain.text import encodable


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without secrets.

    Attributes:
        kinds: What was removed, e.g. ``("aws access key", "password")``, sorted, each once.
    """

    text: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rule:
    """One kind of secret.

    Attributes:
        hints: Words of which one must stand in the lower-cased text before the pattern is tried at all.
        pattern: RE2 with the secret in the group ``secret``.
        check: Further proof that a match is a secret; None takes every match.
    """

    kind: str
    hints: tuple[str, ...]
    pattern: str
    check: Callable[[str], bool] | None = None


def _is_mixed(secret: str) -> bool:
    """True for text of mixed characters, as random keys are, and not for a word, a number or a hex digest."""
    return (
        any(c.isupper() for c in secret) and any(c.islower() for c in secret) and any(c.isdigit() for c in secret)
    )


def _is_value(secret: str) -> bool:
    """False for what stands where a secret would: nothing, a placeholder, a variable, or a removal."""
    bare = secret.strip("'\"").lower()
    return bare not in _PLACEHOLDERS and not bare.startswith(("$", "<", "[removed", "{", "*", "%(", "os.environ"))


_PLACEHOLDERS = {"", "none", "null", "nil", "true", "false", "str", "string", "int", "bool", "required", "optional", "xxx"}

_NAMES = (
    r"(?:[a-z0-9]+[_.-]){0,6}(?:password|passwd|passphrase|pwd|secret|secret[_.-]?key|api[_.-]?key|apikey|access[_.-]?key"
    r"|private[_.-]?key|account[_.-]?key|auth[_.-]?token|access[_.-]?token|refresh[_.-]?token|id[_.-]?token"
    r"|session[_.-]?token|security[_.-]?token|hub[_.-]?token|hf[_.-]?token|github[_.-]?token|gitlab[_.-]?token"
    r"|bot[_.-]?token|credentials?|use[_.-]auth[_.-]token|token)"
)
_VALUE = r"""(?:"(?P<secret>[^"\n]{3,})"|'(?P<secret2>[^'\n]{3,})'|(?P<secret3>[^\s"',;&)}\]]{3,}))"""

_RULES = (
    _Rule(
        "private key",
        ("private key",),
        r"(?s)(?P<secret>-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE "
        r"KEY(?: BLOCK)?-----|\z))",
    ),
    _Rule(
        "url password",
        ("://",),
        r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s/:@\"'<>]{0,256}:(?P<secret>[^\s/@\"'<>]{1,})@",
        _is_value,
    ),
    _Rule(
        "url token",
        ("://",),
        r"\bhttps?://(?P<secret>[^\s/:@\"'<>]{16,})@",
        _is_value,
    ),
    _Rule(
        "signed url",
        ("x-amz-", "sig=", "signature="),
        r"(?i)[?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|Signature|sig)=(?P<secret>[^\s&\"'<>]{8,})",
        _is_value,
    ),
    _Rule("aws access key", ("akia", "asia", "aroa", "aida"), r"\b(?P<secret>(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16})\b"),
    _Rule(
        "aws session token",
        ("fwogzxivyxdz", "iqojb3jpz2lu"),
        r"(?P<secret>(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=_-]{40,})",
    ),
    _Rule(
        "github token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?P<secret>gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})",
    ),
    _Rule("gitlab token", ("glpat-", "gldt-", "glrt-"), r"\b(?P<secret>gl(?:pat|dt|rt)-[A-Za-z0-9_-]{16,255})"),
    _Rule("hugging face token", ("hf_", "api_org_"), r"\b(?P<secret>(?:hf_|api_org_)[A-Za-z]{30,60})"),
    _Rule(
        "openai key", ("sk-",), r"\b(?P<secret>sk-(?:proj-|svcacct-|admin-|ant-)?[A-Za-z0-9_-]{20,255})", _is_mixed
    ),
    _Rule("slack token", ("xox", "xapp-"), r"\b(?P<secret>(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,255})"),
    _Rule(
        "slack webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Za-z0-9+/_-]{20,255})",
    ),
    _Rule("google key", ("aiza", "ya29."), r"\b(?P<secret>AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,})"),
    _Rule("pypi token", ("pypi-ag",), r"\b(?P<secret>pypi-Ag[A-Za-z0-9_-]{50,})"),
    _Rule("databricks token", ("dapi",), r"\b(?P<secret>dapi[a-f0-9]{32}(?:-\d)?)\b"),
    _Rule(
        "json web token",
        ("eyj",),
        r"\b(?P<secret>eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{0,})",
    ),
    _Rule(
        "authorization header",
        ("authorization", "bearer", "basic "),
        r"(?i)\b(?:(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token|aws4-hmac-sha256)?"
        r"|(?:bearer|basic))\s+(?P<secret>[A-Za-z0-9+/=_.~-]{16,})",
        lambda secret: any(c.isdigit() or c.isupper() or c in "+/=" for c in secret),
    ),
    _Rule(
        "wandb key",
        ("wandb",),
        r"(?i)wandb[a-z_ .-]{0,40}(?:key|login)[\"']?[\s:=(,\"']{1,8}(?:relogin[\s\"']{1,4})?(?P<secret>[a-f0-9]{40})\b",
    ),
    _Rule(
        "aws secret key",
        ("secret",),
        r"(?i)(?:secret[_ .-]?(?:access)?[_ .-]?key(?:[_ ]id)?)[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?(?P<secret>[A-Za-z0-9/+=]{40})",
    ),
    _Rule("account key", ("accountkey", "sharedaccesskey"), r"(?i)(?:AccountKey|SharedAccessKey)=(?P<secret>[^\s;\"']{8,})"),
    _Rule(
        "named secret",
        ("passw", "pwd", "secret", "key", "token", "credential", "passphrase"),
        r"(?i)(?:^|[^a-z0-9])(?:--?)?" + _NAMES + r"[\"']?(?:\s*(?:=>|:=|[:=])\s*|\s*[\"']?,\s*[\"'])" + _VALUE,
        _is_value,
    ),
    _Rule(
        "named secret",
        ("--",),
        r"(?i)(?:^|[\s\"'])--?" + _NAMES + r"[\"']?,?\s+" + _VALUE,
        lambda secret: _is_value(secret) and not secret.startswith("-"),
    ),
)  # fmt: skip

MAX_CHARACTERS = 1 << 20
"""Text beyond this is cut off before it is searched: nothing longer is stored or sent."""


def redact(text: str) -> Redacted:
    """``text`` with every secret that is recognised replaced by ``[removed: kind]``."""
    text = encodable(text[:MAX_CHARACTERS])
    lowered = text.lower()
    kinds: set[str] = set()
    for rule in _RULES:
        if any(hint in lowered for hint in rule.hints):
            text, removed = _apply(rule, text)
            if removed:
                kinds.add(rule.kind)
    return Redacted(text, tuple(sorted(kinds)))


def _apply(rule: _Rule, text: str) -> tuple[str, bool]:
    pieces: list[str] = []
    position = 0
    for match in _compiled(rule).finditer(text):
        start, end = _secret_span(match)
        secret = text[start:end]
        if start < position or secret.startswith("[removed:") or (rule.check is not None and not rule.check(secret)):
            continue
        pieces += (text[position:start], f"[removed: {rule.kind}]")
        position = end
    return ("".join([*pieces, text[position:]]), True) if pieces else (text, False)


def _secret_span(match: Any) -> tuple[int, int]:  # noqa: ANN401 (google-re2 has no types)
    for name in ("secret", "secret2", "secret3"):
        if match.groupdict().get(name) is not None:
            start, end = match.span(name)
            return start, end
    start, end = match.span()
    return start, end


_PATTERNS: dict[int, Any] = {}


def _compiled(rule: _Rule) -> Any:  # noqa: ANN401 (google-re2 has no types)
    """The rule's pattern, compiled when it is first needed."""
    number = id(rule)
    if number not in _PATTERNS:
        _PATTERNS[number] = re2.compile(rule.pattern)
    return _PATTERNS[number]
