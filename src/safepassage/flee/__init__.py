"""Flee's scenario folders: read as they are, simulated exactly, compared with what was reported."""

from safepassage.flee.io.reader import read_scenario as read_scenario
from safepassage.flee.io.scenario import Scenario as Scenario
