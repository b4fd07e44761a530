"""Drills: incidents that are made up to see how far they come. One scenario a file (``scenarios/*.yaml``)."""

from trainstop.drills.scenario import Scenario, scenarios
from trainstop.drills.stage import Stage

__all__ = ["Scenario", "Stage", "scenarios"]
