"""All checks, in the order in which they are listed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from trainstop.adapters.health import alarms as alarm_facts
from trainstop.adapters.health import events as event_facts
from trainstop.adapters.health import functions as function_facts
from trainstop.adapters.health import permissions as permission_facts
from trainstop.adapters.health import policy as policy_facts
from trainstop.adapters.health import queues as queue_facts
from trainstop.adapters.health import storage as storage_facts
from trainstop.adapters.health import topics as topic_facts
from trainstop.adapters.health import trail as trail_facts
from trainstop.adapters.health.caller import Caller
from trainstop.app.doctor import (
    alarms,
    events,
    functions,
    neighbours,
    permissions,
    policy,
    queues,
    sms,
    storage,
    topics,
)
from trainstop.app.doctor.stack import judge_stack
from trainstop.app.doctor.sweep import judge_sweep
from trainstop.app.doctor.trail import judge_trail
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health import Finding, UncheckableError, unknown

_JOB_SOURCE: Final = "sagemaker"


@dataclass(frozen=True, slots=True)
class Site:
    """What is looked at, and when."""

    caller: Caller
    stack: DeployedStack
    now: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        asks: What it asks, for the documentation.
        needs: IAM actions that whoever runs it needs.
    """

    name: str
    asks: str
    needs: tuple[str, ...]
    examine: Callable[[Site], Iterable[Finding]]


def _permissions(site: Site) -> Iterator[Finding]:
    must, must_not = permissions.questions(site.stack, storage_facts.read_stream_arn(site.caller, site.stack))
    ask = partial(permission_facts.simulate, site.caller)
    yield from permissions.judge_permissions(ask(must), ask(must_not), site.stack.name)


def _subscriptions(site: Site) -> Iterator[Finding]:
    found = topic_facts.read_topics(site.caller, site.stack)
    yield from topics.judge_topics(found)
    yield from _part(
        "failed deliveries",
        lambda: topics.judge_deliveries(found, topic_facts.read_failed_deliveries(site.caller, found, site.now)),
    )


def _sms(site: Site) -> Iterator[Finding]:
    """Each part by itself: what one may not read says nothing about the others."""
    caller = site.caller
    numbers = topic_facts.sms_numbers(topic_facts.read_topics(caller, site.stack))
    if not numbers:
        yield sms.nobody_by_sms()
        return
    yield from _part("the SMS sandbox", lambda: sms.judge_sandbox(numbers, topic_facts.read_verified_numbers(caller)))
    yield from _part("who opted out", lambda: sms.judge_opted_out(topic_facts.read_opted_out(caller, numbers)))
    yield from _part("the money spent", lambda: sms.judge_spending(topic_facts.read_sms_spending(caller, site.now)))


def _part(subject: str, findings: Callable[[], Iterable[Finding]]) -> Iterable[Finding]:
    try:
        return list(findings())
    except UncheckableError as error:
        return [unknown(str(error), subject)]


def _breakers(site: Site) -> Iterator[Finding]:
    breakers, complete = policy_facts.read_open_breakers(site.caller, site.stack)
    yield from policy.judge_breakers(breakers, site.stack.name, complete=complete)


def _lag(site: Site) -> Iterator[Finding]:
    mappings = function_facts.read_mappings(site.caller, site.stack)
    readers = sorted({each.function_name for each in mappings if ":dynamodb:" in each.source_arn})
    yield from queues.judge_lags(function_facts.read_lags(site.caller, mappings, site.now), readers)


def _neighbours(site: Site) -> Iterator[Finding]:
    rules = event_facts.read_other_rules(site.caller, site.stack, _JOB_SOURCE)
    yield from neighbours.judge_neighbours(rules, topic_facts.read_debugger_subscribers(site.caller, site.stack))


def _over(read: Callable[..., Any], judge: Callable[..., Any]) -> Callable[[Site], Iterable[Finding]]:
    """A check of which the facts need the stack alone, and the judgement the facts and the stack."""
    return lambda site: judge(read(site.caller, site.stack), site.stack)


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "stack",
        "Is the stack deployed as its template has it, and what is switched off by its parameters?",
        ("cloudformation:DescribeStacks", "cloudformation:ListStackResources"),
        lambda site: judge_stack(site.stack),
    ),
    Check(
        "rules",
        "Is each EventBridge rule there, enabled, and has its target?",
        ("events:DescribeRule", "events:ListTargetsByRule"),
        _over(event_facts.read_rules, events.judge_rules),
    ),
    Check(
        "schedules",
        "Is each schedule there and enabled?",
        ("scheduler:GetSchedule",),
        lambda site: events.judge_schedules(event_facts.read_schedules(site.caller, site.stack)),
    ),
    Check(
        "mappings",
        "Is each event source mapping enabled, and did its last batch not fail as a whole?",
        ("lambda:GetEventSourceMapping",),
        _over(function_facts.read_mappings, events.judge_mappings),
    ),
    Check(
        "functions",
        "Is each function active, as last deployed, not throttled to nothing, and its Python not near its end?",
        ("lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency"),
        lambda site: functions.judge_functions(function_facts.read_functions(site.caller, site.stack), site.now.date()),
    ),
    Check(
        "concurrency",
        "Is there concurrency left, and was nothing throttled in the last hour?",
        ("lambda:GetAccountSettings", "cloudwatch:GetMetricData"),
        lambda site: functions.judge_concurrency(function_facts.read_concurrency(site.caller, site.stack, site.now)),
    ),
    Check(
        "queues",
        "Is what waits in the queues taken within 5 minutes (15: broken)?",
        ("sqs:GetQueueAttributes", "cloudwatch:GetMetricData"),
        lambda site: queues.judge_queues(queue_facts.read_queues(site.caller, site.stack, site.now)),
    ),
    Check(
        "dead-letters",
        "Are the dead-letter queues empty; if not, how many, how old, and why?",
        ("sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
        lambda site: queues.judge_dead_letters(
            queue_facts.read_dead_letters(site.caller, site.stack), site.stack.name, site.now
        ),
    ),
    Check(
        "lag",
        "Do the functions on the table's stream keep up to 2 minutes (10: broken)?",
        ("lambda:GetEventSourceMapping", "cloudwatch:GetMetricData"),
        _lag,
    ),
    Check(
        "alarms",
        "Does no alarm ring, is none gone, and has each an action that is switched on?",
        ("cloudwatch:DescribeAlarms",),
        lambda site: alarms.judge_alarms(alarm_facts.read_alarms(site.caller, site.stack), site.now),
    ),
    Check(
        "subscriptions",
        "Has somebody confirmed a subscription to alerts, and one to OperationsTopic; did no delivery fail in a day?",
        ("sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "cloudwatch:GetMetricData"),
        _subscriptions,
    ),
    Check(
        "sms",
        "Is the account out of the SMS sandbox or are the numbers verified, none opted out, and money left this month?",
        (
            "sns:GetTopicAttributes",
            "sns:ListSubscriptionsByTopic",
            "sns:GetSMSSandboxAccountStatus",
            "sns:ListSMSSandboxPhoneNumbers",
            "sns:CheckIfPhoneNumberIsOptedOut",
            "sns:GetSMSAttributes",
            "cloudwatch:GetMetricData",
        ),
        _sms,
    ),
    Check(
        "policy",
        "Is the policy in force valid, the newest one, and the one that the functions have?",
        (
            "appconfig:ListDeployments",
            "appconfig:ListHostedConfigurationVersions",
            "appconfig:GetHostedConfigurationVersion",
            "dynamodb:GetItem",
        ),
        lambda site: policy.judge_policy(policy_facts.read_policy(site.caller, site.stack), site.stack.name),
    ),
    Check(
        "breakers",
        "Is no breaker open?",
        ("dynamodb:Scan", "dynamodb:GetItem"),
        _breakers,
    ),
    Check(
        "permissions",
        "May each role do what it needs, and may none stop or create jobs where the parameters forbid it?",
        ("iam:SimulatePrincipalPolicy", "dynamodb:DescribeTable"),
        _permissions,
    ),
    Check(
        "trail",
        "Does a trail log management events that change something, and does the table cloudtrail read its folder?",
        ("cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"),
        _over(trail_facts.read_trails, judge_trail),
    ),
    Check(
        "sweep",
        "Is the last sweep not older than 3 of its intervals (12: broken)?",
        ("dynamodb:GetItem",),
        lambda site: judge_sweep(storage_facts.read_swept_until(site.caller, site.stack), site.stack, site.now),
    ),
    Check(
        "table",
        "Is the table active, with its stream, restorable, protected, and forgetting what expired?",
        ("dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTimeToLive"),
        _over(storage_facts.read_table, storage.judge_table),
    ),
    Check(
        "archive",
        "Is the archive bucket there, the newest incident of 7 days in it, and what arrived merged into the table?",
        ("s3:ListBucket", "s3:ListBucketVersions", "dynamodb:Query"),
        lambda site: storage.judge_archive(
            storage_facts.read_archive(site.caller, site.stack, site.now), site.stack, site.now
        ),
    ),
    Check(
        "key",
        "Is the key of the topics enabled?",
        ("kms:DescribeKey",),
        lambda site: [
            storage.judge_key(
                storage_facts.read_key_status(site.caller, site.stack),
                policy_facts.physical_id(site.stack, "TopicsKey"),
            )
        ],
    ),
    Check(
        "neighbours",
        "Who else tells of training jobs: the SageMaker SDK, other rules, Debugger's topic, another trainstop?",
        (
            "events:ListRules",
            "events:ListTargetsByRule",
            "sns:GetTopicAttributes",
            "sns:ListSubscriptionsByTopic",
            "sns:GetSubscriptionAttributes",
        ),
        _neighbours,
    ),
)
