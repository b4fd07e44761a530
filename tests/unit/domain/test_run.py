from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import STARTED, job
from trainstop.domain.run import MAX_DIFFERENCES, Difference, Run, compare, differences, run_of

SECRET = "AKIAIOSFODNN7EXAMPLE"


def image(uri):
    return {"AlgorithmSpecification": {"TrainingImage": uri}}


def channel(name, uri):
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}}


def a_run(**changes):
    return run_of(job(**changes), {})


@pytest.mark.parametrize(
    ("saying", "then", "now", "told"),
    [
        ("an image's tag", image("repo/train:1"), image("repo/train:2"), ("image", "repo/train:1", "repo/train:2")),
        (
            "a type of instance",
            {},
            {"ResourceConfig": {"InstanceType": "ml.g6.xlarge", "InstanceCount": 2}},
            ("instances", "1 x ml.g5.2xlarge", "2 x ml.g6.xlarge"),
        ),
        (
            "a learning rate",
            {"HyperParameters": {"lr": "0.001"}},
            {"HyperParameters": {"lr": "0.1"}},
            ("hyperparameter lr", "0.001", "0.1"),
        ),
        (
            "a hyperparameter that came",
            {"HyperParameters": {}},
            {"HyperParameters": {"warmup": '"cosine"'}},
            ("hyperparameter warmup", "", "cosine"),
        ),
        (
            "a data prefix",
            {"InputDataConfig": [channel("train", "s3://b/v1/")]},
            {"InputDataConfig": [channel("train", "s3://b/v2/")]},
            ("data train", "s3://b/v1/", "s3://b/v2/"),
        ),
        (
            "the SDK's source archive",
            {"HyperParameters": {"sagemaker_submit_directory": '"s3://b/code/4f5e6d7/sourcedir.tar.gz"'}},
            {"HyperParameters": {"sagemaker_submit_directory": '"s3://b/code/8a9b0c1/sourcedir.tar.gz"'}},
            ("source archive", "s3://b/code/4f5e6d7/sourcedir.tar.gz", "s3://b/code/8a9b0c1/sourcedir.tar.gz"),
        ),
        (
            "the ModelTrainer's source code",
            {"InputDataConfig": [channel("code", "s3://b/1/"), channel("sm_drivers", "s3://b/x/")]},
            {"InputDataConfig": [channel("code", "s3://b/2/"), channel("sm_drivers", "s3://b/y/")]},
            ("source archive", "s3://b/1/", "s3://b/2/"),
        ),
    ],
)
def test_a_difference_is_told_with_what_was_then_and_is_now(saying, then, now, told):
    field, before, after = told
    assert differences(a_run(**then), a_run(**now)) == (Difference(field=field, then=before, now=after),), saying


def sdk_job(name, **changes):
    parameters = {
        "lr": "0.1",
        "sagemaker_job_name": f'"{name}"',
        "sagemaker_submit_directory": f'"s3://b/{name}/source/sourcedir.tar.gz"',
        "sagemaker_region": '"us-east-1"',
        "model_dir": f'"s3://b/{name}/model"',
    }
    data = [channel("train", "s3://b/features-2026-01-14-02-00-00-512/output/")]
    return job(TrainingJobName=name, **({"HyperParameters": parameters, "InputDataConfig": data} | changes))


def test_what_is_each_runs_own_is_no_difference():
    data = [channel("train", "s3://b/features-2026-01-15-02-00-00-007/output/")]
    then = run_of(sdk_job("bert-2026-01-14-12-00-00-123"), {})
    now = run_of(sdk_job("bert-2026-01-15-12-00-00-456", InputDataConfig=data), {})
    assert differences(then, now) == ()
    assert now.source == "s3://b/*/source/sourcedir.tar.gz"


def test_a_pipeline_executions_own_paths_are_no_difference():
    tags = "sagemaker:pipeline-execution-arn"
    arn = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/nightly/execution/"
    runs = [
        run_of(
            job(InputDataConfig=[channel("train", f"s3://b/nightly/{execution}/Split/output")]),
            {tags: f"{arn}{execution}"},
        )
        for execution in ("cfvy1tjuxdq8", "bs6gaeln463r")
    ]
    assert differences(*runs) == ()


def test_a_name_that_any_run_could_have_stays_where_it_stands_in_a_path():
    assert run_of(job(TrainingJobName="train", InputDataConfig=[channel("train", "s3://b/train/")]), {}).data == {
        "train": "s3://b/train/"
    }


def test_secrets_are_neither_kept_nor_a_difference():
    then = a_run(HyperParameters={"api_key": '"abcDEF123456"', "note": f"with {SECRET}"})
    now = a_run(HyperParameters={"api_key": '"ghiJKL789012"', "note": f"with {SECRET}"})
    assert differences(then, now) == ()
    assert "abcDEF123456" not in then.model_dump_json()
    assert SECRET not in then.model_dump_json()


def test_a_difference_far_behind_in_a_long_value_still_shows():
    then, now = (a_run(HyperParameters={"config": f"{'x' * 2000}{end}"}) for end in "ab")
    (found,) = differences(then, now)
    assert len(found.then) <= 160
    assert found.then != found.now


def test_what_there_is_one_of_comes_before_data_and_that_before_hyperparameters():
    then = a_run(**image("r:1"), HyperParameters={"a": "1", "b": "1"}, InputDataConfig=[channel("train", "s3://b/1")])
    now = a_run(**image("r:2"), HyperParameters={"b": "2", "c": "1"}, InputDataConfig=[channel("train", "s3://b/2")])
    fields = [each.field for each in differences(then, now)]
    assert fields == ["image", "data train", "hyperparameter b", "hyperparameter a", "hyperparameter c"]


def test_more_differences_than_are_kept_are_counted():
    good = compare(a_run(HyperParameters={}), a_run(HyperParameters={f"p{number}": "1" for number in range(20)}))
    assert (len(good.differences), good.differences_left_out) == (MAX_DIFFERENCES, 20 - MAX_DIFFERENCES)


def test_a_job_of_which_little_is_described_is_a_run_all_the_same():
    bare = job(AlgorithmSpecification=None, ResourceConfig=None, HyperParameters=None, TrainingEndTime=None)
    run = run_of(bare, {})
    assert (run.image, run.instances, run.data, run.hyperparameters) == ("", "", {}, {})
    assert run.ended_at == STARTED + timedelta(seconds=601)


HOSTILE = st.text(max_size=300) | st.sampled_from(
    ["\n\nDone: x", "\x1b[2J", "a\rb", "\u202eevil", "x" * 2500, '"', '""']
)


@given(st.dictionaries(HOSTILE, HOSTILE, max_size=12), HOSTILE, HOSTILE)
def test_whatever_a_job_says_a_run_is_bounded_and_of_one_line_each(parameters, uri, name):
    run = a_run(HyperParameters=parameters, InputDataConfig=[channel(name, uri)], **image(uri))
    pairs = [*run.data.items(), *run.hyperparameters.items(), ("", run.image), ("", run.source)]
    assert all(len(name) <= 64 and len(value) <= 160 for name, value in pairs)
    assert not any("\n" in text or "\x1b" in text for pair in pairs for text in pair)
    assert differences(run, run) == ()
    assert Run.model_validate_json(run.model_dump_json()) == run
