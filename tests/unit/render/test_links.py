"""Links that open the right page, or none."""

from urllib.parse import unquote, urlsplit

import pytest

from tests.unit.render.samples import a_diagnosis, a_job, alarm, an_incident, refused_submission
from trainstop.domain.finding import Trigger
from trainstop.render.links import Console, Links, links_of


@pytest.mark.parametrize(
    ("region", "host", "trail"),
    [
        ("us-east-1", "us-east-1.console.aws.amazon.com", "cloudtrailv2"),
        ("ap-southeast-3", "ap-southeast-3.console.aws.amazon.com", "cloudtrailv2"),
        ("cn-northwest-1", "cn-northwest-1.console.amazonaws.cn", "cloudtrail"),
        ("us-gov-east-1", "us-gov-east-1.console.amazonaws-us-gov.com", "cloudtrail"),
        ("eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu", "cloudtrail"),
    ],
)
def test_each_partition_has_its_console(region, host, trail):
    console = Console.of(region)
    assert console

    assert {
        "job": console.training_job("a-1"),
        "tuning job": console.tuning_job("a-1"),
        "log": console.log_stream("a-1/algo-1"),
        "alarm": console.alarm("loss"),
        "calls": console.calls("StopTrainingJob"),
        "object": console.stored_object("archive-1", "reports/2026-01-08 a.html"),
    } == {
        "job": f"https://{host}/sagemaker/home?region={region}#/jobs/a-1",
        "tuning job": f"https://{host}/sagemaker/home?region={region}#/hyper-tuning-jobs/a-1",
        "log": f"https://{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/"
        "$252Faws$252Fsagemaker$252FTrainingJobs/log-events/a-1$252Falgo-1",
        "alarm": f"https://{host}/cloudwatch/home?region={region}#alarmsV2:alarm/loss",
        "calls": f"https://{host}/{trail}/home?region={region}#/events?EventName=StopTrainingJob",
        "object": f"https://{host}/s3/object/archive-1?region={region}&prefix=reports/2026-01-08%20a.html",
    }
    assert links_of(an_incident(job=a_job("a-1", region=region))).job == console.training_job("a-1")


def test_the_tuning_job_that_made_a_job_is_linked():
    arn = "arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/churn-hpo-0914"

    assert str(links_of(an_incident(job=a_job(tuning_job_arn=arn))).tuning_job).endswith("/churn-hpo-0914")
    assert links_of(an_incident(job=a_job(tuning_job_arn="arn:x/a b"))).tuning_job is None


@pytest.mark.parametrize(
    "region", ["", "None", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "evil.example/us-east-1", "us-east-1@x"]
)
def test_a_region_without_a_known_console_gets_no_link(region):
    assert links_of(an_incident(job=a_job(region=region))) == Links()


def test_logs_are_found_by_the_prefix_that_no_other_job_shares():
    job = a_job("a-1", region="us-east-1")

    assert links_of(an_incident(job=job)).log_streams == (
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/"
        "$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3Da-1$252F"
    )


def test_the_root_lines_stream_is_linked():
    incident = an_incident(job=a_job("a-1"), diagnosis=a_diagnosis(stream="a-1/algo-2-1789350442"))

    assert str(links_of(incident).log).endswith("TrainingJobs/log-events/a-1$252Falgo-2-1789350442")


@pytest.mark.parametrize("stream", [None, "", "another-job/algo-1-1789350442"])
def test_a_stream_of_no_such_job_is_not_linked(stream):
    incident = an_incident(job=a_job("a-1"), diagnosis=a_diagnosis(stream=stream))

    assert links_of(incident).log is None


@pytest.mark.parametrize("name", ["", "a b", "a/../b", "x" * 64, f"0{'-' * 70}0", "a-", "a#frag", "é"])
def test_a_name_that_sagemaker_would_refuse_is_not_linked(name):
    links = links_of(an_incident(job=a_job(name)))

    assert (links.job, links.log, links.log_streams) == (None, None, None)


def test_an_alarm_is_linked_whatever_its_name():
    incident = alarm()
    assert incident.rule
    rule = incident.rule.model_copy(update={"name": "loss > 3 & «odd»/?#"})
    link = str(links_of(incident.model_copy(update={"rule": rule})).alarm)

    fragment = urlsplit(link).fragment
    assert unquote(fragment) == "alarmsV2:alarm/loss > 3 & «odd»/?#"
    assert fragment.isascii()
    assert " " not in link


def test_a_refused_submission_is_linked_to_cloudtrail_only():
    links = links_of(refused_submission())

    assert str(links.calls).endswith("/cloudtrailv2/home?region=eu-west-1#/events?EventName=CreateTrainingJob")
    assert links == Links(calls=links.calls)


def test_a_stop_by_somebody_is_linked_to_who_called():
    assert str(links_of(an_incident(Trigger.JOB_STOPPED)).calls).endswith("EventName=StopTrainingJob")


def test_a_stream_name_is_encoded_twice():
    console = Console.of("us-east-1")
    assert console

    assert console.log_stream("a/b [$LATEST]é").endswith("/log-events/a$252Fb$2520$255B$2524LATEST$255D$25C3$25A9")
