import re
import tomllib
from typing import Any

import pytest

from tests.unit.stack.template import PROJECT, resources, template

PARAMETERS = template()["Parameters"]


def samconfig() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "samconfig.toml").read_text(encoding="utf-8"))


def overrides() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in samconfig()["sandbox"]["deploy"]["parameters"]["parameter_overrides"])


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_a_parameter_has_a_default_and_says_what_it_is_for(name: str) -> None:
    assert "Default" in PARAMETERS[name]
    assert PARAMETERS[name]["Description"].endswith(".")


def test_every_parameter_is_in_one_group_of_the_form() -> None:
    groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


@pytest.mark.parametrize(
    ("parameter", "value", "accepted"),
    [
        ("AlertEmail", "", True),
        ("AlertEmail", "oncall@example.com", True),
        ("AlertEmail", "oncall", False),
        ("AlertPhone", "", True),
        ("AlertPhone", "+15550100123", True),
        ("AlertPhone", "5550100123", False),
        ("TimeZone", "UTC", True),
        ("TimeZone", "Europe/Berlin", True),
        ("TimeZone", "America/Argentina/ComodRivadavia", True),
        ("TimeZone", "Etc/GMT+5", True),
        ("TimeZone", "", False),
        ("TimeZone", "../etc/passwd", False),
        ("TrailPrefix", "", True),
        ("TrailPrefix", "org/audit", True),
        ("TrailPrefix", "org/", False),
        ("TrailPrefix", "/org", False),
        ("TrailOrganizationId", "", True),
        ("TrailOrganizationId", "o-exampleorgid", True),
        ("TrailOrganizationId", "o-short", False),
        ("TrailAccounts", "", True),
        ("TrailAccounts", "111122223333", True),
        ("TrailAccounts", "1111-2222-3333", False),
        ("TrailRegions", "us-gov-west-1", True),
        ("TrailRegions", "Frankfurt", False),
        ("ReportSchedule", "", True),
        ("ReportSchedule", "cron(0 20 ? * SUN *)", True),
        ("ReportSchedule", "0 5 * * 1", False),
        ("GlueDatabaseName", "trainstop", True),
        ("GlueDatabaseName", "Train-Stop", False),
    ],
)
def test_a_parameter_that_cannot_work_is_refused_at_once(parameter: str, value: str, *, accepted: bool) -> None:
    assert bool(re.search(PARAMETERS[parameter]["AllowedPattern"], value)) is accepted


def test_the_stack_acts_by_default_and_can_be_told_not_to() -> None:
    assert PARAMETERS["AllowStop"]["Default"] == "true"
    assert PARAMETERS["DryRun"]["Default"] == "false"
    assert all(PARAMETERS[name]["AllowedValues"] == ["true", "false"] for name in ("AllowStop", "DryRun"))


def test_webhooks_have_tls_unless_somebody_says_otherwise() -> None:
    assert PARAMETERS["AllowHttpWebhooks"]["Default"] == "false"
    assert overrides()["AllowHttpWebhooks"] == "true"


def test_what_the_cli_reads_is_put_out() -> None:
    outputs = {name: output["Value"] for name, output in template()["Outputs"].items()}
    assert outputs["IncidentsTableName"] == {"Ref": "IncidentsTable"}
    assert outputs["WatchQueueUrl"] == {"Ref": "WatchQueue"}
    assert outputs["ArchiveBucketName"] == {"Ref": "ArchiveBucket"}
    assert outputs["ReportFunctionName"] == {"Ref": "ReportFunction"}
    assert outputs["GlueDatabaseName"] == {"Ref": "GlueDatabase"}
    assert outputs["QueryWorkGroupName"] == {"Ref": "QueryWorkGroup"}
    assert outputs["AlertsTopicArn"] == {"Ref": "AlertsTopic"}
    assert outputs["WebhookQueueUrl"] == {"Ref": "WebhookQueue"}
    assert outputs["WebhookFunctionName"] == {"Ref": "WebhookFunction"}
    assert outputs["HttpWebhooksAllowed"] == {"Ref": "AllowHttpWebhooks"}
    for part in ("Application", "Environment", "Profile", "Strategy"):
        assert outputs[f"Policy{part}Id"] == {"Ref": f"Policy{part}"}


def test_every_dead_letter_queue_can_be_found_to_redrive_it() -> None:
    queues = {queue for queue in resources("AWS::SQS::Queue") if queue.endswith("DeadLetterQueue")}
    put_out = {output["Value"].get("Ref") for output in template()["Outputs"].values()}
    assert queues <= put_out


def test_the_stack_can_be_deployed_in_any_partition() -> None:
    assert "arn:aws:" not in (PROJECT / "template.yaml").read_text(encoding="utf-8")


def test_no_role_is_named_so_that_the_lesser_capability_is_enough() -> None:
    assert not any("RoleName" in role for role in resources("AWS::IAM::Role").values())
    assert {samconfig()[profile]["deploy"]["parameters"]["capabilities"] for profile in ("default", "sandbox")} == {
        "CAPABILITY_IAM"
    }


def test_on_aws_a_person_confirms_what_changes() -> None:
    assert samconfig()["default"]["deploy"]["parameters"]["confirm_changeset"] is True


def test_the_sandbox_overrides_parameters_that_there_are_with_values_that_are_allowed() -> None:
    for name, value in overrides().items():
        assert value in map(str, PARAMETERS[name].get("AllowedValues", [value]))
        assert re.search(PARAMETERS[name].get("AllowedPattern", ""), value)
    assert overrides()["DeletionProtection"] == "false"


def test_the_sandbox_deploys_what_it_builds() -> None:
    sandbox = samconfig()["sandbox"]
    built = f"{sandbox['build']['parameters']['build_dir']}/template.yaml"
    assert sandbox["deploy"]["parameters"]["template_file"] == built
