from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.session import get_session

from tests.drilled import a_drill
from trainstop.domain.finding import findings_of
from trainstop.domain.resubmission import retry_of
from trainstop.domain.signal import JobSignal, RefusedSubmission
from trainstop.drills import Stage, scenarios
from trainstop.render.links import is_job_name

AT = datetime(2026, 1, 15, 12, 13, 30, tzinfo=UTC)


def stage(name, **changes):
    return Stage(a_drill(name, **changes), AT)


JOBS = [name for name, scenario in scenarios().items() if scenario.job is not None]


def test_there_is_one_for_each_way_in():
    assert {scenario.trigger.value for scenario in scenarios().values()} >= {
        "job_failed",
        "debugger_rule",
        "refused_submission",
        "runtime_limit",
    }


@pytest.mark.parametrize("name", JOBS)
def test_a_made_up_job_has_the_one_finding_that_its_scenario_says(name):
    (finding,) = findings_of(stage(name).job)
    assert finding.trigger is scenarios()[name].trigger
    assert finding.occurred_at == AT


@pytest.mark.parametrize("name", JOBS)
def test_a_made_up_job_has_nothing_that_describe_training_job_does_not_have(name):
    shape = get_session().get_service_model("sagemaker").operation_model("DescribeTrainingJob").output_shape
    assert unknown(scenarios()[name].job, shape) == []


def unknown(value, shape):
    if shape.type_name == "structure":
        missing = [key for key in value if key not in shape.members]
        return missing + [
            each for key in value if key in shape.members for each in unknown(value[key], shape.members[key])
        ]
    return [each for item in value for each in unknown(item, shape.member)] if shape.type_name == "list" else []


@pytest.mark.parametrize("name", scenarios())
def test_a_scenario_gives_the_signal_that_an_event_in_earnest_would_have_given(name):
    signal = stage(name).signal
    assert isinstance(signal, JobSignal if name in JOBS else RefusedSubmission)
    assert signal.training_job_name == f"trainstop-drill-{name}-7f3a9c21"


@pytest.mark.parametrize("name", scenarios())
def test_the_job_that_is_not_there_has_a_name_that_sagemaker_would_take_and_that_no_retry_has(name):
    assert is_job_name(stage(name).training_job_name)
    assert retry_of(stage(name).training_job_name) is None


@pytest.mark.parametrize("name", scenarios())
def test_each_drill_has_an_incident_of_its_own(name):
    assert stage(name).incident_id != stage(name, drill_id="00000000").incident_id


def test_the_documentation_lists_the_scenarios():
    text = (Path(__file__).parents[3] / "docs/drill.md").read_text(encoding="utf-8")
    rows = [f"| `{each.name}` | {each.title} | `{each.trigger.value}` |" for each in scenarios().values()]
    assert [line for line in text.splitlines() if line.startswith("| `")] == rows


def test_times_count_back_from_the_drill():
    job = stage("runtime-limit").job
    assert (job.training_end_time, job.training_start_time) == (AT, AT - timedelta(seconds=3600))


def test_the_tags_are_the_mark_of_a_drill_and_those_that_were_asked_for():
    assert stage("no-capacity").tags == {"trainstop:drill": "true"}
    asked = stage("no-capacity", owner="alice", team="vision").tags
    assert asked == {"trainstop:drill": "true", "owner": "alice", "team": "vision"}


def test_the_log_is_in_order_of_time_over_all_hosts():
    lines = stage("gpu-out-of-memory").evidence.lines
    assert [line.timestamp_ms for line in lines] == sorted(line.timestamp_ms for line in lines)
    assert {line.host for line in lines} == {"algo-1", "algo-2"}
