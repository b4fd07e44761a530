"""Removes secrets from text that is stored or sent, in linear time, and says which kinds it removed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from trainstop.domain.text import clean_text, encodable


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
        pattern: RE2 with the secret in its only group, or in whichever of its groups takes part.
        check: Further proof that a match is a secret; None takes every match.
    """

    kind: str
    hints: tuple[str, ...]
    pattern: str
    check: Callable[[str], bool] | None = None

    @cached_property
    def regex(self) -> Any:  # noqa: ANN401 (google-re2 has no types)
        """The pattern, compiled when it is first needed."""
        return re2.compile(self.pattern)


def _is_mixed(secret: str) -> bool:
    """True for text of mixed characters, as random keys are, and not for a word, a number or a hex digest."""
    return any(c.isupper() for c in secret) and any(c.islower() for c in secret) and any(c.isdigit() for c in secret)


def _looks_random(secret: str) -> bool:
    """True for a run of letters and digits that is no word, number or special token."""
    bare = secret.strip("'\"")
    return (
        len(bare) >= _RANDOM_LENGTH
        and all(c.isalnum() or c in "+/=_-.~" for c in bare)
        and any(c.isdigit() for c in bare)
        and any(c.isalpha() for c in bare)
        and _is_value(secret)
    )


def _is_value(secret: str) -> bool:
    """False for what stands where a secret would: nothing, a placeholder, a variable, or a removal."""
    bare = secret.strip("'\"").lower()
    return bare not in _PLACEHOLDERS and not bare.startswith(("$", "<", "[removed", "{", "*", "%(", "os.environ"))


_RANDOM_LENGTH = 16
"""Characters that a value behind a mere ``token`` must have to be taken for a secret."""

_PLACEHOLDERS = {
    "",
    "none",
    "null",
    "nil",
    "true",
    "false",
    "str",
    "string",
    "int",
    "bool",
    "required",
    "optional",
    "xxx",
}

_NAMES = (
    r"(?:[a-z0-9]+[_.-]){0,6}(?:password|passwd|passphrase|pwd|secret|secret[_.-]?key|api[_.-]?key|apikey|access[_.-]?key"
    r"|private[_.-]?key|account[_.-]?key|auth[_.-]?token|access[_.-]?token|refresh[_.-]?token|id[_.-]?token"
    r"|session[_.-]?token|security[_.-]?token|hub[_.-]?token|hf[_.-]?token|github[_.-]?token|gitlab[_.-]?token"
    r"|bot[_.-]?token|api[_.-]?token|use[_.-]auth[_.-]token|deploy[_.-]?token|registry[_.-]?token|wandb[_.-]?token)"
)
_BARE_NAMES = r"(?:[a-z0-9]+[_.-]){0,6}(?:token|credentials?|auth)"
_SEPARATOR = r"[\"']?(?:\s*(?:=>|:=|[:=])\s*|\s*[\"']?,\s*[\"'])"
_VALUE = r"""(?:"([^"\n]{3,})"|'([^'\n]{3,})'|([^\s"',;&)}\]]{3,}))"""

_RULES = (
    _Rule(
        "private key",
        ("private key",),
        r"(?s)(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE "
        r"KEY(?: BLOCK)?-----|\z))",
    ),
    _Rule(
        "url password",
        ("://",),
        r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s/:@\"'<>]{0,256}:([^\s/@\"'<>]{1,})@",
        _is_value,
    ),
    _Rule(
        "url token",
        ("://",),
        r"\bhttps?://([^\s/:@\"'<>]{16,})@",
        _is_value,
    ),
    _Rule(
        "signed url",
        ("x-amz-", "sig=", "signature="),
        r"(?i)[?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|Signature|sig)=([^\s&\"'<>]{8,})",
        _is_value,
    ),
    _Rule("aws access key", ("akia", "asia", "aroa", "aida"), r"\b((?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16})\b"),
    _Rule(
        "aws session token",
        ("fwogzxivyxdz", "iqojb3jpz2lu"),
        r"((?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=_-]{40,})",
    ),
    _Rule(
        "github token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})",
    ),
    _Rule("gitlab token", ("glpat-", "gldt-", "glrt-"), r"\b(gl(?:pat|dt|rt)-[A-Za-z0-9_-]{16,255})"),
    _Rule("hugging face token", ("hf_", "api_org_"), r"\b((?:hf_|api_org_)[A-Za-z]{30,60})"),
    _Rule(
        "openai key", ("sk-",), r"\b(sk-(?:proj-|svcacct-|admin-|ant-)?[A-Za-z0-9_-]{20,255})", _is_mixed
    ),
    _Rule("slack token", ("xox", "xapp-"), r"\b((?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,255})"),
    _Rule(
        "slack webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows)/([A-Za-z0-9+/_-]{20,255})",
    ),
    _Rule("google key", ("aiza", "ya29."), r"\b(AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,})"),
    _Rule("pypi token", ("pypi-ag",), r"\b(pypi-Ag[A-Za-z0-9_-]{50,})"),
    _Rule("databricks token", ("dapi",), r"\b(dapi[a-f0-9]{32}(?:-\d)?)\b"),
    _Rule(
        "json web token",
        ("eyj",),
        r"\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{0,})",
    ),
    _Rule(
        "authorization header",
        ("authorization", "bearer", "basic "),
        r"(?i)\b(?:(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token|aws4-hmac-sha256)?|bearer|basic)"
        r"\s+([A-Za-z0-9+/=_.~-]{16,})",
        lambda secret: any(c.isdigit() or c.isupper() or c in "+/=" for c in secret),
    ),
    _Rule(
        "wandb key",
        ("wandb",),
        r"(?i)wandb[a-z_ .-]{0,40}(?:key|login)[\"']?[\s:=(,\"']{1,8}(?:relogin[\s\"']{1,4})?([a-f0-9]{40})\b",
    ),
    _Rule(
        "aws secret key",
        ("secret",),
        r"(?i)(?:secret[_ .-]?(?:access)?[_ .-]?key(?:[_ ]id)?)[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?([A-Za-z0-9/+=]{40})",
    ),
    _Rule("account key", ("accountkey", "sharedaccesskey"), r"(?i)(?:AccountKey|SharedAccessKey)=([^\s;\"']{8,})"),
    _Rule(
        "credential",
        ("passw", "pwd", "secret", "key", "token", "credential", "passphrase"),
        r"(?i)(?:^|[^a-z0-9])(?:--?)?" + _NAMES + _SEPARATOR + _VALUE,
        _is_value,
    ),
    _Rule(
        "token",
        ("token", "credential", "auth"),
        r"(?i)(?:^|[^a-z0-9])(?:--?)?" + _BARE_NAMES + "(?:" + _SEPARATOR + r"|\s+)" + _VALUE,
        _looks_random,
    ),
    _Rule(
        "credential",
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


def presentable(text: str, characters: int) -> Redacted:
    """``text`` in the form that may be stored and shown: cleaned, without secrets, at most so many characters.

    It is cut last: a secret that is cut in two is not recognised any more.
    """
    redacted = redact(clean_text(text))
    return Redacted(redacted.text[:characters], redacted.kinds)


def _apply(rule: _Rule, text: str) -> tuple[str, bool]:
    pieces: list[str] = []
    position = 0
    for match in rule.regex.finditer(text):
        start, end = _secret_span(match)
        secret = text[start:end]
        if start < position or secret.startswith("[removed:") or (rule.check is not None and not rule.check(secret)):
            continue
        pieces += (text[position:start], f"[removed: {rule.kind}]")
        position = end
    return ("".join([*pieces, text[position:]]), True) if pieces else (text, False)


def _secret_span(match: Any) -> tuple[int, int]:  # noqa: ANN401 (google-re2 has no types)
    """The span of the one group that took part: the secret."""
    number = next(number for number in range(1, match.re.groups + 1) if match.start(number) >= 0)
    start, end = match.span(number)
    return start, end
