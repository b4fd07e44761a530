"""Whether what trainstop rests on is there: policy, permissions, trail, sweep, table, key and archive."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.doctor.deployments import NOW, RESOURCES, stack, told
from trainstop.adapters.policy import version_of
from trainstop.app.doctor.neighbours import judge_neighbours
from trainstop.app.doctor.permissions import judge_permissions
from trainstop.app.doctor.policy import judge_breakers, judge_policy
from trainstop.app.doctor.storage import judge_archive, judge_key, judge_table
from trainstop.app.doctor.sweep import judge_sweep
from trainstop.app.doctor.trail import judge_trail
from trainstop.domain.deployed import StackResource
from trainstop.domain.health_facts import (
    ArchiveFacts,
    OtherRule,
    PolicyFacts,
    Simulated,
    StoredVersion,
    SubscriptionFacts,
    TableFacts,
    TrailFacts,
)
from trainstop.ports import Breaker, StopLimit

VALID = StoredVersion(4, "version: 1\nrules: [{name: tell, alert: {severity: high}}]\n")
DRY = StoredVersion(4, f"dry_run: true\n{VALID.text}")
WRONG = StoredVersion(5, "version: 1\nrules: [{name: tell, alrt: {}}]\n")
TRAIL = TrailFacts("main", "trail-bucket", "", is_logging=True, logs_management_writes=True)


def policy(in_force=VALID, newest=VALID, status="COMPLETE", last_good=None):
    return PolicyFacts(in_force, newest, status, last_good)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (policy(), [("ok", "version 4 is valid and in force; 1 rule")]),
        (policy(last_good=version_of(VALID.text)), [("ok", "version 4 is valid and in force; 1 rule")]),
        (
            policy(in_force=DRY, newest=DRY),
            [
                ("ok", "version 4 is valid and in force; 1 rule"),
                ("note", "version 4 says dry_run: what would be stopped is told, nothing is stopped"),
            ],
        ),
        (
            policy(last_good="abc"),
            [
                ("ok", "version 4 is valid and in force; 1 rule"),
                ("note", "the functions have not read version 4 yet; they last had abc"),
            ],
        ),
        (
            policy(newest=StoredVersion(5, VALID.text), status="ROLLED_BACK"),
            [
                ("warning", "the last deployment of a policy ended as ROLLED_BACK"),
                ("ok", "version 4 is valid and in force; 1 rule"),
                ("note", "version 5 is newer than 4, not in force"),
            ],
        ),
        (
            policy(status="DEPLOYING"),
            [("note", "a policy is being deployed: DEPLOYING"), ("ok", "version 4 is valid and in force; 1 rule")],
        ),
        (policy(None, None, ""), [("broken", "no policy was ever put in force")]),
    ],
)
def test_the_policy_in_force_is_the_one_that_is_meant(facts, said):
    assert told(judge_policy(facts, "ts")) == said


def test_a_policy_that_was_pushed_past_the_command_line_and_is_wrong_is_broken():
    (finding,) = judge_policy(policy(in_force=WRONG, newest=WRONG, last_good="abc"), "ts")
    assert finding.health == "broken"
    assert finding.what.startswith('version 5 is in force and not valid: "line 2, column 28: rules.0.alrt')
    assert "the last valid one (version abc)" in finding.why
    assert finding.command == "trainstop policy rollback --stack ts"


def test_a_wrong_policy_that_is_only_kept_is_good_to_know():
    findings = told(judge_policy(policy(newest=WRONG), "ts"))
    assert findings[1][1].startswith("version 5 is newer than 4, not in force, and is not valid:")


def test_an_open_breaker_is_told_with_the_way_to_close_it():
    breakers = [Breaker(StopLimit(20), NOW), Breaker(StopLimit(10, "anna o'neil"), NOW)]
    of_all, of_one = judge_breakers(breakers, "ts", complete=True)
    assert of_all.what == "a breaker is open since 2026-11-21 03:12 UTC: 20 stops in the hour"
    assert of_all.command == "trainstop breaker close --reason WHY --stack ts"
    assert of_one.why == "trainstop stops no more jobs of anna o'neil until somebody closes it."
    assert of_one.command == """trainstop breaker close --owner 'anna o'"'"'neil' --reason WHY --stack ts"""


def test_no_open_breaker_is_well():
    assert told(judge_breakers([], "ts", complete=True)) == [("ok", "no breaker is open")]


def test_a_table_that_is_too_large_to_be_read_is_not_said_to_have_no_breaker():
    assert told(judge_breakers([], "ts", complete=False)) == [
        ("unknown", "breakers of single owners could not be checked: the table is too large to look for them")
    ]


def simulated(action, decision="allowed", role="WatchRole", **more):
    return Simulated(role, action, "*", decision, **more)


def test_permissions_that_are_there_are_counted():
    some = [simulated("sqs:SendMessage"), simulated("sqs:SendMessage", role="SweepRole")]
    assert told(judge_permissions(some, [simulated("sagemaker:StopTrainingJob", "implicitDeny")], "ts")) == [
        ("ok", "2 permissions of 2 roles simulated and present")
    ]


def test_a_missing_permission_to_stop_is_told_as_what_it_means():
    some = [simulated("sagemaker:StopTrainingJob", "explicitDeny"), simulated("logs:GetLogEvents", "implicitDeny")]
    (finding,) = judge_permissions(some, [], "ts")
    assert finding.what == "WatchRole may not sagemaker:StopTrainingJob, logs:GetLogEvents"
    assert finding.why == "No job can be stopped."


def test_what_the_organization_forbids_is_not_looked_for_in_the_role():
    (finding,) = judge_permissions([simulated("sns:Publish", "implicitDeny", by_organization=True)], [], "ts")
    assert finding.do == "Ask whoever looks after the organization's policies."


def test_a_permission_to_stop_that_the_parameters_forbid_is_told():
    assert told(judge_permissions([], [simulated("sagemaker:StopTrainingJob")], "ts")) == [
        ("warning", "WatchRole may sagemaker:StopTrainingJob, which the stack's parameters forbid")
    ]


@pytest.mark.parametrize(
    ("trails", "parameters", "said"),
    [
        ([TRAIL], {}, [("ok", "main logs management events")]),
        ([], {}, [("warning", "no trail covers this Region")]),
        (
            [TrailFacts("main", "b", "", is_logging=False, logs_management_writes=True)],
            {},
            [("warning", "the trail main does not log")],
        ),
        (
            [TrailFacts("data", "b", "", is_logging=True, logs_management_writes=False)],
            {},
            [("warning", "no trail logs management events that change something: data")],
        ),
        (
            [TRAIL],
            {"TrailBucket": ""},
            [
                ("ok", "main logs management events"),
                ("note", "TrailBucket is not set: who created and stopped jobs cannot be queried"),
            ],
        ),
        (
            [TRAIL],
            {"TrailPrefix": "org"},
            [
                ("ok", "main logs management events"),
                ("warning", "no trail that logs writes to trail-bucket/org"),
            ],
        ),
        (
            [replace(TRAIL, is_of_organization=True)],
            {},
            [
                ("ok", "main logs management events"),
                ("warning", "main is an organization's trail, and TrailOrganizationId is not set"),
            ],
        ),
        (
            [TRAIL],
            {"TrailOrganizationId": "o-exampleorgid"},
            [("ok", "main logs management events"), ("warning", "main is no organization's trail")],
        ),
        (
            [replace(TRAIL, is_of_organization=True)],
            {"TrailOrganizationId": "o-exampleorgid"},
            [("ok", "main logs management events")],
        ),
        (
            [replace(TRAIL, delivery_error="AccessDenied")],
            {},
            [
                ("ok", "main logs management events"),
                ("warning", 'main could not deliver to its bucket: "AccessDenied"'),
            ],
        ),
    ],
)
def test_a_trail_logs_what_is_changed_where_the_table_reads_it(trails, parameters, said):
    assert told(judge_trail(trails, stack(**parameters))) == said


def test_the_trail_that_the_stack_made_is_the_one_its_table_reads():
    made = (*RESOURCES, StackResource("TrailLogsBucket", "AWS::S3::Bucket", "ts-traillogsbucket-d4"))
    own = stack(TrailBucket="", resources=made)
    assert told(judge_trail([replace(TRAIL, bucket="ts-traillogsbucket-d4")], own)) == [
        ("ok", "main logs management events")
    ]
    assert told(judge_trail([TRAIL], own))[1:] == [("warning", "no trail that logs writes to ts-traillogsbucket-d4")]


@pytest.mark.parametrize(
    ("swept", "age", "said"),
    [
        (timedelta(minutes=4), timedelta(days=3), ("ok", "jobs were swept up to 4 min ago, every 5 min")),
        (timedelta(minutes=16), timedelta(days=3), ("warning", "jobs were swept up to 16 min ago, every 5 min")),
        (timedelta(minutes=61), timedelta(days=3), ("broken", "jobs were swept up to 61 min ago, every 5 min")),
        (None, timedelta(minutes=6), ("note", "no sweep yet: the stack is 6 min old, and one comes every 5 min")),
        (None, timedelta(days=3), ("broken", "there was never a sweep")),
    ],
)
def test_the_sweep_is_not_late(swept, age, said):
    at = NOW - swept if swept else None
    assert told(judge_sweep(at, stack(age=age), NOW)) == [said]


@pytest.mark.parametrize(
    ("facts", "parameters", "said"),
    [
        ({}, {}, [("ok", "the table is active, restorable and feeds its stream")]),
        ({"status": None}, {}, [("broken", "the incidents table is gone")]),
        ({"has_stream": False}, {}, [("broken", "the table has no stream")]),
        ({"is_restorable": False}, {}, [("warning", "point-in-time recovery of the table is off")]),
        ({"forgets": False}, {}, [("warning", "the table's time to live is off")]),
        ({"is_protected": False}, {}, [("warning", "the table's deletion protection is off")]),
        (
            {"is_protected": False},
            {"DeletionProtection": "false"},
            [
                ("note", "DeletionProtection is false: the table can be deleted"),
                ("ok", "the table is active, restorable and feeds its stream"),
            ],
        ),
        (
            {"status": "UPDATING"},
            {},
            [("note", "the table is UPDATING"), ("ok", "the table is active, restorable and feeds its stream")],
        ),
    ],
)
def test_the_table_is_as_the_template_has_it(facts, parameters, said):
    table = TableFacts(**{"name": "t", "status": "ACTIVE"} | facts)
    assert told(judge_table(table, stack(**parameters))) == said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("Enabled", ("ok", "the topics' key is enabled")),
        ("Disabled", ("broken", "the topics' key is not enabled: Disabled")),
        ("PendingDeletion", ("broken", "the topics' key is to be deleted")),
        (None, ("broken", "the topics' key is gone")),
    ],
)
def test_the_key_can_be_used(status, said):
    assert told([judge_key(status, "k-1")]) == [said]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"exists": False}, [("broken", "the archive bucket b is gone")]),
        ({"incident_id": None}, [("ok", "the bucket is there; no incident in the last 7 days to look for")]),
        ({}, [("ok", "the newest incident (i) is archived")]),
        ({"is_archived": False}, [("broken", "the newest incident (i) is recorded and not archived")]),
        ({"waits_since": NOW - timedelta(minutes=15)}, [("ok", "the newest incident (i) is archived")]),
        (
            {"waits_since": NOW - timedelta(minutes=20)},
            [
                ("ok", "the newest incident (i) is archived"),
                ("broken", "an incident waits for 20 min to be merged, every 5 min"),
            ],
        ),
        (
            {"unreadable": True},
            [
                ("ok", "the newest incident (i) is archived"),
                ("warning", "there are arrivals that could not be read"),
            ],
        ),
    ],
)
def test_the_newest_incident_is_archived_and_what_arrived_is_merged(facts, said):
    archive = ArchiveFacts(**{"bucket": "b", "exists": True, "incident_id": "i", "is_archived": True} | facts)
    assert told(judge_archive(archive, stack(), NOW)) == said


def rule(name, *targets, **pattern):
    shown = {"source": ["aws.sagemaker"], "detail-type": ["SageMaker Training Job State Change"]} | pattern
    return OtherRule(name, json.dumps(shown), targets)


TOPIC = "arn:aws:sns:us-east-1:111122223333:ml"


@pytest.mark.parametrize(
    ("others", "health"),
    [
        (rule("sm-pysdk-job-notif-1", TOPIC), "note"),
        (rule("mine", TOPIC), "note"),
        (rule("by-prefix", TOPIC, **{"detail-type": [{"prefix": "SageMaker Training"}]}), "note"),
        (rule("any-sagemaker", TOPIC, **{"detail-type": None}), "note"),
        (rule("to-a-queue", "arn:aws:sqs:us-east-1:111122223333:mine"), "ok"),
        (rule("endpoints", TOPIC, **{"detail-type": ["SageMaker Endpoint State Change"]}), "ok"),
        (rule("of-mine", TOPIC, source=["mine.sagemaker"]), "ok"),
        (OtherRule("unreadable", "sagemaker", (TOPIC,)), "ok"),
        (rule("prod-TrainingJobRule", "arn:aws:sqs:us-east-1:111122223333:prod-WatchQueue-A1"), "warning"),
    ],
)
def test_others_that_tell_of_training_jobs_are_found(others, health):
    ((found, _),) = told(judge_neighbours([others], []))
    assert found == health


def test_who_gets_debuggers_own_messages_is_named():
    reader = SubscriptionFacts("email", "old@example.com", is_confirmed=True)
    assert told(judge_neighbours([], [reader])) == [
        ("note", "old@example.com (email) also get Debugger's own messages, by the topic SMDebugRules")
    ]
