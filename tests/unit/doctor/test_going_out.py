"""Whether anything waits, rings or is told to nobody: queues, dead letters, lags, alarms, topics, SMS."""

from datetime import timedelta

import pytest

from tests.unit.doctor.deployments import NOW, told
from trainstop.app.doctor.alarms import judge_alarms
from trainstop.app.doctor.queues import judge_dead_letters, judge_lags, judge_queues
from trainstop.app.doctor.sms import judge_opted_out, judge_sandbox, judge_spending
from trainstop.app.doctor.topics import judge_deliveries, judge_topics
from trainstop.domain.health_facts import (
    AlarmFacts,
    DeadLetterFacts,
    QueueFacts,
    SmsSpending,
    SubscriptionFacts,
    TopicFacts,
)

YES = SubscriptionFacts("email", "oncall@example.com", is_confirmed=True)
NOT_YET = SubscriptionFacts("email", "new@example.com", is_confirmed=False)
ALERTS, OPERATIONS = "AlertsTopic", "OperationsTopic"


def topic(name, *subscriptions):
    return TopicFacts(name, f"arn:aws:sns:us-east-1:111122223333:ts-{name}", subscriptions)


@pytest.mark.parametrize(
    ("saying", "waiting", "age", "health"),
    [
        ("nothing waits", 0, None, "ok"),
        ("what waited is gone", 0, 4000.0, "ok"),
        ("some wait a moment", 40, 20.0, "ok"),
        ("CloudWatch does not know yet", 40, None, "ok"),
        ("five minutes are slow", 3, 300.0, "warning"),
        ("fifteen are too many", 3, 900.0, "broken"),
        ("the queue is gone", None, None, "broken"),
    ],
)
def test_what_waits_is_taken_in_time(saying, waiting, age, health):
    ((found, _),) = told(judge_queues([QueueFacts("WatchQueue", waiting, age)]))
    assert found == health, saying


def test_what_moves_on_is_counted():
    some = [QueueFacts("WatchQueue", 40, 3.0), QueueFacts("UrgentQueue", 0)]
    assert told(judge_queues(some)) == [("ok", "moving on: 40 in WatchQueue")]


def test_dead_letters_are_told_with_age_reason_and_the_way_back():
    letters = DeadLetterFacts("WatchDeadLetterQueue", 2, NOW - timedelta(hours=5), ("not JSON", "no\x07 detail"))
    (finding,) = judge_dead_letters([letters, DeadLetterFacts("EventsDeadLetterQueue", 0)], "ts", NOW)
    assert finding.health == "broken"
    assert finding.what == '2 messages in WatchDeadLetterQueue, the oldest sent 5 h ago: "not JSON", "no detail"'
    assert finding.command == "trainstop replay --dead-letters --stack ts"


def test_letters_that_may_not_be_read_are_counted_all_the_same():
    unread = DeadLetterFacts("WatchDeadLetterQueue", 1, unread="needs sqs:ReceiveMessage")
    assert told(judge_dead_letters([unread], "ts", NOW)) == [
        ("broken", "1 message in WatchDeadLetterQueue"),
        ("unknown", "why they are in WatchDeadLetterQueue could not be checked: needs sqs:ReceiveMessage"),
    ]


def test_a_secret_in_a_reason_is_not_shown():
    letters = DeadLetterFacts("WatchDeadLetterQueue", 1, reasons=("password=hunter2hunter2hunter2",))
    (finding,) = judge_dead_letters([letters], "ts", NOW)
    assert "hunter2" not in finding.what


def test_empty_dead_letter_queues_are_well_and_a_missing_one_is_not():
    assert told(judge_dead_letters([DeadLetterFacts("A", 0)], "ts", NOW)) == [("ok", "1 dead-letter queue empty")]
    assert told(judge_dead_letters([DeadLetterFacts("A", None)], "ts", NOW)) == [("broken", "A is gone")]


@pytest.mark.parametrize(
    ("lags", "said"),
    [
        ({}, ("ok", "nothing came by ts-archive, ts-notify in the last 15 min")),
        ({"ts-notify": 800.0}, ("ok", "ts-archive, ts-notify keep up: at most 0 s behind")),
        ({"ts-notify": 130_000.0}, ("warning", "ts-notify is 2 min behind")),
        ({"ts-notify": 600_000.0}, ("broken", "ts-notify is 10 min behind")),
    ],
)
def test_functions_on_the_stream_keep_up(lags, said):
    assert told(judge_lags(lags, ["ts-archive", "ts-notify"])) == [said]


def test_an_alarm_that_rings_says_since_when_and_what_it_means():
    ringing = AlarmFacts("ts-errors", "ALARM", "1 >= 1", "Its log says why.", NOW - timedelta(minutes=50))
    (finding,) = judge_alarms([ringing, AlarmFacts("ts-quiet", "OK")], NOW)
    assert finding.what == 'ts-errors has been in ALARM for 50 min: "1 >= 1"'
    assert finding.why == "Its log says why."


def test_alarms_that_have_no_data_are_well_and_those_that_are_gone_or_mute_are_not():
    assert told(judge_alarms([AlarmFacts("ts-new", "INSUFFICIENT_DATA")], NOW)) == [("ok", "1 alarm, none in ALARM")]
    assert told(judge_alarms([AlarmFacts("a", None), AlarmFacts("b", "OK", notifies=False)], NOW)) == [
        ("warning", "gone: a"),
        ("warning", "without an action, or with actions switched off: b"),
    ]


def test_somebody_is_told():
    some = [topic(ALERTS, YES), topic(OPERATIONS, YES), topic("ChatTopic")]
    assert told(judge_topics(some)) == [
        ("ok", "2 confirmed subscriptions on 3 topics"),
        ("note", "nobody is subscribed to ChatTopic: fine where only AlertsTopic is used"),
    ]


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        (
            [topic(ALERTS), topic(OPERATIONS, YES)],
            [("broken", "nobody has confirmed a subscription to alerts")],
        ),
        (
            [topic(ALERTS, YES), topic(OPERATIONS)],
            [("broken", "nobody has confirmed a subscription to OperationsTopic")],
        ),
        (
            [topic(ALERTS), topic("TeamAlertsTopic", YES), topic(OPERATIONS, YES)],
            [("warning", "nobody has confirmed a subscription to AlertsTopic")],
        ),
        (
            [topic(ALERTS, YES, NOT_YET), topic(OPERATIONS, YES)],
            [("warning", "new@example.com (email) has not confirmed its subscription to AlertsTopic")],
        ),
        (
            [TopicFacts(ALERTS, "arn:a", None), topic("TeamAlertsTopic", YES), topic(OPERATIONS, YES)],
            [("broken", "AlertsTopic is gone")],
        ),
    ],
)
def test_who_is_not_told_is_found(topics, said):
    assert told(judge_topics(topics)) == said


def test_deliveries_that_failed_are_counted_by_topic():
    alerts, operations = topic(ALERTS, YES), topic(OPERATIONS, YES)
    assert told(judge_deliveries([alerts, operations], {alerts.arn: 2, operations.arn: 0})) == [
        ("warning", "2 deliveries of AlertsTopic failed in the last day")
    ]


def test_an_address_in_a_command_is_one_word_of_a_shell():
    hostile = SubscriptionFacts("https", "https://x.example/'; rm -rf / #\n", is_confirmed=False)
    findings = list(judge_topics([topic(ALERTS, YES, hostile), topic(OPERATIONS, YES)]))
    assert findings[0].command.endswith("""--notification-endpoint 'https://x.example/'"'"'; rm -rf / #'""")


@pytest.mark.parametrize(
    ("verified", "said"),
    [
        (None, [("ok", "the account is out of the SMS sandbox")]),
        ({"+15550100"}, [("note", "the account is in the SMS sandbox, and all subscribed numbers are verified in it")]),
        (set(), [("broken", "+15550100 is not verified, and the account is in the SMS sandbox")]),
    ],
)
def test_in_the_sms_sandbox_only_verified_numbers_are_reached(verified, said):
    assert told(judge_sandbox(["+15550100"], verified)) == said


def test_a_number_that_opted_out_is_not_reached():
    assert told(judge_opted_out(["+15550100"])) == [("broken", "+15550100 has opted out of SMS of this account")]


@pytest.mark.parametrize(
    ("limit", "spent", "said"),
    [
        (None, None, ("ok", "0.00 of 1.00 USD for SMS are spent this month (AWS's default)")),
        (50.0, 39.0, ("ok", "39.00 of 50.00 USD for SMS are spent this month (MonthlySpendLimit)")),
        (50.0, 40.0, ("warning", "40.00 of 50.00 USD for SMS are spent this month (MonthlySpendLimit)")),
        (None, 1.0, ("broken", "1.00 of 1.00 USD for SMS are spent this month (AWS's default)")),
    ],
)
def test_money_is_left_for_sms(limit, spent, said):
    assert told(judge_spending(SmsSpending(limit, spent))) == [said]
