"""The grammar of a FailureReason: who says it, in which phase, with which exit code, and what is left to read.

A reason is cut at 1,024 characters, so every part may be missing or broken off.
"""

import html
from dataclasses import dataclass

import re2

from trainstop.domain.text import without_controls

MAX_CHARACTERS = 16_384
"""Far above AWS's limit of 1,024; other texts that are handed in as a reason may be longer."""

_CLASS = re2.compile(
    r"^\s*(AlgorithmError|ClientError|CapacityError|InternalServerError|InternalServerException|Customer ?Error"
    r"|Platform ?Error|Algorithm Error)\s*:\s*"
)
_RELAYED = re2.compile(
    r"^\s*(?:Received status from SageMaker:|Failed to invoke sagemaker:\w+\. Error Details:|Training job failed\. "
    r"Failure reason:|Error for Training job [\w-]+: Failed\. Reason:|Job execution failed with error message:?)\s*"
)
_RELAY_END = re2.compile(r"(?s)\s*(?:Retry not appropriate on execution of step.*|No retry policy configured for .*)$")
_PHASE = re2.compile(
    r"(?i)^\s*(artifact upload failed|data download failed|failed to download data|data upload failed"
    r"|checkpoint (?:up|down)load failed|model download failed|output upload failed)\s*[:.]?\s*"
)
_EXIT_CODE = re2.compile(r"(?i)\b(?:exit ?code|exitcode|exit status|return code)[:=\s]+(-?\d{1,4})\b")
_EXIT_TAIL = re2.compile(r"(?i)[\s,]*\bexit code:\s*-?\d{1,4}\s*$|^\s*ExitCode\s+-?\d{1,4}\s*$")
_COMMAND = re2.compile(r'(?s)\bCommand "')
_COMMAND_END = re2.compile(r'"\s*(?:$|\n|Traceback|ExitCode|ErrorMessage|ExtraInfo|,?\s*exit code)')
_QUOTED = re2.compile(r'(?m)^\s*(?:ErrorMessage|ExtraInfo) "|\b(?:ErrorMessage|ExtraInfo) "')
_REPR = re2.compile(r"""(?s)^\s*((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception))\((["'].*)$""")
_FLAT_BREAKS = re2.compile(
    r'\s+(File "[^"\n]{1,400}", line \d+|During handling of the above|The above exception was|Traceback \(most recent)'
)
_FLAT_EXCEPTION = re2.compile(r"\s((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception): )")


@dataclass(frozen=True, slots=True)
class Reason:
    """A FailureReason taken apart.

    Attributes:
        classes: The classes at its start, e.g. ``("AlgorithmError",)``; doubled ones twice; () when there is none.
        phase: ``artifact upload failed`` or the like, in lower case; None when none is named. Not a cause.
        exit_code: None when none is named.
        body: What may name a cause, one line per line, without commands.
    """

    classes: tuple[str, ...] = ()
    phase: str | None = None
    exit_code: int | None = None
    body: str = ""

    @property
    def of_the_container(self) -> bool:
        """True where the class says that the container failed, so that its log knows better."""
        return not self.classes or self.classes[-1] in ("AlgorithmError", "Algorithm Error")


def parse_reason(text: str | None) -> Reason:
    """Take a FailureReason apart; None and "" give an empty one."""
    body = _laid_out(without_controls((text or "")[:MAX_CHARACTERS]))
    body, classes = _without_classes(body)
    body, phase = _without_phase(body)
    if phase:
        body, more = _without_classes(body)
        classes += more
    body = _without_commands(body)
    code = _EXIT_CODE.search(body)
    lines = [_EXIT_TAIL.sub("", line).strip() for line in _unquoted(_unflattened(body)).split("\n")]
    return Reason(
        classes=classes,
        phase=phase,
        exit_code=int(code.group(1)) if code else None,
        body="\n".join(_exception_of(line) for line in lines if line),
    )


def _laid_out(text: str) -> str:
    """With real line breaks and characters where escapes stood."""
    text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("#012", "\n").replace("#011", " ")
    text = text.replace("#015", "\n").replace("\r", "\n")
    return html.unescape(text) if "&" in text else text


def _without_classes(text: str) -> tuple[str, tuple[str, ...]]:
    classes: list[str] = []
    for _ in range(4):
        relayed = _RELAYED.search(text)
        if relayed:
            text = _RELAY_END.sub("", text[relayed.end() :])
        found = _CLASS.search(text)
        if found is None:
            break
        classes.append(found.group(1))
        text = text[found.end() :]
    return text, tuple(classes)


def _without_phase(text: str) -> tuple[str, str | None]:
    found = _PHASE.search(text)
    return (text[found.end() :], found.group(1).lower()) if found else (text, None)


def _without_commands(text: str) -> str:
    """Without ``Command "..."``: it is full of words that name no cause, and of secrets."""
    kept: list[str] = []
    while found := _COMMAND.search(text):
        kept.append(text[: found.start()])
        text = text[found.end() :]
        end = _COMMAND_END.search(text)
        text = text[end.start() + 1 :] if end else ""
    return "\n".join([*kept, text])


def _unquoted(text: str) -> str:
    """With what ``ErrorMessage "..."`` quotes on lines of its own."""
    if 'ErrorMessage "' not in text and 'ExtraInfo "' not in text:
        return text
    text = _QUOTED.sub("\n", text)
    return "\n".join(line.removesuffix('"') for line in text.split("\n"))


def _unflattened(text: str) -> str:
    """With line breaks before frames and exceptions where a traceback was written on one line."""
    lines = []
    for line in text.split("\n"):
        if 'File "' in line and ", line " in line and not line.lstrip().startswith('File "'):
            spread = _FLAT_BREAKS.sub(r"\n\1", line)
            lines.append(_FLAT_EXCEPTION.sub(r"\n\1", spread))
        else:
            lines.append(line)
    return "\n".join(lines)


def _exception_of(line: str) -> str:
    """``OutOfMemoryError('CUDA ...')``, as remote functions report it, in the form of a traceback's last line."""
    found = _REPR.search(line)
    if found is None:
        return line
    return f"{found.group(1)}: {found.group(2)[1:].rstrip(')').rstrip(chr(34) + chr(39))}"
