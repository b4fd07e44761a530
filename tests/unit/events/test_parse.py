from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.domain.signal import (
    AlarmSignal,
    JobSignal,
    Nothing,
    NothingToDo,
    Origin,
    RefusedSubmission,
    RetryDue,
    RuleJobSignal,
    SubmittedJob,
)
from trainstop.events import UnreadableEventError, parse


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("training-job-starting", Nothing.JOB_IN_PROGRESS),
        ("training-job-minimal", Nothing.JOB_IN_PROGRESS),
        ("alarm-composite", Nothing.ALARM_WITHOUT_JOB),
    ],
)
def test_an_event_that_needs_no_act_says_why(sample_event, name, reason):
    assert parse(sample_event(name)).reason is reason


@pytest.mark.parametrize(
    "name",
    [
        "training-job-failed",
        "training-job-failed-before-training",
        "training-job-runtime-limit",
        "training-job-stopped-by-a-person",
        "training-job-rule-issues-found",
        "training-job-profiler-rule-issues-found",
    ],
)
def test_a_job_that_ended_badly_or_has_a_rule_with_issues_needs_a_look(sample_event, name):
    signal = parse(sample_event(name))
    assert isinstance(signal, JobSignal)
    assert signal.training_job_name == "demo-cnn-20260115"
    assert signal.origin is Origin.EVENT


def test_a_rule_job_is_a_hint_with_the_processing_jobs_name(sample_event):
    signal = parse(sample_event("processing-job-of-a-rule-failed"))
    assert isinstance(signal, RuleJobSignal)
    assert signal.processing_job_name == "demo-cnn-20260115-overfit-0a1b2c3d"


def test_any_other_processing_job_is_nothing_to_do(sample_event):
    event = sample_event("processing-job-of-a-rule-failed")
    event["detail"]["ProcessingJobName"] = "nightly-features"
    assert parse(event).reason is Nothing.NOT_A_RULE_JOB


@pytest.mark.parametrize("name", ["alarm-on-a-training-metric", "alarm-on-an-expression"])
def test_an_alarm_names_its_job_by_the_metric_or_by_a_part_of_the_expression(sample_event, name):
    signal = parse(sample_event(name))
    assert isinstance(signal, AlarmSignal)
    assert signal.training_job_name == "demo-cnn-20260115"
    assert signal.changed_at == datetime(2026, 1, 15, 12, 30, 40, 989000, tzinfo=UTC)


def test_an_alarm_that_went_back_to_ok_is_nothing_to_do(sample_event):
    event = sample_event("alarm-on-a-training-metric")
    event["detail"]["state"]["value"] = "OK"
    assert parse(event).reason is Nothing.ALARM_NOT_RAISED


def test_a_refused_submission_tells_who_was_refused_what(sample_event):
    signal = parse(sample_event("create-training-job-refused-quota"))
    assert isinstance(signal, RefusedSubmission)
    assert signal.session_name == "alice"
    assert signal.error_code == "ResourceLimitExceeded"
    assert signal.training_job_name == "demo-cnn-20260115"
    assert signal.request["instance_type"] == "ml.g5.2xlarge"
    assert signal.tags == {"project": "demo"}


def test_a_denial_without_request_parameters_still_names_the_principal(sample_event):
    signal = parse(sample_event("create-training-job-refused-no-permission"))
    assert isinstance(signal, RefusedSubmission)
    assert signal.training_job_name is None
    assert signal.principal_arn.endswith("assumed-role/ml-engineer/alice")


@pytest.mark.parametrize(
    ("identity", "principal", "session"),
    [
        ({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/bob"}, "arn:aws:iam::111122223333:user/bob", "bob"),
        (
            {"type": "AWSService", "invokedBy": "sagemaker.amazonaws.com"},
            "sagemaker.amazonaws.com",
            "sagemaker.amazonaws.com",
        ),
        ({"type": "SAMLUser", "principalId": "AROAEXAMPLE:carol"}, "AROAEXAMPLE:carol", "carol"),
        (None, "", ""),
    ],
)
def test_every_kind_of_identity_gives_what_name_it_has(sample_event, identity, principal, session):
    event = sample_event("create-training-job-refused-quota")
    event["detail"]["userIdentity"] = identity
    signal = parse(event)
    assert (signal.principal_arn, signal.session_name) == (principal, session)


def test_an_accepted_submission_tells_who_started_which_job(sample_event):
    signal = parse(sample_event("create-training-job-succeeded"))
    assert isinstance(signal, SubmittedJob)
    assert signal.person == "alice"
    assert signal.training_job_arn == "arn:aws:sagemaker:us-east-1:111122223333:training-job/demo-cnn-20260115"


@pytest.mark.parametrize(
    ("saying", "missing"),
    [
        ("no caller", {"userIdentity": {"type": "AWSService", "invokedBy": "sagemaker.amazonaws.com"}}),
        ("no job", {"requestParameters": None, "responseElements": None}),
        ("a name that is no text", {"requestParameters": {"trainingJobName": {"x": 1}}}),
    ],
)
def test_an_accepted_submission_that_tells_nobody_or_no_job_is_nothing_to_do(sample_event, saying, missing):
    event = sample_event("create-training-job-succeeded")
    event["detail"] |= missing
    assert parse(event).reason is Nothing.CALL_SUCCEEDED, saying


def assumed(session, role="ml-ci", **context):
    issuer = {"type": "Role", "arn": f"arn:aws:iam::111122223333:role/path/{role}", "userName": role}
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/{session}",
        "sessionContext": {"sessionIssuer": issuer} | context,
    }


@pytest.mark.parametrize(
    ("saying", "identity", "person"),
    [
        ("a person's session", assumed("alice@example.com"), "alice@example.com"),
        ("Studio's session is everybody's", assumed("SageMaker", "studio-role"), "studio-role"),
        ("Studio with source identity", assumed("SageMaker", sourceIdentity="alice"), "alice"),
        ("a session of boto3's", assumed("botocore-session-1768478400"), "ml-ci"),
        ("an instance", assumed("i-0123456789abcdef0"), "ml-ci"),
        ("a build", assumed("AWSCodeBuild-1a2b3c4d-5e6f-4a3b-8c9d-0123456789ab"), "ml-ci"),
        ("a user", {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/bob"}, "bob"),
        ("a machine without a role", {"type": "SAMLUser", "principalId": "AROAEXAMPLE:SageMaker"}, ""),
    ],
)
def test_who_called_is_named_as_at_the_next_call(sample_event, saying, identity, person):
    event = sample_event("create-training-job-refused-quota")
    event["detail"]["userIdentity"] = identity
    assert parse(event).person == person, saying


def test_a_replay_is_the_original_event_and_says_so(sample_event):
    signal = parse(sample_event("replay-of-a-failure"))
    assert isinstance(signal, JobSignal)
    assert signal.origin is Origin.REPLAY


def test_a_replay_of_a_replay_is_refused(sample_event):
    nested = sample_event("replay-of-a-failure")
    nested["detail"]["event"] = sample_event("replay-of-a-failure")
    with pytest.raises(UnreadableEventError, match="itself a replay"):
        parse(nested)


def test_an_unknown_source_is_not_ours():
    assert parse({"source": "aws.ec2", "detail-type": "x", "detail": {}}).reason is Nothing.NOT_OURS


def test_the_reason_names_the_field_and_hides_secrets(sample_event):
    event = sample_event("training-job-failed")
    event["detail"]["TrainingJobName"] = "AKIAIOSFODNN7EXAMPLE !"
    with pytest.raises(UnreadableEventError) as caught:
        parse(event)
    assert "TrainingJobName" in str(caught.value)
    assert "AKIAIOSFODNN7EXAMPLE" not in str(caught.value)


@pytest.mark.parametrize("value", [None, [], "x", 7, [None, 7, "x", {}], [{"RuleEvaluationStatus": None}]])
def test_rule_statuses_of_any_shape_do_no_harm(sample_event, value):
    event = sample_event("training-job-starting")
    event["detail"]["DebugRuleEvaluationStatuses"] = value
    assert isinstance(parse(event), (JobSignal, NothingToDo))


def test_a_running_job_with_rules_gets_a_look_for_they_may_declare_addresses(sample_event):
    event = sample_event("training-job-starting")
    event["detail"]["DebugRuleEvaluationStatuses"] = [{"RuleEvaluationStatus": "InProgress"}]
    assert isinstance(parse(event), JobSignal)


def test_a_completed_job_gets_a_look_for_it_may_be_a_good_run(sample_event):
    assert isinstance(parse(sample_event("training-job-completed-documentation-form")), JobSignal)


def test_a_reminder_of_a_retry_says_which_and_nothing_else():
    reminder = {
        "source": "trainstop.look",
        "detail-type": "trainstop Retry Due",
        "detail": {"TrainingJobName": "demo-retry-1", "InstanceType": "ml.p5.48xlarge"},
    }
    assert parse(reminder) == RetryDue(training_job_name="demo-retry-1")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(
    detail=st.dictionaries(
        st.sampled_from(
            [
                "TrainingJobName",
                "TrainingJobArn",
                "TrainingJobStatus",
                "DebugRuleEvaluationStatuses",
                "state",
                "alarmName",
                "configuration",
                "eventName",
                "errorCode",
                "eventTime",
                "userIdentity",
                "requestParameters",
                "ProcessingJobName",
                "ProcessingJobArn",
                "event",
            ]
        ),
        json_values,
        max_size=8,
    ),
    kind=st.sampled_from(
        [
            ("aws.sagemaker", "SageMaker Training Job State Change"),
            ("aws.sagemaker", "SageMaker Processing Job State Change"),
            ("aws.sagemaker", "AWS API Call via CloudTrail"),
            ("aws.cloudwatch", "CloudWatch Alarm State Change"),
            ("trainstop.replay", "trainstop replay"),
        ]
    ),
    time=json_values,
    resources=json_values,
)
def test_whatever_arrives_is_a_signal_or_nothing_or_refused_with_a_reason(detail, kind, time, resources):
    raw = {"source": kind[0], "detail-type": kind[1], "detail": detail, "time": time, "resources": resources}
    try:
        signal = parse(raw)
    except UnreadableEventError as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(signal, JobSignal | RuleJobSignal | AlarmSignal | RefusedSubmission | NothingToDo)
