import json

import pytest
from botocore.stub import ANY, Stubber

from tests.unit.records.made import a_job, an_incident, at
from trainstop.adapters.bus import BusChanges
from trainstop.domain.change import Change

TOLD = at("2026-01-15 12:00:09")


def test_a_change_reaches_whoever_has_a_rule_for_it(clients):
    url = clients.sqs.create_queue(QueueName="mine")["QueueUrl"]
    arn = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["trainstop"], "detail": {"change": ["told"], "incident": {"severity": ["high"]}}}
    clients.events.put_rule(Name="mine", EventPattern=json.dumps(pattern))
    clients.events.put_targets(Rule="mine", Targets=[{"Id": "mine", "Arn": arn}])
    incident = an_incident()
    for change in (Change.RECORDED, Change.TOLD):
        BusChanges(clients).publish(change, incident, TOLD)
    (message,) = clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    event = json.loads(message["Body"])
    assert (event["source"], event["detail-type"]) == ("trainstop", "trainstop Incident Change")
    assert event["resources"] == [incident.job.arn]
    assert event["detail"]["change_id"] == f"{incident.incident_id}.told"


def test_a_change_that_the_bus_does_not_take_is_an_error_so_that_the_stream_repeats_it(clients):
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "x"}]}
    with Stubber(clients.events) as stub:
        stub.add_response("put_events", refused, {"Entries": ANY})
        with pytest.raises(RuntimeError, match="InternalFailure"):
            BusChanges(clients).publish(Change.TOLD, an_incident(), TOLD)


def test_the_change_of_a_job_that_never_existed_has_no_resource(clients):
    answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    with Stubber(clients.events) as stub:
        entry = {"Source": ANY, "DetailType": ANY, "Detail": ANY, "Time": TOLD, "Resources": []}
        stub.add_response("put_events", answer, {"Entries": [entry]})
        BusChanges(clients).publish(Change.TOLD, an_incident(job=a_job(arn=None)), TOLD)
        stub.assert_no_pending_responses()
