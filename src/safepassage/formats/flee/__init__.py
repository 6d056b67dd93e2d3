"""Flee's scenario folders: read as they are, simulated exactly, compared with what was reported."""

from safepassage.formats.flee.reader import read_scenario as read_scenario
from safepassage.formats.flee.scenario import Scenario as Scenario
