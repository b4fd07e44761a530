"""What Debugger's built-in actions do, and when they do nothing (FORMATS.md 3)."""

import json

import pytest

from tests.sandbox.simulated import create, debugger_rule, status, wait_for

EMAIL = {"endpoint": "a@example.com", "name": "email"}
VPC = {"SecurityGroupIds": ["sg-0123456789abcdef0"], "Subnets": ["subnet-0123456789abcdef0"]}


def stop(prefix):
    return {"training_job_prefix": prefix, "name": "stoptraining"}


@pytest.fixture
def fires(sagemaker, control):
    """Creates a training job with a rule, takes it through secondary statuses and lets the rule fire."""

    def create_and_fire(name, actions, through=("Training",), member="DebugRuleConfigurations", **more):
        control("PUT", f"plans/{name}", {"driven": True})
        create(sagemaker, name, **{member: [debugger_rule(actions)]}, **more)
        for secondary in through:
            control("POST", f"jobs/{name}/status", {"status": "InProgress", "secondary_status": secondary})
        control("POST", f"jobs/{name}/rules", {"rule": "Overfit", "status": "IssuesFound"})
        wait_for(lambda: control("GET", "pending")["pending"] == 0)

    return create_and_fire


def test_they_stop_the_job_and_tell_by_mail(fires, sagemaker, account):
    fires("acts-1", [stop("acts-1"), EMAIL])
    assert status(sagemaker, "acts-1") in {"Stopping", "Stopped"}
    assert account.actions == [("training", "Overfit", "email", "a@example.com")]


@pytest.mark.parametrize(
    ("name", "bent", "why"),
    [
        ("idle-isolated", {"EnableNetworkIsolation": True}, "isolated from the network"),
        ("idle-vpc", {"VpcConfig": VPC}, "VPC"),
        ("idle-profiler", {"member": "ProfilerRuleConfigurations"}, "profiler rule"),
        ("idle-spot", {"through": ("Training", "Interrupted", "Restarting", "Training")}, "interrupted"),
    ],
)
def test_they_do_nothing_but_a_line_of_log(fires, sagemaker, account, caplog, *, name, bent, why):
    fires(name, [stop(name), EMAIL], **bent)
    assert status(sagemaker, name) == "InProgress"
    assert account.actions == []
    (line,) = [each for each in caplog.messages if each.startswith(f"{name}: the actions of Overfit do nothing")]
    assert why in line


def test_a_rule_without_actions_leaves_no_line(fires, caplog):
    fires("idle-none", [], EnableNetworkIsolation=True)
    assert not any("do nothing" in each for each in caplog.messages)


def test_a_prefix_with_capitals_stops_nothing_for_it_is_lowered(fires, sagemaker):
    fires("Capital-1", stop("Capital-1"))
    assert status(sagemaker, "Capital-1") == "InProgress"


def test_a_prefix_of_two_running_jobs_stops_neither(fires, sagemaker, control):
    control("PUT", "plans/twins-1", {"driven": True})
    create(sagemaker, "twins-1")
    fires("twins-2", stop("twins-"))
    assert [status(sagemaker, name) for name in ("twins-1", "twins-2")] == ["InProgress"] * 2


def test_actions_are_read_from_the_text_as_the_sdk_escapes_it(fires, account):
    fires("escaped-1", json.dumps(EMAIL).replace('"', '\\"'))
    assert account.actions == [("training", "Overfit", "email", "a@example.com")]
