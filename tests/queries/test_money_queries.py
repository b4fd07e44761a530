"""Money saved by stops, what guardrails held back, and retries: each against the same numbers computed in Python."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.queries.lake import Lake
from tests.queries.made_archive import CATEGORIES, FAILURES, as_drills, by_job, grouped, highest_cost, recent, total
from tests.queries.test_failure_queries import _approx
from tests.unit.records.made import a_diagnosis, a_job, a_stop, an_incident, at
from trainstop.domain.decision import Action, Outcome, PlannedRetry, StopReason
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import RetryFacts


def _first_stops():
    stops = by_job(incident for incident in recent(30) if incident.outcome.action is Action.STOPPED)
    return [min(mine, key=lambda each: each.outcome.acted_at) for mine in stops.values()]


def _hours_left(incident):
    job = incident.job
    if job.max_runtime_seconds is None:
        return None
    gone = (incident.outcome.acted_at - job.started_at).total_seconds() if job.started_at else 0
    return max(0, job.max_runtime_seconds - gone) / 3600


def _bound(incident):
    price, hours = incident.job.usd_per_hour, _hours_left(incident)
    return None if price is None or hours is None else float(price) * hours


def test_a_stop_saves_at_most_the_rest_of_the_allowed_time_and_counts_once_a_job(made_lake):
    groups = grouped(_first_stops(), lambda each: (each.job.team or "(no team)", each.rule.name))
    rows = made_lake.run("money_saved_by_stops")
    assert {(row["team"], row["rule"]) for row in rows} == groups.keys()
    for row in rows:
        mine = groups[row["team"], row["rule"]]
        assert row == {
            "team": row["team"],
            "rule": row["rule"],
            "jobs": len(mine),
            "cost_usd": _approx(total(highest_cost([each]) for each in mine)),
            "spared_hours_at_most": _approx(total(map(_hours_left, mine))),
            "saved_usd_at_most": _approx(total(map(_bound, mine))),
            "jobs_without_bound": sum(_bound(each) is None for each in mine),
        }
    bounds = [_bound(each) for each in _first_stops()]
    assert {None, 0.0} < set(bounds)


def test_an_hour_left_at_ten_dollars_is_ten_dollars_at_most(tmp_path):
    started_at = at("2026-01-15 12:00:00")
    job = a_job("a-1", usd_per_hour="10", started_at=started_at, max_runtime_seconds=7200)
    acted = Outcome(action=Action.STOPPED, acted_at=started_at + timedelta(hours=1))
    lake = Lake(tmp_path, [a_stop("a-1", job=job, outcome=acted)], [])
    [row] = lake.run("money_saved_by_stops")
    lake.close()
    assert (row["rule"], row["spared_hours_at_most"], row["saved_usd_at_most"]) == ("LossNotDecreasing", 1.0, 10.0)


def _held_jobs():
    for mine in by_job(recent(30)).values():
        seen = sorted(mine, key=lambda each: each.detected_at)
        held = [each for each in seen if each.outcome.action is Action.STOP_HELD]
        firsts = {(each.decision.stop_reason.value, each.decision.stop_rule or "(none)"): each for each in held[::-1]}
        for guardrail, first in firsts.items():
            yield guardrail, first, [each for each in seen if each.detected_at > first.detected_at]


def _spent_after(first, later):
    then, now = highest_cost([first]), highest_cost(later)
    return None if then is None or now is None else now - then


def test_held_stops_show_how_the_jobs_went_on(made_lake):
    guardrails = grouped(_held_jobs(), lambda job: job[0])
    rows = made_lake.run("held_stops")
    assert {(row["stop_reason"], row["stop_rule"]) for row in rows} == guardrails.keys()
    for row in rows:
        jobs = [(first, later) for _, first, later in guardrails[row["stop_reason"], row["stop_rule"]]]
        spent = [_spent_after(first, later) for first, later in jobs]
        assert row == {
            "stop_reason": row["stop_reason"],
            "stop_rule": row["stop_rule"],
            "jobs": len(jobs),
            "failed_later": sum(any(each.trigger in FAILURES for each in later) for _, later in jobs),
            "stopped_later": sum(
                any(each.trigger is Trigger.JOB_STOPPED or each.outcome.action is Action.STOPPED for each in later)
                for _, later in jobs
            ),
            "cost_usd": _approx(total(highest_cost([first]) for first, _ in jobs)),
            "spent_after_usd": _approx(total(spent)),
            "jobs_without_later_cost": spent.count(None),
        }
    assert sum(row["failed_later"] for row in rows) > 0
    assert sum(row["stopped_later"] for row in rows) > 0


def _seen(minute, cost, rule=""):
    """One job's incident: a stop held back for a rule, or its failure."""
    moment = at(f"2026-01-15 12:{minute}:00")
    facts = {"job": a_job("a-1", cost_usd=cost), "occurred_at": moment, "detected_at": moment}
    if not rule:
        return an_incident("a-1", **facts)
    held = a_stop("a-1", rule, outcome=Outcome(action=Action.STOP_HELD), **facts)
    update = {"stop": False, "stop_reason": StopReason.DRY_RUN}
    return held.model_copy(update={"decision": held.decision.model_copy(update=update)})


def test_a_job_that_was_held_twice_counts_from_the_first_time(tmp_path):
    lake = Lake(tmp_path, [_seen(20, "5", "Overfit"), _seen(30, "9", "Stalled"), _seen(40, "12")], [])
    [row] = lake.run("held_stops")
    lake.close()
    assert (row["jobs"], row["failed_later"], row["cost_usd"], row["spent_after_usd"]) == (1, 1, 5.0, 7.0)


def _line(number, dice):
    """A failed job and its retries: pairs of an incident and how the retry that it planned ended, if it planned one."""
    root, spent, failed_at = f"line-{number}", Decimal(0), at("2026-01-01 00:00:00") + timedelta(hours=number)
    for attempt in range(4):
        name = f"{root}-retry-{attempt}" if attempt else root
        cost = None if dice.random() < 0.2 else Decimal(dice.randrange(1, 5000)).scaleb(-2)
        spent = None if cost is None or spent is None else spent + cost
        ending = dice.choice(["failed", "failed", "completed", "unseen"]) if attempt else "failed"
        if ending == "unseen":
            return
        category = dice.choice(CATEGORIES[:2])
        planned = ending == "failed" and attempt < 3 and dice.random() < 0.8
        then = PlannedRetry(training_job_name=f"{root}-retry-{attempt + 1}", attempt=attempt + 1, due_at=failed_at)
        yield an_incident(
            name,
            dice.choice(FAILURES) if ending == "failed" else Trigger.RETRY_COMPLETED,
            job=a_job(name, cost_usd=cost),
            occurred_at=failed_at + timedelta(minutes=attempt),
            diagnosis=a_diagnosis(category, fingerprint=dice.choice(["", "aa", "bb"])),
            retry=RetryFacts(attempt=attempt, root=root, thread="", cost_usd=spent) if attempt else None,
            outcome=Outcome(action=Action.NONE, retry=then if planned else None),
        )
        if not planned:
            return


_DICE = random.Random(7)  # noqa: S311 - made data, not a secret
LINES = [list(_line(number, _DICE)) for number in range(150)]


def _retries():
    """Each planned retry: the incident before it, and the one that it ended with or None."""
    for line in LINES:
        for before, after in zip(line, [*line[1:], None], strict=True):
            if before.outcome.retry:
                yield before, after


def _summed(retries):
    ended = [after for _, after in retries if after]
    completed = sum(after.trigger is Trigger.RETRY_COMPLETED for after in ended)
    last = [after for before, after in retries if after and not after.outcome.retry]
    return {
        "planned": len(retries),
        "completed": completed,
        "failed_again": len(ended) - completed,
        "no_end_known": len(retries) - len(ended),
        "helped_percent": _approx(100 * completed / len(ended), 1) if ended else None,
        "retries_cost_usd": _approx(total(highest_cost([after]) for after in ended)),
        "lines_cost_usd": _approx(total(after.retry.cost_usd and float(after.retry.cost_usd) for after in last)),
    }


@pytest.fixture(scope="module")
def retries_lake(tmp_path_factory):
    made = [incident for line in LINES for incident in line]
    lake = Lake(tmp_path_factory.mktemp("retries"), [*made, *as_drills(made)], [])
    yield lake
    lake.close()


def test_retries_that_helped_by_category_and_fault(retries_lake):
    groups = Counter()
    found = list(_retries())
    by_category = grouped(found, lambda pair: (pair[0].diagnosis.category.value, "(all)"))
    by_fault = grouped(
        found, lambda pair: (pair[0].diagnosis.category.value, pair[0].diagnosis.fingerprint or "(none)")
    )
    rows = retries_lake.run("retries_that_helped")
    wanted = {key: _summed(pairs) for key, pairs in (by_category | by_fault).items()}
    for row in rows:
        key = row.pop("category"), row.pop("fingerprint")
        groups[key] += 1
        assert row == wanted[key]
    assert groups == Counter(wanted.keys())
    assert len(groups) == 8


def test_a_lines_cost_is_counted_once_however_many_retries_it_has(retries_lake):
    rows = retries_lake.run("retries_that_helped")
    whole = sum(row["lines_cost_usd"] for row in rows if row["fingerprint"] == "(all)")
    last = [line[-1].retry for line in LINES if line[-1].retry and not line[-1].outcome.retry]
    assert whole == pytest.approx(sum(float(line.cost_usd) for line in last if line.cost_usd), abs=0.02)
