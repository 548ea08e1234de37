"""Scenarios: what a process owner expects of a process, in their own words (docs/scenarios.md).

Here they are read, and it is counted which steps and flows a set of them passes. They are run where the
people and the answers are known.
"""

from engine.scenarios.coverage import Coverage, Passage, Waiver, coverage_of, read_waivers
from engine.scenarios.ran import Ran, as_record, nothing_played, of_record
from engine.scenarios.reading import (
    ANSWERS_FILE,
    EXPECTATIONS,
    FOLDER,
    MOVES,
    SPAN,
    WAIVERS_FILE,
    Given,
    Line,
    Scenario,
    Words,
    is_scenario,
    read_answers,
    read_scenario,
)
from engine.scenarios.results import LineResult, ScenarioResult
from engine.scenarios.yaml_text import MOST_CHARACTERS, Tree, Wrong, hint, quoted, read_tree

__all__ = [
    "ANSWERS_FILE",
    "EXPECTATIONS",
    "FOLDER",
    "MOST_CHARACTERS",
    "MOVES",
    "SPAN",
    "WAIVERS_FILE",
    "Coverage",
    "Given",
    "Line",
    "LineResult",
    "Passage",
    "Ran",
    "Scenario",
    "ScenarioResult",
    "Tree",
    "Waiver",
    "Words",
    "Wrong",
    "as_record",
    "coverage_of",
    "hint",
    "is_scenario",
    "nothing_played",
    "of_record",
    "quoted",
    "read_answers",
    "read_scenario",
    "read_tree",
    "read_waivers",
]
