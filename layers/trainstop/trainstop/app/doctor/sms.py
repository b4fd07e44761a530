"""Whether SMS reach the phones that are subscribed."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from trainstop.app.doctor.words import shell
from trainstop.domain.health import Finding, broken, note, ok, warning
from trainstop.domain.health_facts import SmsSpending
from trainstop.render.text import said

DEFAULT_LIMIT_USD: Final = 1.0
"""AWS's spending quota of an account that never had it raised."""

_NEARLY: Final = 0.8


def judge_sandbox(numbers: Sequence[str], verified: Collection[str] | None) -> Iterator[Finding]:
    """In the SMS sandbox only verified numbers get SMS; ``verified`` is None where the account is out of it."""
    if verified is None:
        yield ok("the account is out of the SMS sandbox")
        return
    unverified = [number for number in numbers if number not in verified]
    for number in unverified:
        yield broken(
            f"{said(number)} is not verified, and the account is in the SMS sandbox",
            "No SMS reaches it.",
            "Leave the sandbox (SNS console, Text messaging), or verify the number:",
            f"aws sns create-sms-sandbox-phone-number --phone-number {shell(number)}",
        )
    if not unverified:
        yield note("the account is in the SMS sandbox, and all subscribed numbers are verified in it")


def judge_opted_out(numbers: Sequence[str]) -> Iterator[Finding]:
    """Numbers whose reader asked for no more SMS."""
    for number in numbers:
        yield broken(
            f"{said(number)} has opted out of SMS of this account",
            "No SMS reaches it.",
            "Ask its reader, then opt it in again (possible once in 30 days):",
            f"aws sns opt-in-phone-number --phone-number {shell(number)}",
        )


def judge_spending(spending: SmsSpending) -> Iterator[Finding]:
    """There is money left for this month's SMS."""
    limit = DEFAULT_LIMIT_USD if spending.limit_usd is None else spending.limit_usd
    said_so = "AWS's default" if spending.limit_usd is None else "MonthlySpendLimit"
    spent = spending.spent_usd or 0.0
    what = f"{spent:.2f} of {limit:.2f} USD for SMS are spent this month ({said_so})"
    raise_it = f"aws sns set-sms-attributes --attributes MonthlySpendLimit={max(1, round(limit * 2))}"
    ask = "Raise the limit; beyond the account's quota by Service Quotas, Amazon SNS:"
    if spent >= limit:
        yield broken(what, "SNS sends no more SMS until the month ends.", ask, raise_it)
    elif spent >= limit * _NEARLY:
        yield warning(what, "Beyond the limit SNS sends no more SMS until the month ends.", ask, raise_it)
    else:
        yield ok(what)


def nobody_by_sms() -> Finding:
    """There is nothing to check."""
    return ok("no phone is subscribed")
