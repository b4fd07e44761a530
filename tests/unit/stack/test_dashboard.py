import json
import re
from typing import Any

import pytest

from tests.unit.stack.resolved import Resolved
from tests.unit.stack.template import FUNCTIONS, PROJECT, properties, resources

DEAD_LETTERS = sorted(queue for queue in resources("AWS::SQS::Queue") if queue.endswith("DeadLetterQueue"))
THREE = ["us-east-1", "eu-west-1", "ap-south-1"]
ONE_OR_THREE = pytest.mark.parametrize("regions", [[""], THREE])


def dashboard(regions: list[str]) -> dict[str, Any]:
    """The dashboard as CloudWatch gets it; no Regions is this Region alone."""
    given = {"DashboardRegions": ",".join(regions)}
    return json.loads(Resolved(given).of(properties("Dashboard")["DashboardBody"]))


def rows(widget: dict[str, Any]) -> list[Any]:
    return widget["properties"]["metrics"]


def searches(body: dict[str, Any]) -> list[dict[str, str]]:
    return [row[0] for widget in body["widgets"] for row in rows(widget) if isinstance(row[0], dict)]


def shown(body: dict[str, Any], namespace: str) -> set[str]:
    """The metrics of a namespace that are searched."""
    designators = [
        re.search(r"MetricName=(\"\w+\"|\([^)]*\))", search["expression"])
        for search in searches(body)
        if f'Namespace="{namespace}"' in search["expression"]
    ]
    return {name for found in designators if found for name in re.findall(r'"(\w+)"', found[1])}


def published() -> set[str]:
    """The names of the metrics in the package's source."""
    sources = (PROJECT / "layers/trainstop/trainstop").rglob("*.py")
    return {
        name for source in sources for name in re.findall(r'\bMeasure\(\s*"(\w+)"', source.read_text(encoding="utf-8"))
    }


@ONE_OR_THREE
def test_the_dashboard_shows_every_metric_that_trainstop_publishes_and_no_other(regions: list[str]) -> None:
    assert shown(dashboard(regions), "trainstop") == published()


@pytest.mark.parametrize(
    ("title", "metric"),
    [
        ("Incidents by category", "IncidentRecorded"),
        ("Jobs stopped, stops held back, retries", "TrainingJobStopped"),
        ("Alerts sent, and held", "AlertHeld"),
        ("Seconds from the event to the stop and to the alert", "SecondsToAlert"),
        ("Money lost a day (USD)", "MoneyLostUsd"),
        ("Waiting: oldest message (s)", "ApproximateAgeOfOldestMessage"),
        ("Errors", "Errors"),
        ("Archive: age of the oldest arrival (s)", "OldestArrivalSeconds"),
    ],
)
@ONE_OR_THREE
def test_what_people_look_for_has_a_widget(title: str, metric: str, regions: list[str]) -> None:
    (widget,) = [each for each in dashboard(regions)["widgets"] if each["properties"]["title"] == title]
    assert metric in json.dumps(rows(widget))


def test_each_of_several_regions_has_every_row_once() -> None:
    body = dashboard(THREE)
    for widget in body["widgets"]:
        of_region = {region: [row[0] for row in rows(widget) if row[0]["region"] == region] for region in THREE}
        expressions = [[row["expression"] for row in of_region[region]] for region in THREE]
        assert expressions[0]
        assert expressions == expressions[:1] * 3
        assert sum(map(len, of_region.values())) == len(rows(widget))


def test_one_region_is_the_stacks_own() -> None:
    assert {search["region"] for search in searches(dashboard([""]))} == {"us-east-1"}


def test_a_stack_alone_names_its_own_queues_and_functions() -> None:
    text = json.dumps(dashboard([""]))
    assert all(f'"{queue}.QueueName"' in text for queue in DEAD_LETTERS)
    assert all(f'"Errors", "FunctionName", "{name}Function"' in text for name in FUNCTIONS)


def test_of_several_stacks_every_dead_letter_queue_and_every_function_is_searched() -> None:
    searched = [search["expression"] for search in searches(dashboard(THREE)) if search["region"] == "eu-west-1"]
    (errors,) = [expression for expression in searched if '"Errors"' in expression]
    (letters,) = [expression for expression in searched if '"ApproximateNumberOfMessagesVisible"' in expression]
    named = re.search(r"FunctionName=\(([^)]*)\) trainstop", errors)
    assert named
    assert sorted(named[1].split(" OR ")) == sorted(name.lower() for name in FUNCTIONS)
    assert sorted(re.findall(r"\w+DeadLetterQueue", letters)) == DEAD_LETTERS


def test_a_search_is_no_longer_than_cloudwatch_takes() -> None:
    assert max(len(search["expression"]) for search in searches(dashboard(THREE))) <= 1024


def test_the_widgets_do_not_overlap() -> None:
    places = [
        (x, y)
        for widget in dashboard([""])["widgets"]
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
