import json
from io import BytesIO

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from tests.unit.records.made import at
from trainstop.adapters.webhooks import WebhooksTable
from trainstop.cli.aws import Deployment
from trainstop.domain.delivery import Answer
from trainstop.domain.webhook import MAX_WEBHOOKS

URL = "https://hooks.example.com/trainstop"


def parameters(cloud):
    path = f"/trainstop/stack-{cloud.number}/webhooks"
    pages = cloud.clients["ssm"].get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True)
    found = (each for page in pages for each in page["Parameters"])
    return {each["Name"].rsplit("/", 1)[-1]: json.loads(each["Value"]) for each in found}


def add(trainstop, *options):
    return json.loads(trainstop("webhook", "add", URL, *options, "--json").stdout)


def registry(cloud):
    return WebhooksTable(Deployment(None).clients, cloud.table)


def listed(trainstop):
    return json.loads(trainstop("webhook", "list", "--json").stdout)


def test_a_webhook_is_registered_and_its_secret_printed_once(trainstop, cloud):
    result = trainstop("webhook", "add", URL, "--severity", "high", "--severity", "critical", "--audience", "platform")
    first, second = result.stdout.splitlines()
    ((webhook_id, kept),) = parameters(cloud).items()
    assert first == f"webhook {webhook_id} registered; it takes severity high, critical; audience platform"
    assert second == f"secret: {kept['current']}"
    assert len(kept["current"]) == 43
    assert "not shown again" in result.stderr
    assert kept["current"] not in trainstop("webhook", "list").stdout
    (entry,) = listed(trainstop)
    assert (entry["webhook_id"], entry["url"]) == (webhook_id, URL)
    assert entry["created_by"].startswith("arn:aws:sts::")


@pytest.mark.parametrize("url", ["http://hooks.example.com/", "hooks.example.com", "https://me:pw@hooks.example.com/"])
def test_an_address_that_cannot_be_is_wrong_usage_and_leaves_nothing(trainstop, cloud, url):
    result = trainstop("webhook", "add", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("trainstop: the address: it ")
    assert (parameters(cloud), listed(trainstop)) == ({}, [])


def test_one_too_many_is_refused_and_leaves_no_secret(trainstop, cloud):
    for _ in range(MAX_WEBHOOKS):
        add(trainstop)
    result = trainstop("webhook", "add", URL)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(parameters(cloud)) == MAX_WEBHOOKS


def test_the_list_shows_how_deliveries_go(trainstop, cloud, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    fine, broken, new = (add(trainstop, *options)["webhook_id"] for options in ((), ("--change", "told"), ()))
    registry(cloud).note(fine, at("2026-01-15 12:00:00"), Answer(200))
    registry(cloud).note(broken, at("2026-01-15 11:00:00"), Answer(503))
    registry(cloud).note(broken, at("2026-01-15 12:00:00"), Answer(None, "connection refused"))
    header, *rows = trainstop("webhook", "list").stdout.splitlines()
    by_id = {row.split()[0]: row for row in rows}
    assert header.split() == ["id", "address", "takes", "last", "delivery", "(UTC)", "state"]
    assert by_id[fine].split("  ")[-1].strip() == "ok"
    assert "01-15 12:00 200 OK" in by_id[fine]
    assert "01-15 12:00 connection refused" in by_id[broken]
    assert "change told" in by_id[broken]
    assert by_id[broken].endswith("FAILING since 01-15 11:00")
    assert by_id[new].endswith("not tried yet")


def test_a_secret_is_rotated_with_an_overlap(trainstop, cloud):
    made = add(trainstop)
    renewed = json.loads(trainstop("webhook", "rotate", made["webhook_id"], "--json").stdout)
    (kept,) = parameters(cloud).values()
    assert (kept["current"], kept["previous"]) == (renewed["secret"], made["secret"])
    assert made["secret"] != renewed["secret"]
    assert "previous_until" in kept


def test_a_secret_that_leaked_is_replaced_at_once(trainstop, cloud):
    made = add(trainstop)
    result = trainstop("webhook", "rotate", made["webhook_id"], "--overlap-hours", "0")
    (kept,) = parameters(cloud).values()
    assert set(kept) == {"current"}
    assert result.stdout.startswith(f"webhook {made['webhook_id']} has a new secret; the old secret signs no more\n")


def test_a_webhook_is_removed_with_its_secret(trainstop, cloud):
    made = add(trainstop)
    assert trainstop("webhook", "remove", made["webhook_id"]).stdout == f"webhook {made['webhook_id']} is removed\n"
    assert (parameters(cloud), listed(trainstop)) == ({}, [])


def test_a_removal_that_broke_off_can_be_ended(trainstop, cloud):
    made = add(trainstop)
    registry(cloud).remove(made["webhook_id"])
    assert trainstop("webhook", "remove", made["webhook_id"]).exit_code == 0
    assert parameters(cloud) == {}


@pytest.mark.parametrize("command", ["rotate", "remove", "test"])
@pytest.mark.parametrize("webhook_id", ["ffffffff", "../../other"])
def test_what_is_not_registered_is_said_to_be_so(trainstop, cloud, command, webhook_id):
    result = trainstop("webhook", command, webhook_id)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"no webhook {webhook_id}" in result.stderr
    assert parameters(cloud) == {}


def answered(cloud, payload, **more):
    """What the function answers to ``{"ping": ...}``."""
    text = json.dumps(payload).encode()
    stub = Stubber(cloud.clients["lambda"])
    stub.add_response("invoke", {"Payload": StreamingBody(BytesIO(text), len(text)), "StatusCode": 200, **more})
    return stub


def test_a_ping_shows_what_the_receiver_answered(trainstop, cloud):
    made = add(trainstop)
    with answered(cloud, {"status": 200, "problem": "", "text": "pong", "seconds": 0.123}):
        result = trainstop("webhook", "test", made["webhook_id"])
    assert (result.exit_code, result.stdout) == (0, "200 OK after 0.12 s: pong\n")


def test_a_ping_that_is_not_taken_is_a_no(trainstop, cloud):
    made = add(trainstop)
    with answered(cloud, {"status": None, "problem": "connection refused", "text": "", "seconds": 0.001}):
        result = trainstop("webhook", "test", made["webhook_id"])
    assert (result.exit_code, result.stdout) == (1, "connection refused after 0.00 s\n")


def test_a_function_that_fails_is_trouble_with_aws(trainstop, cloud):
    made = add(trainstop)
    with answered(cloud, {"errorMessage": "no such table"}, FunctionError="Unhandled"):
        result = trainstop("webhook", "test", made["webhook_id"])
    assert result.exit_code == 3
    assert "the function failed: no such table" in result.stderr
