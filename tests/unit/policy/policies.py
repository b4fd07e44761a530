"""Hypothesis strategies for whole policies and cases."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from trainstop.domain.category import Category, Retry
from trainstop.domain.decision import Neighbour
from trainstop.domain.finding import Trigger
from trainstop.domain.job_actions import JobActions
from trainstop.policy.actions import Alert, Resubmit, Silence, Stop
from trainstop.policy.case import Case
from trainstop.policy.document import PolicyDocument, Protection, Rule
from trainstop.policy.when import Cost, When

ROLE = "arn:aws:iam::111122223333:role/training"


def some(values, most=3):
    return st.none() | st.lists(values, min_size=1, max_size=most).map(tuple)


whens = st.builds(
    When,
    trigger=some(st.sampled_from(Trigger)),
    job=some(st.sampled_from(["*", "vision-*", "x"])),
    category=some(st.sampled_from(Category)),
    role=some(st.sampled_from(["training", "*"])),
    instance_type=some(st.sampled_from(["ml.p5*", "ml.g5.xlarge"])),
    cost_usd=st.none() | st.builds(Cost, at_least=st.sampled_from([Decimal(0), Decimal(5)])),
    spot=st.none() | st.booleans(),
    pipeline=st.none() | st.booleans(),
)
actions = st.fixed_dictionaries(
    {},
    optional={
        "stop": st.booleans() | st.builds(Stop, confirm_after_seconds=st.none() | st.integers(0, 60)),
        "alert": st.just(Silence.NONE) | st.builds(Alert),
        "resubmit": st.booleans() | st.builds(Resubmit, more_gpu_memory=st.booleans()),
    },
).filter(bool)
rules = st.builds(
    lambda spoken, **rest: Rule(**rest, **spoken),
    spoken=actions | st.just({"ignore": True}),
    name=st.from_regex(r"\A[a-z][a-z0-9]{0,8}\Z"),
    when=whens,
    dry_run=st.booleans(),
    trial=st.booleans(),
)
documents = st.builds(
    PolicyDocument,
    version=st.just(1),
    dry_run=st.booleans(),
    honour_job_actions=st.booleans(),
    protect=st.builds(
        Protection,
        jobs=st.lists(st.sampled_from(["vision-*", "prod-*"]), max_size=2).map(tuple),
        tags=st.dictionaries(st.sampled_from(["team", "keep"]), st.sampled_from(["vision", "*"]), max_size=1),
    ),
    rules=st.lists(rules, min_size=1, max_size=5).map(tuple),
)
cases = st.builds(
    Case,
    trigger=st.sampled_from(Trigger),
    rule_name=st.sampled_from(["", "Overfit"]),
    training_job_name=st.sampled_from(["vision-1", "prod-1", "x"]),
    tags=st.none() | st.dictionaries(st.sampled_from(["team", "keep"]), st.sampled_from(["vision", "y"]), max_size=2),
    category=st.sampled_from(Category),
    in_progress=st.booleans(),
    role_arn=st.sampled_from(["", ROLE]),
    instance_types=st.sampled_from([(), ("ml.p5.48xlarge",)]),
    cost_usd=st.sampled_from([None, Decimal(1), Decimal(9)]),
    spot=st.booleans(),
    pipeline=st.sampled_from([None, "nightly"]),
    neighbours=st.sets(st.sampled_from(Neighbour), max_size=2).map(tuple),
    declared=st.sampled_from([None, JobActions(), JobActions(stop_prefix="x")]),
    retry=st.sampled_from(Retry),
    now=st.integers(0, 14 * 24).map(lambda hours: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=hours)),
)
