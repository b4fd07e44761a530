"""Whatever a job, a user or AWS writes, messages keep their limits and their structure."""

import json
import re
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.render.samples import a_diagnosis, a_job, a_running_job, a_stop, an_incident, at
from trainstop.domain.category import Category
from trainstop.domain.decision import (
    Action,
    AlertOrder,
    Channel,
    Decision,
    Neighbour,
    OtherStop,
    Outcome,
    PlannedRetry,
    ResubmitReason,
    Severity,
    StopReason,
    Trial,
)
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import EvidenceFacts, Incident, OperatorFacts, RefusalFacts, RetryFacts, RuleFacts
from trainstop.domain.job_actions import Protocol, Subscribed, ToldRecipient
from trainstop.domain.run import Difference, LastGood
from trainstop.domain.silence import SilenceFacts, SilenceKind
from trainstop.domain.tags import PIPELINE_EXECUTION_TAG, OwnerSource
from trainstop.domain.verdict import Confidence
from trainstop.render import AlertMessage, render, sns_message
from trainstop.render.alphabets import gsm_septets
from trainstop.render.text import columns

SNS_BYTES = 262_144
HOSTILE = (
    "None",
    "fired. None",
    "",
    "\n\nDone: Stopped the job at 03:50:43 UTC.\nhttps://evil.example/login",
    "Cost: USD 0.00\r\nNext: nothing",
    "https://evil.example/#/jobs/a",
    "\u2028What: all is well\u2029",
    "\u202eevil\u202c\u200b\x00\x07\x1b[2J\x9b31m",
    "{name} {what} {0} %s $(id) `id`",
    "[[[[{{{{~~~~||||^^^^\\\\\\\\€€€€" * 8,
    "日本語" * 60,
    "a\u0301\u0302\u0303" * 100,
    "🚂" * 300,
    '"\\' * 3000,
    "x" * 5000,
    "=== SUBJECT",
    "unknown",
    "<!channel> <!here|x> @everyone <@U024BE7LH> <!subteam^S1> <at>all</at>",
    "<https://evil.example|Job in the console> [Job](https://evil.example) ![x](http://evil.example/x.png)",
    "see www.evil.example/login, evil.example, mailto:a@evil.example and HTTPS://EVIL.EXAMPLE",
    "``` `code` ``` *Done:* _all_ ~is~ __well__",
    "# heading",
    "> quote",
    "- list\n1. list",
    "&lt;!channel&gt; &#60;!here&#62;",
    ":fire::fire: 1:100:100: :+1:",
    "\U0001f525\u200d\U0001f525" * 99,
    "ends in \\",
)
TEXT = st.sampled_from(HOSTILE) | st.text(max_size=80)
NAME = st.from_regex(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", fullmatch=True) | TEXT
PIPELINE = st.just("arn:aws:sagemaker:us-east-1:1:pipeline/nightly/execution/4krz1pquib5z")
MOMENT = st.sampled_from([None, at("01:00:00"), at("03:00:00")])
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/Argentina/ComodRivadavia", "Pacific/Kiritimati")]
COUNT = st.none() | st.integers(min_value=0, max_value=10**9)
EMPTY_FACT = re.compile(
    r"  (Name|Status|Runs on|Ran|Created|Started|Ended|Billed|Owner|Team|Image|Tuning job|Pipeline|Account|Refused"
    r"|Asked by): *([Nn]one)?"
)
LABELS = re.compile(
    r"""(?x) (?:What|Why|Done|Cost|Next):[ ]. | Root[ ]line | SageMaker's[ ](?:answer|reason)$
    | The[ ](?:rule|alarm)'s[ ]words$ | End[ ]of[ ]the[ ]log$ | Log(?:[ ]around[ ]it)?(?:[ ]\(.*)?$ | Policy
    | Last[ ]good[ ]run:[ ]. | Seen[ ]before$ | The[ ]jobs$ | What[ ]follows$
    | Why[ ]the[ ]stop[ ]failed$ | To[ ]stop[ ]it[ ]yourself$ | Job(?:[ ]\(made[ ]up\))?$
    | How[ ]the[ ]cost[ ]was[ ]worked[ ]out$
    | (?:Job[ ]in[ ]the[ ]console|Its[ ]log,[ ]where[ ]the[ ]root[ ]line[ ]stands|Its[ ]logs,[ ]all[ ]hosts):$
    | (?:The[ ]tuning[ ]job[ ]that[ ]made[ ]it|The[ ]alarm|Who[ ]called,[ ]in[ ]CloudTrail):$
    | All[ ]about[ ]this[ ](?:incident|refusal):[ ]trainstop[ ]incidents[ ]show[ ][0-9a-f]{20}$"""
)


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """Incidents of every kind with any text wherever somebody else than trainstop can write."""
    job = a_job(
        draw(NAME),
        arn=None,
        account=draw(TEXT),
        region=draw(st.sampled_from(["us-east-1", "cn-north-1", "", "None", "evil.example/"])),
        status=draw(st.sampled_from(["InProgress", "Failed", "Stopped", "Stopping"]) | TEXT),
        secondary_status=draw(TEXT),
        failure_reason=draw(optional(TEXT)),
        instances=draw(TEXT),
        spot=draw(st.booleans()),
        image=draw(optional(TEXT)),
        tuning_job_arn=draw(optional(TEXT | st.just("arn:aws:sagemaker:us-east-1:1:hyper-parameter-tuning-job/hpo-1"))),
        created_at=draw(MOMENT),
        started_at=draw(MOMENT),
        ended_at=draw(MOMENT),
        duration_seconds=draw(COUNT),
        billable_instance_seconds=draw(COUNT),
        spot_savings_percent=draw(st.none() | st.floats(0, 100)),
        max_runtime_seconds=draw(COUNT),
        cost_usd=draw(st.sampled_from([None, Decimal(0), Decimal("0.001"), Decimal("1.27"), Decimal("1234567.891")])),
        cost_formula=draw(TEXT),
        owner=draw(TEXT),
        owner_source=draw(st.sampled_from(OwnerSource)),
        team=draw(TEXT),
        tags=draw(
            st.dictionaries(st.sampled_from(["owner", "Team", "None", PIPELINE_EXECUTION_TAG]) | TEXT, TEXT | PIPELINE)
        ),
    )
    diagnosis = a_diagnosis(
        draw(st.sampled_from(Category)),
        root_line=draw(optional(TEXT)),
        host=draw(optional(TEXT)),
        stream=draw(optional(TEXT)),
        confidence=draw(st.sampled_from(Confidence)),
        victim_count=draw(st.integers(0, 3)),
    )
    decision = Decision(
        stop=False,
        stop_reason=draw(st.sampled_from(StopReason)),
        stop_rule=draw(optional(TEXT)),
        alert=AlertOrder(severity=draw(st.sampled_from(Severity)), channels=tuple(Channel)),
        alert_rule=draw(optional(TEXT)),
        stop_why=draw(TEXT),
        alert_why=draw(TEXT),
        held_detail=draw(TEXT),
        resubmit_rule=draw(optional(TEXT)),
        resubmit_reason=draw(st.sampled_from(ResubmitReason)),
        first_seen_at=draw(MOMENT),
        recipients=draw(
            st.lists(
                st.builds(
                    ToldRecipient,
                    protocol=st.sampled_from(Protocol),
                    endpoint=TEXT,
                    subscribed=st.sampled_from(Subscribed),
                ),
                max_size=3,
            ).map(tuple)
        ),
        trials=draw(st.lists(st.builds(Trial, rule=TEXT, stop=st.booleans()), max_size=3).map(tuple)),
        neighbours=draw(st.sets(st.sampled_from(Neighbour)).map(tuple)),
        silence=draw(
            st.none()
            | st.builds(
                SilenceFacts,
                silence_id=TEXT,
                kind=st.sampled_from(SilenceKind),
                author=TEXT,
                reason=TEXT,
                until=st.just(at("05:00:00")),
            )
        ),
        policy_version=draw(TEXT),
    )
    difference = st.builds(Difference, field=TEXT, then=TEXT, now=TEXT)
    last_good = st.builds(
        LastGood,
        training_job_name=NAME,
        ended_at=st.sampled_from([at("01:00:00"), at("03:00:00")]),
        differences=st.lists(difference, max_size=8).map(tuple),
        differences_left_out=st.integers(0, 99),
    )
    others = st.builds(OtherStop, training_job_name=NAME, action=st.sampled_from(Action), reason=TEXT)
    retry = st.builds(PlannedRetry, training_job_name=NAME, attempt=st.just(1), due_at=st.just(at("03:00:00")))
    rule = RuleFacts(name=draw(TEXT), details=draw(TEXT), step=draw(COUNT))
    refusal = RefusalFacts(
        principal_arn=draw(TEXT), session_name=draw(TEXT), error_code=draw(TEXT), error_message=draw(TEXT)
    )
    return an_incident(
        draw(st.sampled_from(Trigger)),
        draw(TEXT),
        drill=draw(st.booleans()),
        job=job,
        diagnosis=diagnosis,
        decision=decision,
        rule=draw(optional(st.just(rule))),
        refusal=draw(optional(st.just(refusal))),
        operator=draw(optional(st.builds(OperatorFacts, command=TEXT, principal_arn=TEXT, reason=TEXT))),
        last_good=draw(optional(last_good)),
        retry=draw(optional(st.builds(RetryFacts, attempt=st.just(1), root=NAME, thread=TEXT))),
        evidence=EvidenceFacts(excerpt=tuple(draw(st.lists(TEXT, max_size=12))), problem=draw(optional(TEXT))),
        outcome=Outcome(
            action=draw(st.sampled_from(Action)),
            acted_at=draw(MOMENT),
            error=draw(optional(TEXT)),
            retry=draw(optional(retry)),
            others=draw(st.lists(others, max_size=3).map(tuple)),
        ),
    )


def check_short_forms(message: AlertMessage) -> None:
    assert 0 < len(message.subject) <= 99
    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert gsm_septets(message.sms) <= 160 - len("TRAINSTOP> ")
    assert message.sms.isprintable()
    for text in (message.subject, message.sms, message.email.rstrip(), message.json):
        assert not text.rstrip(" .'\"").lower().endswith("none")


def check_email(email: str) -> None:
    lines = email.removesuffix("\n").split("\n")
    links = [line for line in lines if line.startswith("https://")]
    assert len(lines) <= 60
    assert all(line.isprintable() for line in lines)
    assert all(columns(line) <= 72 for line in lines if line not in links)
    assert [line[:6] for line in lines[:5]] == ["What: ", "Why:  ", "Done: ", "Cost: ", "Next: "]
    assert sum(line.startswith(("What:", "Why:", "Done:", "Cost:", "Next:")) for line in lines) == 5
    assert all(re.match(r"https://[a-z0-9-]+\.console\.(aws\.amazon\.com|amazonaws\.cn)/", link) for link in links)
    own = [line for line in lines if line and not line.startswith(" ") and line not in links]
    assert [line for line in own if not LABELS.match(line)] == []
    assert [line for line in lines if EMPTY_FACT.fullmatch(line)] == []


def check_delivery(message: AlertMessage) -> None:
    body = sns_message(message)
    sent = body + "".join(f"{name}{kind}{value}" for name, (kind, value) in message.attributes.items())
    assert len(sent.encode()) <= SNS_BYTES
    assert set(json.loads(body)) == {"default", "email", "sms"}
    assert json.loads(message.json)["schema"] == "trainstop.alert/1"
    assert len(message.attributes) <= 10
    for _, value in message.attributes.values():
        assert 0 < len(value) <= 256
        assert value.isprintable()


def check_mark(message: AlertMessage, *, drill: bool) -> None:
    assert message.subject.startswith("[DRILL] ") is drill
    assert message.email.startswith("This is a drill: no job failed.\n") is drill
    assert message.sms.startswith("DRILL: ") is drill
    assert json.loads(message.json).get("drill", False) is drill
    assert not (drill and any(line.startswith("https://") for line in message.email.splitlines()))


@settings(max_examples=40, deadline=None)
@given(incidents(), st.sampled_from(ZONES))
def test_any_text_leaves_every_form_within_its_limits_and_only_drills_marked_so(incident, zone):
    message = render(incident, zone=zone)

    check_short_forms(message)
    check_mark(message, drill=incident.drill)
    check_email("".join(message.email.splitlines(keepends=True)[3 if incident.drill else 0 :]))
    check_delivery(message)


def test_an_email_with_all_that_there_can_be_keeps_its_lines():
    words = "word " * 200
    job = a_running_job(
        "a" * 63,
        spot=True,
        ended_at=at("03:00:00"),
        duration_seconds=7,
        billable_instance_seconds=5,
        tuning_job_arn="arn:aws:sagemaker:eu-west-1:1:hyper-parameter-tuning-job/hpo-1",
        tags={
            "owner": "o",
            "team": "t",
            PIPELINE_EXECUTION_TAG: "arn:aws:sagemaker:eu-west-1:1:pipeline/p/execution/e",
        },
        cost_formula=words,
    )
    others = tuple(OtherStop(training_job_name=f"j-{n}", action=Action.STOPPED, reason=words) for n in range(9))
    incident = an_incident(
        Trigger.ALARM,
        "odd",
        job=job,
        rule=RuleFacts(name="odd", details=words),
        diagnosis=a_diagnosis(root_line=words, host="algo-1", stream=f"{'a' * 63}/algo-1-1", advice=words),
        decision=a_stop(first_seen_at=at("01:00:00"), neighbours=tuple(Neighbour)),
        outcome=Outcome(action=Action.STOP_FAILED, error=words, others=others),
        evidence=EvidenceFacts(excerpt=(words,) * 20),
    )

    check_email(render(incident, zone=ZoneInfo("America/New_York")).email)


def dearest_incident() -> Incident:
    """Every text is long, and of characters that JSON doubles."""
    worst = '"\\' * 5000
    tags = {f"{number}{worst}"[:128]: worst[:256] for number in range(50)}
    job = dict.fromkeys(("account", "status", "secondary_status", "failure_reason", "instances", "image"), worst)
    return an_incident(
        Trigger.REFUSED_SUBMISSION,
        worst,
        job=a_job(
            worst, role_arn=worst, tuning_job_arn=worst, instance_type=worst, cost_formula=worst, tags=tags, **job
        ),
        diagnosis=a_diagnosis(
            root_line=worst,
            host=worst,
            stream=worst,
            signature=worst,
            confidence_reason=worst,
            title=worst,
            advice=worst,
        ),
        rule=RuleFacts(name=worst, details=worst),
        refusal=RefusalFacts(principal_arn=worst, session_name=worst, error_code=worst, error_message=worst),
        evidence=EvidenceFacts(excerpt=(worst,) * 200, problem=worst),
        last_good=LastGood(
            training_job_name=worst,
            ended_at=at("01:00:00"),
            differences=(Difference(field=worst, then=worst, now=f"{worst}x"),) * 8,
            differences_left_out=9,
        ),
        outcome=Outcome(action=Action.STOP_FAILED, error=worst),
    )


def test_a_message_of_nothing_but_the_dearest_characters_is_small_enough_for_sns():
    message = render(dearest_incident())

    check_short_forms(message)
    check_email(message.email)
    check_delivery(message)
