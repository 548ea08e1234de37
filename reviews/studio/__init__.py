"""The studio: what process owners do with the processes, and who may do it. Its face holds rehearsal and
scenarios; changes, versions and moving cases have modules of their own."""

from engine.rehearsal import KINDS, Change, Comparison, Entry, Rehearsal, compare
from engine.scenarios import Coverage, LineResult, Passage, Ran, ScenarioResult, as_record
from reviews.studio.recording import record_case
from reviews.studio.rehearsing import NewCase, Planned, RunningCase, read_plans, rehearse
from reviews.studio.scenes import run_scenarios

__all__ = [
    "KINDS",
    "Change",
    "Comparison",
    "Coverage",
    "Entry",
    "LineResult",
    "NewCase",
    "Passage",
    "Planned",
    "Ran",
    "Rehearsal",
    "RunningCase",
    "ScenarioResult",
    "as_record",
    "compare",
    "read_plans",
    "record_case",
    "rehearse",
    "run_scenarios",
]
