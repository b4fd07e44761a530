"""Changes of incidents, outside of trainstop: at a webhook's receiver, and at a rule of somebody else's."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from trainstop.domain.signature import signature

FAILED = {"do": "status", "at_seconds": 1, "status": "Failed", "failure_reason": "AlgorithmError: exit code: 1"}
TIMELINE = [{"do": "status", "at_seconds": 0.2, "status": "Training"}, FAILED]


class Receiver(ThreadingHTTPServer):
    """Answers with the next of its statuses, the last one for ever, and keeps what it got."""

    def __init__(self, *statuses):
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = list(statuses)
        self.requests = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"

    def about(self, job):
        """The headers and bodies of requests about a job."""
        return [(headers, body) for headers, body in self.requests if job.encode() in body]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.end_headers()
        self.wfile.write(b"heard")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def receiver(stack):
    """Opens receivers and registers them; takes them out again."""
    with contextlib.ExitStack() as closing:

        def register(*statuses, options=()):
            server = closing.enter_context(Receiver(*statuses))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            closing.callback(server.shutdown)
            made = json.loads(stack.trainstop("webhook", "add", server.url, *options, "--json").stdout)
            closing.callback(stack.trainstop, "webhook", "remove", made["webhook_id"])
            return server, made

        yield register


def listed(stack, webhook_id):
    every = json.loads(stack.trainstop("webhook", "list", "--json").stdout)
    return next(each for each in every if each["webhook_id"] == webhook_id)


def verifies(secret, headers, body):
    return headers["trainstop-signature"] == signature(secret, int(headers["trainstop-timestamp"]), body)


def test_a_receiver_that_was_busy_gets_a_signed_change_later(stack, wait, tmp_path, receiver):
    job = "e2e-webhook-1"
    server, made = receiver(503, 200, options=("--severity", "high", "--change", "told"))
    stack.play(tmp_path, jobs=[{"name": job, "timeline": TIMELINE}])
    wait(lambda: len(server.about(job)) >= 2)
    wait(lambda: stack.queue_depth("WebhookQueueUrl") == 0)
    (refused, first), (headers, body) = server.about(job)
    assert first == body
    assert verifies(made["secret"], headers, body)
    assert refused["trainstop-delivery"] == headers["trainstop-delivery"]
    assert int(headers["trainstop-timestamp"]) - int(refused["trainstop-timestamp"]) >= 9
    change = json.loads(body)
    (incident,) = stack.incidents(job)
    assert (change["schema"], change["change"]) == ("trainstop.incident-change/1", "told")
    assert change["change_id"] == f"{incident['incident_id']}.told"
    assert change["incident"]["job"]["name"] == job
    state = wait(lambda: listed(stack, made["webhook_id"]))
    assert (state["last_result"], state["failing_since"]) == ("200 OK", None)


def test_what_a_receiver_refuses_is_set_aside_and_redriven(stack, wait, tmp_path, receiver):
    job = "e2e-webhook-refused-1"
    server, made = receiver(410, 200, options=("--change", "recorded"))
    stack.play(tmp_path, jobs=[{"name": job, "timeline": TIMELINE}])
    wait(lambda: stack.queue_depth("WebhookDeadLetterQueueUrl") == 1)
    assert len(server.about(job)) == 1
    state = listed(stack, made["webhook_id"])
    assert (state["last_result"], bool(state["failing_since"])) == ("410 Gone", True)
    # Other tests may have left what nobody can replay.
    assert stack.trainstop("replay", "--dead-letters", check=False).stdout.startswith("1 replayed, ")
    wait(lambda: len(server.about(job)) == 2)
    headers, body = server.about(job)[-1]
    assert verifies(made["secret"], headers, body)


def test_a_ping_tells_whether_the_stack_reaches_a_receiver(stack, receiver):
    server, made = receiver(200)
    assert "200 OK" in stack.trainstop("webhook", "test", made["webhook_id"]).stdout
    ((headers, body),) = [each for each in server.requests if b"trainstop.ping/1" in each[1]]
    assert verifies(made["secret"], headers, body)
    renewed = json.loads(stack.trainstop("webhook", "rotate", made["webhook_id"], "--json").stdout)
    stack.trainstop("webhook", "test", made["webhook_id"])
    headers, body = server.requests[-1]
    timestamp = int(headers["trainstop-timestamp"])
    expected = [signature(secret, timestamp, body) for secret in (renewed["secret"], made["secret"])]
    assert headers["trainstop-signature"].split(",") == expected


def test_a_rule_of_somebody_elses_gets_each_change_of_an_incident(stack, wait, tmp_path):
    job = "e2e-bus-1"
    events, sqs = stack.client("events"), stack.client("sqs")
    url = sqs.create_queue(QueueName="somebody-elses")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["trainstop"], "detail": {"incident": {"job": {"name": [{"prefix": "e2e-bus-"}]}}}}
    events.put_rule(Name="somebody-elses", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="somebody-elses", Targets=[{"Id": "queue", "Arn": arn}])
    stack.play(tmp_path, jobs=[{"name": job, "timeline": TIMELINE}])
    seen = {}

    def changes():
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])
            seen[event["detail"]["change"]] = event
        return len(seen) == 2

    wait(changes)
    (incident,) = stack.incidents(job)
    assert {name: event["detail"]["change_id"] for name, event in seen.items()} == {
        name: f"{incident['incident_id']}.{name}" for name in ("recorded", "told")
    }
    assert seen["recorded"]["resources"] == [incident["job"]["arn"]]
    assert len(stack.incidents(job)) == 1
    events.remove_targets(Rule="somebody-elses", Ids=["queue"])
    events.delete_rule(Name="somebody-elses")
