import pytest

from tests.samples import describe_answer
from trainstop.domain.decision import Neighbour
from trainstop.domain.neighbours import neighbours_of
from trainstop.domain.tags import OwnerSource, execution_of, owner_by_tags, owner_of, pipeline_of, team_of
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


PROFILE = "arn:aws:sagemaker:us-east-1:111122223333:user-profile/d-abcdefghijkl/alice"
SPACE = "arn:aws:sagemaker:us-east-1:111122223333:space/d-abcdefghijkl/everybodys"


@pytest.mark.parametrize(
    ("saying", "tags", "owner"),
    [
        ("Studio's own tag", {"sagemaker:user-profile-arn": PROFILE}, ("alice", OwnerSource.USER_PROFILE)),
        ("a profile's name", {"sagemaker-user-profile": "alice"}, ("alice", OwnerSource.USER_PROFILE)),
        (
            "a person's word goes before Studio's",
            {"sagemaker:user-profile-arn": PROFILE, "owner": "bob"},
            ("bob", OwnerSource.TAG),
        ),
        ("a shared space names nobody", {"sagemaker:space-arn": SPACE}, ("", OwnerSource.UNKNOWN)),
    ],
)
def test_the_owner_comes_with_what_names_it(saying, tags, owner):
    assert owner_by_tags(tags) == owner, saying


@pytest.mark.parametrize(
    ("tags", "team"),
    [
        ({"TEAM": "vision"}, "vision"),
        ({"team-name": "x"}, "x"),
        ({"team": "b", "Team": "a"}, "a"),
        ({"team": "b", "Team": " "}, "b"),
        ({"team": "", "project": "p"}, "p"),
        ({"teams": "x"}, ""),
    ],
)
def test_the_team_is_found_however_the_key_is_spelt(tags, team):
    assert team_of(tags) == team


def test_a_pipelines_step_is_known_by_its_tag():
    assert execution_of({"sagemaker:pipeline-execution-arn": EXECUTION}) == "abcd1234efgh"
    assert execution_of({}) is None
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
