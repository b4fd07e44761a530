"""Whether the functions can run."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from trainstop.app.doctor.words import counted, joined, quoted
from trainstop.domain.health import Finding, broken, note, ok, warning
from trainstop.domain.health_facts import ConcurrencyFacts, FunctionFacts

PYTHON_ENDS: Final[Mapping[str, date]] = MappingProxyType(
    {
        "python3.11": date(2027, 10, 31),
        "python3.12": date(2028, 10, 31),
        "python3.13": date(2029, 10, 31),
        "python3.14": date(2030, 10, 31),
    }
)
"""The end of security fixes of each Python (PEP 664, 693, 719, 745), about when Lambda deprecates its runtime."""

_NOTICE: Final = timedelta(days=180)
_ENOUGH_CONCURRENCY: Final = 20
_DEPLOY: Final = "Deploy the stack again: sam deploy"


def judge_functions(functions: Sequence[FunctionFacts], today: date) -> Iterator[Finding]:
    """Each function is there, active, as last deployed, and not throttled to nothing."""
    found = [finding for function in functions for finding in _of_function(function)]
    found += _runtimes(functions, today)
    if not any(finding.why for finding in found):
        yield ok(f"{counted(len(functions), 'function')} active")
    yield from found


def judge_concurrency(concurrency: ConcurrencyFacts) -> Iterator[Finding]:
    """Functions find room to run in."""
    for name, count in concurrency.throttled.items():
        yield warning(
            f"{name} was throttled {counted(count, 'time')} in the last hour",
            "What it should have done waits and is tried again.",
            "See what else runs in the account, and ask for more concurrency in Service Quotas.",
        )
    if concurrency.unreserved < _ENOUGH_CONCURRENCY:
        yield warning(
            f"{concurrency.unreserved} concurrent executions are left for all functions without a reservation",
            f"With fewer than {_ENOUGH_CONCURRENCY}, other functions of the account can keep trainstop from running.",
            "Ask for more:",
            "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
            "--desired-value 1000",
        )
    elif not concurrency.throttled:
        yield ok(f"{concurrency.unreserved} concurrent executions to share, nothing throttled in the last hour")


def _of_function(function: FunctionFacts) -> Iterator[Finding]:
    name = function.name
    if function.status is None:
        yield broken(f"{name} is gone", "What it does is not done.", _DEPLOY)
        return
    if function.status == "Failed":
        yield broken(f"{name} failed: {quoted(function.status_reason)}", "It cannot be started.", _DEPLOY)
    if function.update_status == "Failed":
        yield broken(
            f"the last update of {name} failed: {quoted(function.update_reason)}", "An older version runs.", _DEPLOY
        )
    if function.reserved_concurrency == 0:
        yield broken(
            f"{name} is throttled: its reserved concurrency is 0",
            "Somebody switched it off. What it should do waits, and is lost after days.",
            "Switch it on:",
            f"aws lambda delete-function-concurrency --function-name {name}",
        )
    if function.status == "Pending" or function.update_status == "InProgress":
        yield note(f"{name} is being deployed just now")


def _runtimes(functions: Sequence[FunctionFacts], today: date) -> Iterator[Finding]:
    for runtime in sorted({each.runtime for each in functions if each.runtime in PYTHON_ENDS}):
        ends = PYTHON_ENDS[runtime]
        if today > ends - _NOTICE:
            names = joined(each.name for each in functions if each.runtime == runtime)
            yield warning(
                f"{runtime} gets no security fixes {'after' if today <= ends else 'since'} {ends}: {names}",
                "Lambda deprecates a runtime about then: functions run on, and cannot be changed any more.",
                "Deploy with a newer Runtime, and the layer built for it (LAYER_PYTHON).",
            )
