"""What ``trainstop doctor`` asks IAM is what the template grants."""

import json
import re

import pytest

from tests.unit.doctor.deployments import stack
from tests.unit.stack.needed import FILE, needed
from tests.unit.stack.template import template
from trainstop.app.doctor import permissions
from trainstop.domain.deployed import StackResource

STREAM = "arn:aws:dynamodb:us-east-1:111122223333:table/t/stream/2026-11-21T00:00:00.000"


def whole_stack(**parameters):
    """Every resource of the template, with ids of the form that CloudFormation gives."""
    forms = {
        "AWS::SQS::Queue": "https://sqs.us-east-1.amazonaws.com/111122223333/{}",
        "AWS::SNS::Topic": "arn:aws:sns:us-east-1:111122223333:{}",
    }
    kinds = {"AWS::Serverless::Function": "AWS::Lambda::Function"}
    resources = tuple(
        StackResource(name, kinds.get(body["Type"], body["Type"]), forms.get(body["Type"], "{}").format(name))
        for name, body in template()["Resources"].items()
    )
    return stack(resources=resources, **parameters)


def asked(questions):
    return {(each.role, action, each.resource_arn) for each in questions for action in each.actions}


def test_the_file_is_made_from_this_template() -> None:
    """After a change of the roles: python -m tests.unit.stack.needed."""
    assert json.loads(FILE.read_text(encoding="utf-8")) == needed()


def test_every_condition_of_a_statement_is_known() -> None:
    for condition in {name for each in permissions.needed() for name in each.only_if}:
        assert permissions.holds(condition, whole_stack()) in {True, False}


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"AllowStop": "false"},
        {"ResubmitRoles": ""},
        {"DebuggerTopicMode": "none"},
        {"TrailBucket": "", "CreateTrail": "false"},
        {"TrailBucket": "", "CreateTrail": "true"},
    ],
)
def test_every_resource_becomes_an_arn(parameters) -> None:
    must, must_not = permissions.questions(whole_stack(**parameters), STREAM)
    arns = {arn for _, _, arn in asked([*must, *must_not])}
    assert arns - {"*"} == {arn for arn in arns if re.fullmatch(r"arn:aws:[a-z0-9]+:[a-z0-9-]*:\d*:[^*$]+", arn)}


def test_stopping_is_needed_where_it_is_allowed_and_forbidden_where_it_is_not() -> None:
    stop = (
        "WatchRole",
        "sagemaker:StopTrainingJob",
        "arn:aws:sagemaker:us-east-1:111122223333:training-job/trainstop-doctor",
    )
    must, must_not = permissions.questions(whole_stack(), STREAM)
    assert stop in asked(must) - asked(must_not)
    must, must_not = permissions.questions(whole_stack(AllowStop="false"), STREAM)
    assert stop in asked(must_not) - asked(must)


@pytest.mark.parametrize(
    ("parameters", "log"),
    [
        ({"TrailPrefix": "org/audit"}, "trail-bucket/org/audittrainstop-doctor"),
        ({}, "trail-bucket/trainstop-doctor"),
        ({"TrailBucket": "", "CreateTrail": "true"}, "TrailLogsBucket/trainstop-doctor"),
        ({"TrailBucket": ""}, None),
    ],
)
def test_report_has_to_read_the_logs_of_the_trail_that_there_is(parameters, log) -> None:
    must, must_not = permissions.questions(whole_stack(**parameters), STREAM)
    read = {arn for role, action, arn in asked(must) if (role, action) == ("ReportRole", "s3:GetObject")}
    asks = ("ReportRole", "athena:StartQueryExecution") in {(role, action) for role, action, _ in asked(must)}
    assert asks is (log is not None)
    assert {arn for arn in read if "rail" in arn.removesuffix("trainstop-doctor")} == (
        {f"arn:aws:s3:::{log}"} if log else set()
    )
    assert "ReportRole" not in {role for role, _, _ in asked(must_not)}


def test_roles_that_are_passed_are_those_of_the_parameter_each_with_its_service() -> None:
    must, _ = permissions.questions(whole_stack(), STREAM)
    passed = {
        (each.resource_arn, each.context["iam:PassedToService"]) for each in must if "iam:PassRole" in each.actions
    }
    assert passed == {
        ("arn:aws:iam::111122223333:role/training", "sagemaker.amazonaws.com"),
        ("arn:aws:iam::111122223333:role/other", "sagemaker.amazonaws.com"),
        ("arn:aws:iam::111122223333:role/RetrySchedulesRole", "scheduler.amazonaws.com"),
    }


def test_a_role_that_the_stack_has_not_is_not_asked_about() -> None:
    must, must_not = permissions.questions(stack(resources=()), STREAM)
    assert must == must_not == []
