import itertools
import time

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.samples import job
from trainstop.adapters.logs import LOG_GROUP, Bounds, CloudWatchLogs

NAME = "demo-cnn-20260115"
RECENT = int(time.time() * 1000) - 60_000
"""CloudWatch Logs refuses events that are older than 14 days."""


@pytest.fixture
def log(clients):
    clients.logs.create_log_group(logGroupName=LOG_GROUP)

    def write(stream, *lines, start=RECENT):
        clients.logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
        events = [{"timestamp": start + number * 10, "message": line} for number, line in enumerate(lines)]
        clients.logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=stream, logEvents=events)

    return write


def test_the_lines_of_all_hosts_come_in_time_order_with_their_host(clients, log):
    log(f"{NAME}/algo-1-1768478600", "a1", "a2")
    log(f"{NAME}/algo-2-1768478600", "b1", start=RECENT + 5)
    evidence = CloudWatchLogs(clients).tail(job())
    assert [(line.host, line.text) for line in evidence.lines] == [("algo-1", "a1"), ("algo-2", "b1"), ("algo-1", "a2")]
    assert (evidence.host_count, evidence.stream_exists, evidence.problem) == (2, True, None)


def test_a_job_whose_name_only_begins_alike_is_another_job(clients, log):
    log(f"{NAME}-2/algo-1-1768478600", "other")
    assert CloudWatchLogs(clients).tail(job()).stream_exists is False


def test_only_the_last_lines_are_read(clients, log):
    log(f"{NAME}/algo-1-1768478600", *(str(number) for number in range(50)))
    evidence = CloudWatchLogs(clients, bounds=Bounds(lines_per_stream=5)).tail(job())
    assert [line.text for line in evidence.lines] == ["45", "46", "47", "48", "49"]


def test_no_log_group_is_evidence_too(clients):
    evidence = CloudWatchLogs(clients).tail(job())
    assert (evidence.stream_exists, evidence.problem) == (False, "the log group or stream does not exist")


def stubbed(clients, streams=1):
    stub = Stubber(clients.logs)
    names = [
        {"logStreamName": f"{NAME}/algo-{number + 1}-1", "lastEventTimestamp": 100 - number}
        for number in range(streams)
    ]
    stub.add_response("describe_log_streams", {"logStreams": names})
    stub.activate()
    return stub


def test_an_empty_page_with_a_new_token_is_not_the_end(clients):
    stub = stubbed(clients)
    stub.add_response("get_log_events", {"events": [], "nextBackwardToken": "t1"})
    stub.add_response("get_log_events", {"events": [{"timestamp": 1, "message": "x"}], "nextBackwardToken": "t2"})
    stub.add_response("get_log_events", {"events": [], "nextBackwardToken": "t2"})
    assert [line.text for line in CloudWatchLogs(clients).tail(job()).lines] == ["x"]


def test_the_number_of_calls_is_bounded_and_the_bound_is_said(clients):
    stub = stubbed(clients)
    for number in range(4):
        stub.add_response(
            "get_log_events", {"events": [{"timestamp": 1, "message": "x"}], "nextBackwardToken": str(number)}
        )
    evidence = CloudWatchLogs(clients, bounds=Bounds(calls=5)).tail(job())
    assert len(evidence.lines) == 4
    assert evidence.problem == "stopped after 5 calls"


def test_the_bytes_are_bounded(clients):
    stub = stubbed(clients)
    stub.add_response("get_log_events", {"events": [{"timestamp": 1, "message": "x" * 100}], "nextBackwardToken": "1"})
    evidence = CloudWatchLogs(clients, bounds=Bounds(total_bytes=100)).tail(job())
    assert evidence.problem == "stopped after 100 bytes"


def test_the_time_is_bounded(clients):
    stubbed(clients)
    ticks = itertools.count(0, 15)
    evidence = CloudWatchLogs(clients, bounds=Bounds(seconds=20), monotonic=lambda: next(ticks)).tail(job())
    assert evidence.problem == "stopped after 20 seconds"


def test_of_too_many_hosts_the_first_and_those_that_fell_silent_first_are_read(clients):
    stub = stubbed(clients, streams=4)
    for _ in range(2):
        stub.add_response("get_log_events", {"events": [{"timestamp": 1, "message": "x"}]})
    evidence = CloudWatchLogs(clients, bounds=Bounds(streams=2, lines_per_stream=1)).tail(job())
    assert {line.host for line in evidence.lines} == {"algo-1", "algo-4"}
    assert evidence.problem == "4 log streams, of which 2 were read"


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_a_log_that_may_not_be_read_is_said_and_does_not_stop_the_alert(clients, code):
    with Stubber(clients.logs) as stub:
        stub.add_client_error("describe_log_streams", code)
        evidence = CloudWatchLogs(clients).tail(job())
    assert evidence.problem == f"the log could not be read: {code}"


def test_an_unexpected_error_is_not_swallowed(clients):
    with Stubber(clients.logs) as stub:
        stub.add_client_error("describe_log_streams", "InvalidParameterException")
        with pytest.raises(ClientError):
            CloudWatchLogs(clients).tail(job())


def test_lines_that_are_not_enough_are_followed_further_back_by_doubling(clients, log):
    log(f"{NAME}/algo-1-1768478600", "the cause", *(f"wrapper {number}" for number in range(30)))
    asked = []

    def enough(lines):
        asked.append(len(lines))
        return any(line.text == "the cause" for line in lines)

    evidence = CloudWatchLogs(clients, bounds=Bounds(lines_per_stream=5)).tail(job(), enough)
    assert asked == [5, 10, 20]
    assert evidence.lines[0].text == "the cause"
    assert len(evidence.lines) == 31


def test_going_back_ends_at_its_bound(clients, log):
    log(f"{NAME}/algo-1-1768478600", *(str(number) for number in range(50)))
    bounds = Bounds(lines_per_stream=5, most_lines_per_stream=12)
    assert len(CloudWatchLogs(clients, bounds=bounds).tail(job(), lambda _: False).lines) == 12
