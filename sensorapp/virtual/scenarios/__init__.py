"""Scenarios: what a virtual wearer does, written as TOML files in this folder."""

from sensorapp.virtual.scenarios.air import AirChange
from sensorapp.virtual.scenarios.loader import load_scenario, parse_scenario, scenario_names
from sensorapp.virtual.scenarios.scenario import Scenario

__all__ = ["AirChange", "Scenario", "load_scenario", "parse_scenario", "scenario_names"]
