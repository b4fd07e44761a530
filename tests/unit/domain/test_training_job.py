from datetime import timedelta

import pytest

from tests.samples import STARTED, describe_answer, job, running
from trainstop.domain.finding import Trigger, findings_of, incident_id
from trainstop.domain.training_job import TrainingJob


def test_duration_is_from_start_to_end():
    assert job().duration_seconds == 600


def test_duration_is_unknown_while_the_job_has_no_end():
    assert TrainingJob.model_validate(running()).duration_seconds is None


def test_billable_time_counts_every_instance():
    config = {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 4, "VolumeSizeInGB": 50}
    assert job(ResourceConfig=config).billable_instance_seconds == 2400


def test_instance_groups_are_all_counted():
    groups = [
        {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 2, "InstanceGroupName": "gpu"},
        {"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "cpu"},
    ]
    assert job(ResourceConfig={"InstanceGroups": groups, "VolumeSizeInGB": 50}).billable_instance_seconds == 1800


def test_the_selected_instance_type_counts_where_there_were_preferences():
    config = {
        "InstancePreferences": [{"InstanceType": "ml.g5.xlarge"}],
        "SelectedInstanceType": "ml.g5.xlarge",
        "SelectedInstanceCount": 3,
    }
    assert job(ResourceConfig=config).instances == (("ml.g5.xlarge", 3),)


def test_spot_savings_follow_awss_formula():
    saved = job(EnableManagedSpotTraining=True, TrainingTimeInSeconds=1000, BillableTimeInSeconds=300)
    assert saved.spot_savings_percent == pytest.approx(70)


@pytest.mark.parametrize(
    "changes", [{"EnableManagedSpotTraining": False}, {"TrainingTimeInSeconds": None}, {"BillableTimeInSeconds": None}]
)
def test_spot_savings_are_unknown_where_the_formula_lacks_a_part(changes):
    assert job(**({"EnableManagedSpotTraining": True} | changes)).spot_savings_percent is None


@pytest.mark.parametrize(
    ("status", "secondary", "trigger"),
    [
        ("Failed", "Failed", Trigger.JOB_FAILED),
        ("Stopped", "Stopped", Trigger.JOB_STOPPED),
        ("Stopped", "MaxRuntimeExceeded", Trigger.RUNTIME_LIMIT),
        ("Stopped", "MaxWaitTimeExceeded", Trigger.WAIT_LIMIT),
    ],
)
def test_each_bad_end_is_a_finding_at_the_jobs_end(status, secondary, trigger):
    (finding,) = findings_of(job(TrainingJobStatus=status, SecondaryStatus=secondary))
    assert finding.trigger is trigger
    assert finding.occurred_at == STARTED + timedelta(seconds=600)


@pytest.mark.parametrize(
    ("status", "secondary"),
    [
        ("InProgress", "Training"),
        ("InProgress", "Interrupted"),
        ("Stopping", "Stopping"),
        ("Completed", "Completed"),
        ("Deleting", "Completed"),
    ],
)
def test_a_job_that_runs_or_completed_has_no_finding(status, secondary):
    assert findings_of(job(TrainingJobStatus=status, SecondaryStatus=secondary)) == ()


def test_every_rule_with_issues_is_a_finding_of_its_own():
    found = findings_of(TrainingJob.model_validate(running("Overfit", "VanishingGradient")))
    assert [(each.trigger, each.subject) for each in found] == [
        (Trigger.DEBUGGER_RULE, "Overfit"),
        (Trigger.DEBUGGER_RULE, "VanishingGradient"),
    ]


def test_a_stop_after_a_rule_found_issues_is_the_rules_finding_only():
    stopped = running("Overfit", TrainingJobStatus="Stopped", SecondaryStatus="Stopped")
    assert [each.trigger for each in findings_of(TrainingJob.model_validate(stopped))] == [Trigger.DEBUGGER_RULE]


def test_an_incident_has_the_same_id_whatever_the_case_of_the_arn():
    upper, lower = (
        "arn:aws:sagemaker:us-east-1:111122223333:training-job/A",
        "arn:aws:sagemaker:us-east-1:111122223333:training-job/a",
    )
    assert incident_id(upper, Trigger.JOB_FAILED) == incident_id(lower, Trigger.JOB_FAILED)


def test_incidents_of_another_trigger_or_subject_have_another_id():
    arn = describe_answer()["TrainingJobArn"]
    ids = {
        incident_id(arn, Trigger.DEBUGGER_RULE, "a"),
        incident_id(arn, Trigger.DEBUGGER_RULE, "b"),
        incident_id(arn, Trigger.PROFILER_RULE, "a"),
        incident_id(arn, Trigger.JOB_FAILED),
    }
    assert len(ids) == 4
