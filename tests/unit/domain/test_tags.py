import pytest

from tests.samples import describe_answer
from trainstop.domain.decision import Neighbour
from trainstop.domain.neighbours import neighbours_of
from trainstop.domain.tags import owner_of, pipeline_of
from trainstop.domain.training_job import TrainingJob

EXECUTION = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/nightly/execution/abcd1234efgh"


@pytest.mark.parametrize(
    ("tags", "owner"),
    [
        ({"Owner": "alice"}, "alice"),
        ({"created-by": "bob"}, "bob"),
        ({"owner": " ", "user": "carol"}, "carol"),
        ({"team": "vision"}, ""),
    ],
)
def test_the_owner_is_found_however_the_key_is_spelt(tags, owner):
    assert owner_of(tags) == owner


def test_a_pipelines_step_is_known_by_its_tag():
    assert pipeline_of({"sagemaker:pipeline-execution-arn": EXECUTION}) == "nightly"
    assert pipeline_of({"sagemaker:pipeline-execution-arn": "x"}) is None
    assert pipeline_of({}) is None


TUNING = "arn:aws:sagemaker:us-east-1:111122223333:hyper-parameter-tuning-job/hpo"
DECLARES = [{"RuleConfigurationName": "r", "RuleParameters": {"action_json": '{"name": "stoptraining"}'}}]


@pytest.mark.parametrize(
    ("changes", "tags", "neighbour"),
    [
        ({}, {"sagemaker:pipeline-execution-arn": EXECUTION}, Neighbour.PIPELINE),
        ({"TrainingJobName": "AWSBatch-a4d6c728"}, {}, Neighbour.BATCH),
        ({"TuningJobArn": TUNING}, {}, Neighbour.TUNING_JOB),
        ({"AutoMLJobArn": TUNING}, {}, Neighbour.AUTOML),
        ({"RetryStrategy": {"MaximumRetryAttempts": 3}}, {}, Neighbour.SAGEMAKER_RETRIES),
        ({"DebugRuleConfigurations": DECLARES}, {}, Neighbour.DEBUGGER_ACTIONS),
    ],
)
def test_what_else_looks_after_a_job_is_seen(changes, tags, neighbour):
    job = TrainingJob.model_validate(describe_answer(**changes))
    assert neighbours_of(job, tags) == (neighbour,)
    assert neighbours_of(TrainingJob.model_validate(describe_answer()), {}) == ()
