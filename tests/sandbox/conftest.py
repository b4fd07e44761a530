"""The simulated SageMaker over its HTTP API, by the same client that users have."""

import json
import threading
import urllib.request

import boto3
import pytest

from sandbox.simulator.__main__ import server
from tests.sandbox.simulated import ACCOUNT, RecordingAccount


@pytest.fixture
def account():
    return RecordingAccount()


@pytest.fixture
def url(account, monkeypatch):
    # The server sets it for its process; other tests of this one have moto's own account.
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    serving = server(ACCOUNT, "us-east-1", account)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}"
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


@pytest.fixture
def control(url):
    def call(method, path, body=None):
        request = urllib.request.Request(f"{url}/_sandbox/{path}", json.dumps(body or {}).encode(), method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - this test's own server
            return json.loads(answer.read())

    call("PUT", "settings", {"stage_seconds": 0.05, "stop_seconds": 0.1, "trail_seconds": 0.05})
    return call


@pytest.fixture
def sagemaker(url, control):  # noqa: ARG001 - the pace is set first
    return boto3.client(
        "sagemaker",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="sandbox",
    )
