"""Metrics in what functions print."""

import json

from sandbox.cloud.metrics import Point, points

LINE = json.dumps(
    {
        "_aws": {
            "Timestamp": 1768478424435,
            "CloudWatchMetrics": [
                {
                    "Namespace": "trainstop",
                    "Dimensions": [["service"], ["service", "reason"]],
                    "Metrics": [{"Name": "StopHeld", "Unit": "Count"}],
                }
            ],
        },
        "service": "watch",
        "reason": "dry_run",
        "StopHeld": [1.0],
    }
)


def test_each_set_of_dimensions_is_a_metric_of_its_own():
    assert list(points(f"START\n{LINE}\nEND")) == [
        Point("trainstop", "StopHeld", 1.0, "Count", {"service": "watch"}),
        Point("trainstop", "StopHeld", 1.0, "Count", {"service": "watch", "reason": "dry_run"}),
    ]


def test_other_output_is_no_metric():
    assert list(points('hello\n{"level": "INFO"}\n{"CloudWatchMetrics": broken\n')) == []
