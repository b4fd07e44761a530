"""What a training job cost: seconds times instances times the on-demand rate (FORMATS.md 14.1).

The rates are estimates with a date and a source each; the formula is shown wherever the figure is.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from trainstop.domain.base import Frozen
from trainstop.domain.training_job import Instances, TrainingJob

_SECONDS_PER_HOUR = 3600
_CENT = Decimal("0.01")
_FALLBACK_REGIONS = ("us-east-1", "us-west-2")


class Rate(NamedTuple):
    """One row of the price table."""

    instance_type: str
    region: str
    usd_per_hour: Decimal
    as_of: str
    source: str


_Key = tuple[str, str]
PriceTable = Mapping[_Key, Rate]


class CostEstimate(Frozen):
    """An amount that can be explained, or the reason why there is none."""

    usd: Decimal | None
    """None where it is unknown: never 0 for a type without a rate."""

    formula: str
    """How the amount came about, or why it is unknown, in words for a person."""


@cache
def price_table() -> PriceTable:
    """The rates shipped with trainstop, by instance type and Region."""
    text = files("trainstop.domain").joinpath("data/training_prices.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    rates = (
        Rate(row["instance_type"], row["region"], Decimal(row["usd_per_hour"]), row["as_of"], row["source"])
        for row in rows
    )
    return {(rate.instance_type, rate.region): rate for rate in rates}


def find_rate(instance_type: str, region: str, prices: PriceTable) -> Rate | None:
    """The rate of the Region itself, else that of a Region whose GPU rates have proved equal, else None."""
    candidates = (prices.get((instance_type, place)) for place in (region, *_FALLBACK_REGIONS))
    return next((rate for rate in candidates if rate is not None), None)


def estimate_cost(job: TrainingJob, prices: PriceTable, now: datetime) -> CostEstimate:
    """Estimate what the job cost so far.

    BillableTimeInSeconds is taken where it is there (a spot discount is already in it), else the time from start to
    end, or to ``now`` while it runs; a job that ended before its training started was not billed.
    """
    if job.training_start_time is None and job.billable_time_in_seconds is None:
        return CostEstimate(usd=Decimal(0), formula="training never started, so nothing was billed")
    seconds = job.billable_time_in_seconds
    basis = "billable"
    if seconds is None:
        seconds, basis = job.duration_seconds, "elapsed"
    if seconds is None and job.training_start_time and not job.is_terminal:
        seconds = max(0, round((now - job.training_start_time).total_seconds()))
        basis = "elapsed so far"
    if seconds is None:
        return CostEstimate(usd=None, formula="unknown: the job has neither billable time nor an end")
    if not job.instances:
        return CostEstimate(usd=None, formula="unknown: the job names no instance type")
    return _price(job.instances, job.arn.region, seconds, basis, prices)


def usd_per_hour(job: TrainingJob, prices: PriceTable) -> Decimal | None:
    """The on-demand price of all the job's instances together for an hour; None where one of them has no rate."""
    rates = [(find_rate(each.instance_type, job.arn.region, prices), each.instance_count) for each in job.instances]
    known = [rate.usd_per_hour * count for rate, count in rates if rate is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(rates) else None


def _price(instances: Iterable[Instances], region: str, seconds: int, basis: str, prices: PriceTable) -> CostEstimate:
    total = Decimal(0)
    terms: list[str] = []
    for instance_type, instance_count in instances:
        rate = find_rate(instance_type, region, prices)
        if rate is None:
            return CostEstimate(usd=None, formula=f"unknown: no rate for {instance_type} in the price table")
        total += Decimal(seconds) / _SECONDS_PER_HOUR * instance_count * rate.usd_per_hour
        terms.append(
            f"{seconds} s {basis} / 3600 x {instance_count} x {rate.usd_per_hour} USD/h "
            f"({instance_type}, {rate.region}, {rate.as_of})"
        )
    return CostEstimate(usd=total.quantize(_CENT, ROUND_HALF_UP), formula=" + ".join(terms))
