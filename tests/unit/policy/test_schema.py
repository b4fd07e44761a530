"""The JSON Schema that editors complete by."""

import json
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from trainstop.policy.default import default_policy
from trainstop.policy.document import policy_schema

SCHEMA = policy_schema()


def objects(node):
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            yield node
        for inner in node.values():
            yield from objects(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from objects(inner)


def test_the_published_schema_is_the_codes():
    published = Path(__file__).parents[3] / "docs/policy.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == SCHEMA


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_field_says_what_it_is_for():
    missing = [
        f"{found.get('title')}.{name}"
        for found in objects(SCHEMA)
        for name, field in found["properties"].items()
        if not field.get("description")
    ]
    assert missing == []


def test_the_shipped_policy_and_one_with_every_field_are_valid_by_it():
    text = """
version: 1
dry_run: false
honour_job_actions: true
job_action_prefix: every_job
max_stops_per_hour: 20
max_stops_per_hour_and_owner: 5
minimum_age_seconds: 300
confirm_after_seconds: 60
protect: {jobs: ["prod-*"], tags: {keep: "true"}}
rules:
  - name: all
    description: every field
    when:
      trigger: [debugger_rule]
      rule: ["*"]
      category: [unknown]
      job: ["*"]
      tags: {team: "*"}
      role: ["*"]
      instance_type: ["ml.p5*"]
      cost_usd: {at_least: 1, below: 100}
      spot: true
      tuning_job: false
      pipeline: ["nightly"]
      time: {days: [mon], from: "22:00", until: "06:00", zone: Europe/Berlin}
    stop: {minimum_age_seconds: 60, confirm_after_seconds: 60}
    alert: {severity: high, audience: [owner, team], channels: [email]}
    resubmit:
      {attempts: 2, backoff_seconds: 60, max_cost_usd: 50, instance_types: [ml.g6.xlarge], more_gpu_memory: true}
    dry_run: true
    trial: true
  - {name: hush, ignore: true}
"""
    validator = Draft202012Validator(SCHEMA)
    validator.validate(yaml.safe_load(text))
    validator.validate(
        default_policy().model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
        | {"version": 1}
    )


def test_a_field_that_does_not_exist_is_no_policy():
    errors = Draft202012Validator(SCHEMA).iter_errors({"version": 1, "rules": [{"name": "a", "stopp": True}]})
    assert any("stopp" in error.message for error in errors)
