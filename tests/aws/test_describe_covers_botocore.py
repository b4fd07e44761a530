"""The model of a job against botocore's own description of DescribeTrainingJob."""

from datetime import datetime
from typing import get_args, get_origin

import botocore.session
import pytest

from trainstop.domain.base import AwsShape
from trainstop.domain.training_job import TrainingJob

SCALARS = {
    "string": str,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": bool,
    "timestamp": datetime,
}


def output_shape():
    model = botocore.session.get_session().get_service_model("sagemaker")
    return model.operation_model("DescribeTrainingJob").output_shape


def without_none(annotation):
    arguments = [each for each in get_args(annotation) if each is not type(None)]
    return arguments[0] if type(None) in get_args(annotation) else annotation


def problems(shape, model, path):
    fields = {field.alias: without_none(field.annotation) for field in model.model_fields.values()}
    for member, inner in shape.members.items():
        here = f"{path}.{member}"
        if member not in fields:
            yield f"{here} is missing"
            continue
        yield from type_problems(inner, fields[member], here)


def type_problems(shape, annotation, path):
    if shape.type_name in SCALARS:
        if annotation is not SCALARS[shape.type_name]:
            yield f"{path} is {annotation}, botocore says {shape.type_name}"
    elif shape.type_name == "list":
        if get_origin(annotation) is not tuple:
            yield f"{path} is {annotation}, botocore says list"
        else:
            yield from type_problems(shape.member, get_args(annotation)[0], f"{path}[]")
    elif shape.type_name == "map":
        if annotation != dict[str, str]:
            yield f"{path} is {annotation}, botocore says map"
    elif not (isinstance(annotation, type) and issubclass(annotation, AwsShape)):
        yield f"{path} is {annotation}, botocore says structure"
    else:
        yield from problems(shape, annotation, path)


def test_every_member_of_the_response_is_modelled_with_its_type():
    assert list(problems(output_shape(), TrainingJob, "TrainingJob")) == []


def test_the_walk_notices_a_missing_member():
    class Poor(AwsShape):
        training_job_name: str

    assert "TrainingJob.FailureReason is missing" in list(problems(output_shape(), Poor, "TrainingJob"))


def test_the_walk_notices_another_type():
    class Wrong(AwsShape):
        training_job_name: int

    found = list(problems(output_shape(), Wrong, "TrainingJob"))
    assert any(each.startswith("TrainingJob.TrainingJobName is") for each in found)


@pytest.mark.parametrize("key", ["HyperParameters", "SecondaryStatusTransitions", "ResourceConfig", "FailureReason"])
def test_a_key_with_null_is_an_absent_key(key):
    arn = "arn:aws:sagemaker:us-east-1:111122223333:training-job/a"
    body = {"TrainingJobName": "a", "TrainingJobArn": arn, "TrainingJobStatus": "Failed"}
    assert TrainingJob.model_validate(body | {key: None}) == TrainingJob.model_validate(body)
