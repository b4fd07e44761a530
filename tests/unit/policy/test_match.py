"""When a rule applies, and what is said where it does not."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from trainstop.domain.category import Category
from trainstop.domain.finding import Trigger
from trainstop.policy.case import Case
from trainstop.policy.match import mismatches
from trainstop.policy.parse import parse_policy

CASE = Case(
    trigger=Trigger.DEBUGGER_RULE,
    rule_name="Overfit",
    training_job_name="vision-resnet-7",
    tags={"team": "vision"},
    category=Category.NUMERICAL,
    in_progress=True,
    role_arn="arn:aws:iam::111122223333:role/teams/vision-training",
    instance_types=("ml.m5.large", "ml.p5.48xlarge"),
    cost_usd=Decimal("120.50"),
    spot=True,
    tuning_job="hpo-7",
    now=datetime(2026, 1, 16, 22, 30, tzinfo=UTC),
)


def problems(when, **changes):
    (rule,) = parse_policy(f"version: 1\nrules: [{{name: a, ignore: true, when: {when}}}]").rules
    return list(mismatches(rule.when, CASE.model_copy(update=changes)))


@pytest.mark.parametrize(
    "when",
    [
        "{role: vision-*}",
        "{role: 'arn:aws:iam::*:role/teams/*'}",
        "{instance_type: ml.p5*}",
        "{cost_usd: {at_least: 100}}",
        "{cost_usd: {at_least: 100, below: 121}}",
        "{spot: true}",
        "{tuning_job: true}",
        "{tuning_job: hpo-*}",
        "{pipeline: false}",
        "{time: {days: fri, from: 22:00, until: 06:00}}",
        '{time: {days: sat, from: "07:30", until: "08:00", zone: Asia/Tokyo}}',
    ],
)
def test_it_applies(when):
    assert problems(when) == []


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{role: nlp-*}", "does not match nlp-*"),
        ("{instance_type: ml.g5*}", "instance_type is ml.m5.large, ml.p5.48xlarge, which does not match ml.g5*"),
        ("{cost_usd: {at_least: 200}}", "cost_usd is 120.50, less than 200"),
        ("{cost_usd: {below: 100}}", "cost_usd is 120.50, not below 100"),
        ("{spot: false}", "spot is true"),
        ("{tuning_job: false}", "tuning_job is hpo-7"),
        ("{pipeline: nightly-*}", "pipeline is none"),
        ("{time: {days: [mon, tue]}}", "is fri 22:30 in UTC, outside 00:00 to 24:00 on mon, tue"),
        ("{time: {days: fri, from: 22:00, until: 06:00, zone: Asia/Tokyo}}", "is sat 07:30 in Asia/Tokyo"),
    ],
)
def test_it_does_not_apply_and_says_why(when, said):
    (problem,) = problems(when)
    assert said in problem


def test_every_field_that_does_not_match_is_named():
    assert len(problems("{spot: false, job: nlp-*, trigger: alarm}")) == 3


def test_a_night_belongs_to_the_day_on_which_it_begins():
    early_saturday = datetime(2026, 1, 17, 3, 0, tzinfo=UTC)
    assert problems("{time: {days: fri, from: 22:00, until: 06:00}}", now=early_saturday) == []
    assert problems("{time: {days: sat, from: 22:00, until: 06:00}}", now=early_saturday) != []


def test_an_unknown_cost_is_in_no_range():
    assert problems("{cost_usd: {at_least: 0}}", cost_usd=None) == ["cost_usd is unknown"]


def test_tags_that_cannot_be_read_match_no_pattern():
    assert problems("{tags: {team: '*'}}", tags=None) == ["tags could not be read"]
