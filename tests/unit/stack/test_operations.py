import pytest

from tests.unit.stack.template import FUNCTIONS, Node, properties, resources

ALARMS = resources("AWS::CloudWatch::Alarm")
DEAD_LETTERS = sorted(queue for queue in resources("AWS::SQS::Queue") if queue.endswith("DeadLetterQueue"))


def alarms_on(metric: str) -> dict[str, Node]:
    """The alarms on a metric, by the logical id of the resource that it is of."""
    found = {}
    for alarm in ALARMS.values():
        if alarm["MetricName"] == metric:
            (dimension,) = alarm["Dimensions"]
            value = dimension["Value"]
            found[value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]] = alarm
    return found


def test_the_first_dead_letter_rings_whichever_queue_it_is_in() -> None:
    alarms = alarms_on("ApproximateNumberOfMessagesVisible")
    assert sorted(alarms) == DEAD_LETTERS
    for alarm in alarms.values():
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)


def test_the_first_error_of_any_function_rings() -> None:
    alarms = alarms_on("Errors")
    assert sorted(alarms) == sorted(f"{name}Function" for name in FUNCTIONS)
    for alarm in alarms.values():
        assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
            "Sum",
            "GreaterThanOrEqualToThreshold",
            1,
        )


def test_waiting_rings_before_a_message_becomes_a_dead_letter() -> None:
    (alarm,) = alarms_on("ApproximateAgeOfOldestMessage").values()
    queue = properties("WatchQueue")
    assert alarm["Threshold"] < queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]


def test_functions_that_lag_behind_the_stream_ring_within_its_day() -> None:
    alarms = alarms_on("IteratorAge")
    assert sorted(alarms) == ["ArchiveFunction", "NotifyFunction"]
    assert all(alarm["Threshold"] < 24 * 3600 * 1000 for alarm in alarms.values())


def test_silence_of_the_sweep_rings() -> None:
    (alarm,) = alarms_on("Invocations").values()
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 30 * 60
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_reaches_those_who_run_trainstop_and_says_what_it_means(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "OperationsTopic"}]
    assert ALARMS[name]["AlarmDescription"]
    if name != "SweepMissingAlarm":
        assert ALARMS[name]["TreatMissingData"] == "notBreaching"
