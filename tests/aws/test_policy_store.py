"""Policies in AppConfig. moto has no deployments, so botocore's own stub plays AWS."""

import io

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from trainstop.adapters.policy_store import PolicyStore, PolicyStoreError

PLACE = {"ApplicationId": "appl", "EnvironmentId": "envi"}
PROFILE = {"ApplicationId": "appl", "ConfigurationProfileId": "prof"}


@pytest.fixture(scope="module")
def appconfig():
    return boto3.client("appconfig", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")


@pytest.fixture
def stub(appconfig):
    with Stubber(appconfig) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def store(appconfig):
    return PolicyStore(
        appconfig, application="appl", environment="envi", profile="prof", strategy="strat", pause=lambda _: None
    )


def versions(*numbers):
    return {"Items": [{"VersionNumber": number} for number in numbers]}


def deployments(*finished, **states):
    done = [
        {"DeploymentNumber": place, "ConfigurationVersion": str(number), "State": "COMPLETE"}
        for place, number in enumerate(finished, start=1)
    ]
    return {"Items": [*reversed(done), *states.get("others", [])]}


def content(text, number):
    raw = text.encode()
    return {"Content": StreamingBody(io.BytesIO(raw), len(raw)), "VersionNumber": number, "Description": "why"}


def start(stub, number, *states):
    stub.add_response(
        "start_deployment",
        {"DeploymentNumber": 9},
        PLACE
        | {
            "ConfigurationProfileId": "prof",
            "ConfigurationVersion": str(number),
            "DeploymentStrategyId": "strat",
        },
    )
    for state in states:
        stub.add_response("get_deployment", {"State": state}, PLACE | {"DeploymentNumber": 9})


def test_a_push_is_a_new_version_that_is_waited_for_until_it_is_in_force(stub, store):
    stub.add_response("list_hosted_configuration_versions", versions(2, 3, 1), PROFILE | {"MaxResults": 50})
    stub.add_response(
        "create_hosted_configuration_version",
        {"VersionNumber": 4},
        PROFILE
        | {
            "Content": b"version: 1",
            "ContentType": "application/x-yaml",
            "Description": "why",
            "LatestVersionNumber": 3,
        },
    )
    start(stub, 4, "DEPLOYING", "BAKING", "COMPLETE")
    assert store.push("version: 1", "why") == 4


def test_of_two_pushes_at_a_time_one_is_refused(stub, store):
    stub.add_response("list_hosted_configuration_versions", versions(3))
    stub.add_client_error("create_hosted_configuration_version", "ConflictException")
    with pytest.raises(PolicyStoreError, match="somebody else pushed"):
        store.push("version: 1", "")


def test_a_push_that_meets_a_deployment_under_way_says_so(stub, store):
    stub.add_client_error("start_deployment", "ConflictException")
    with pytest.raises(PolicyStoreError, match="another deployment is under way"):
        store.deploy(4)


def test_a_deployment_that_is_rolled_back_is_no_success(stub, store):
    start(stub, 4, "DEPLOYING", "ROLLED_BACK")
    with pytest.raises(PolicyStoreError, match="its deployment is ROLLED_BACK"):
        store.deploy(4)


def test_the_policy_in_force_is_the_one_deployed_last(stub, store):
    stub.add_response("list_deployments", deployments(1, 2, 5), PLACE)
    stub.add_response("get_hosted_configuration_version", content("rules: x", 5), PROFILE | {"VersionNumber": 5})
    stored = store.in_force()
    assert (stored.number, stored.text, stored.description) == (5, "rules: x", "why")


def test_the_version_before_is_another_one(stub, store):
    stub.add_response("list_deployments", deployments(1, 4, 5, 5), PLACE)
    stub.add_response("get_hosted_configuration_version", content("rules: x", 4), PROFILE | {"VersionNumber": 4})
    assert store.previous().number == 4


def test_without_an_earlier_version_there_is_no_way_back(stub, store):
    stub.add_response("list_deployments", deployments(1))
    with pytest.raises(PolicyStoreError, match="no earlier version"):
        store.previous()


def test_a_version_that_is_not_there_is_named(stub, store):
    stub.add_client_error("get_hosted_configuration_version", "ResourceNotFoundException")
    with pytest.raises(PolicyStoreError, match="no version 7"):
        store.version(7)
