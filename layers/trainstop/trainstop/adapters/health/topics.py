"""SNS: who is subscribed to the topics, and whether SMS reach phones."""

from datetime import datetime, timedelta
from typing import Final

from trainstop.adapters.health.caller import Caller
from trainstop.adapters.health.metrics import newest_extremes
from trainstop.domain.deployed import DeployedStack, name_in
from trainstop.domain.health_facts import SmsSpending, SubscriptionFacts, TopicFacts

DEBUGGER_TOPIC: Final = "SMDebugRules"
_SPENT: Final = "SMSMonthToDateSpentUSD"
_LISTED_AS_ARN: Final = "arn:"
_MAX_NUMBERS: Final = 50
_LEAST_SPAN: Final = timedelta(minutes=1)


def read_topics(caller: Caller, stack: DeployedStack) -> tuple[TopicFacts, ...]:
    """The stack's own topics; Debugger's is not one of them."""
    return tuple(
        TopicFacts(each.logical_id, each.physical_id, read_subscriptions(caller, each.physical_id))
        for each in stack.of_kind("AWS::SNS::Topic")
        if name_in(each.physical_id) != DEBUGGER_TOPIC
    )


def read_failed_deliveries(caller: Caller, topics: tuple[TopicFacts, ...], now: datetime) -> dict[str, int]:
    """Deliveries that failed in the last 24 hours, by the topic's ARN; what CloudWatch has no value for is left out."""
    failed = newest_extremes(
        caller,
        "AWS/SNS",
        "NumberOfNotificationsFailed",
        "TopicName",
        tuple(name_in(each.arn) for each in topics),
        statistic="Sum",
        now=now,
        span=timedelta(days=1),
    )
    return {each.arn: int(failed[name_in(each.arn)]) for each in topics if name_in(each.arn) in failed}


def read_subscriptions(caller: Caller, topic_arn: str) -> tuple[SubscriptionFacts, ...] | None:
    """Who is subscribed to a topic; None where there is no such topic."""
    if caller.find("sns", "GetTopicAttributes", TopicArn=topic_arn) is None:
        return None
    listed = caller.pages("sns", "ListSubscriptionsByTopic", "Subscriptions", TopicArn=topic_arn)
    return tuple(
        SubscriptionFacts(each["Protocol"], each["Endpoint"], each["SubscriptionArn"].startswith(_LISTED_AS_ARN))
        for each in listed
        if each["SubscriptionArn"] != "Deleted"
    )


def read_debugger_subscribers(caller: Caller, stack: DeployedStack) -> tuple[SubscriptionFacts, ...]:
    """Who gets Debugger's own messages: all confirmed subscribers of its topic but those that trainstop made.

    trainstop gives the addresses of jobs' own rules a filter policy, which lets Debugger's own messages not through.
    """
    arn = f"arn:{stack.partition}:sns:{stack.region}:{stack.account}:{DEBUGGER_TOPIC}"
    if caller.find("sns", "GetTopicAttributes", TopicArn=arn) is None:
        return ()
    listed = caller.pages("sns", "ListSubscriptionsByTopic", "Subscriptions", TopicArn=arn)
    return tuple(
        SubscriptionFacts(each["Protocol"], each["Endpoint"], is_confirmed=True)
        for each in listed
        if each["SubscriptionArn"].startswith(_LISTED_AS_ARN)
        and not stack.holds(each["Endpoint"])
        and not _is_filtered(caller, each["SubscriptionArn"])
    )


def read_verified_numbers(caller: Caller) -> frozenset[str] | None:
    """Numbers that are verified in the SMS sandbox; None where the account is out of it: all numbers will do."""
    if not caller.ask("sns", "GetSMSSandboxAccountStatus")["IsInSandbox"]:
        return None
    numbers = caller.pages("sns", "ListSMSSandboxPhoneNumbers", "PhoneNumbers")
    return frozenset(each["PhoneNumber"] for each in numbers if each["Status"] == "Verified")


def read_opted_out(caller: Caller, numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Those numbers whose reader asked for no more SMS; of very many only the first are asked about."""
    return tuple(
        number
        for number in numbers[:_MAX_NUMBERS]
        if caller.ask("sns", "CheckIfPhoneNumberIsOptedOut", phoneNumber=number)["isOptedOut"]
    )


def read_sms_spending(caller: Caller, now: datetime) -> SmsSpending:
    """What SMS cost this month, and may."""
    limit = caller.ask("sns", "GetSMSAttributes", attributes=["MonthlySpendLimit"]).get("attributes", {})
    month_began = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = newest_extremes(
        caller,
        "AWS/SNS",
        _SPENT,
        None,
        (_SPENT,),
        statistic="Maximum",
        now=now,
        span=max(now - month_began, _LEAST_SPAN),
    )
    text = limit.get("MonthlySpendLimit", "")
    return SmsSpending(float(text) if text else None, spent.get(_SPENT))


def sms_numbers(topics: tuple[TopicFacts, ...]) -> tuple[str, ...]:
    """Phone numbers that are subscribed."""
    numbers = (each.endpoint for topic in topics for each in topic.subscriptions or () if each.protocol == "sms")
    return tuple(dict.fromkeys(numbers))


def _is_filtered(caller: Caller, subscription_arn: str) -> bool:
    found = caller.find("sns", "GetSubscriptionAttributes", SubscriptionArn=subscription_arn)
    return bool(found and found["Attributes"].get("FilterPolicy"))
