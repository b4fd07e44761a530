import json
from pathlib import Path

import pytest

from sandbox import scenario, scenario_file

SCENARIOS = sorted((Path(scenario.__file__).parent / "scenarios").glob("*.json"))
TRAINING = {"do": "status", "at_seconds": 1, "status": "Training"}


@pytest.mark.parametrize("path", [p for p in SCENARIOS if not p.name.endswith(".expected.json")], ids=lambda p: p.name)
def test_every_scenario_that_is_shipped_can_be_played(path):
    assert scenario_file.read(path).title


def test_the_schema_in_the_repository_is_the_one_of_the_models():
    assert json.loads(scenario.SCHEMA_FILE.read_text()) == scenario.schema()


def broken(tmp_path, content):
    path = tmp_path / "broken.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(scenario_file.ScenarioError) as caught:
        scenario_file.read(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ({}, "$.title: nothing: this member is required"),
        ({"title": "t", "jobbs": []}, "is 'jobs' meant?"),
        ({"title": "t", "jobs": [{"name": "-", "timeline": [TRAINING]}]}, "$.jobs[0].name"),
        ({"title": "t", "jobs": [{"name": "a", "timeline": [TRAINING | {"do": "dance"}]}]}, "$.jobs[0].timeline[0].do"),
        (
            {"title": "t", "jobs": [{"name": "a", "instance_type": "ml.g5.2xlagre", "timeline": [TRAINING]}]},
            "near: ml.g5.2xlarge",
        ),
        ({"title": "t", "jobs": [{"name": "a", "timeline": [TRAINING | {"status": "Failed"}]}]}, "failure_reason"),
        (
            {
                "title": "t",
                "jobs": [
                    {
                        "name": "a",
                        "timeline": [{"do": "rule", "at_seconds": 1, "rule": "Overfit", "status": "IssuesFound"}],
                    }
                ],
            },
            "(none)",
        ),
        (
            {
                "title": "t",
                "jobs": [{"name": "a", "timeline": [{"do": "log", "at_seconds": 1, "lines": ["x"], "host": 2}]}],
            },
            "1 host(s)",
        ),
        ({"title": "t", "jobs": [{"name": "a", "timeline": [TRAINING]}] * 2}, "names are unique"),
        (
            {"title": "t", "jobs": [{"name": "a", "spot": True, "max_wait_seconds": 1, "timeline": [TRAINING]}]},
            "max_wait_seconds",
        ),
        (
            {"title": "t", "jobs": [{"name": "a", "retry_attempts": 31, "timeline": [TRAINING]}]},
            "$.jobs[0].retry_attempts",
        ),
        (
            {"title": "t", "jobs": [{"name": "a", "checkpoints": "/ckpt", "timeline": [TRAINING]}]},
            "has to match ^s3://",
        ),
        (
            {"title": "t", "jobs": [{"name": "a", "tuning_job": "t" * 33, "timeline": [TRAINING]}]},
            "$.jobs[0].tuning_job",
        ),
        (
            {
                "title": "t",
                "jobs": [{"name": "a", "timeline": [TRAINING]}],
                "awaited": [{"name": "a", "timeline": [TRAINING]}],
            },
            "$.awaited[0].name",
        ),
        (
            {"title": "t", "awaited": [{"name": "a", "timeline": [{"do": "stop", "at_seconds": 1}]}]},
            "$.awaited[0].timeline[0].do: \"stop\": has to be one of 'status', 'rule', 'log'",
        ),
        (
            {"title": "t", "awaited": [{"name": "a", "timeline": [TRAINING | {"status": "Failed"}]}]},
            "$.awaited[0].timeline[0].failure_reason",
        ),
    ],
)
def test_a_broken_scenario_is_told_with_its_place_and_what_would_be_right(tmp_path, content, said):
    assert said in broken(tmp_path, content)


def test_a_scenario_that_is_not_there_is_told(tmp_path):
    with pytest.raises(scenario_file.ScenarioError, match="No such file"):
        scenario_file.read(tmp_path / "none.json")
