"""What people call a process and the files of its bundle."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from engine import BundleRefused
from engine.diagram import read_diagram
from reviews.shipped import CHASING
from reviews.texts import TEXTS


def title_of(process: str, files: Mapping[str, str]) -> str:
    """The title that a bundle's diagram gives its process, else its name as words."""
    if process == CHASING:
        return "Reminders and notices"
    for name, text in files.items():
        if name.endswith(".bpmn"):
            try:
                return read_diagram(text.encode(), name).title or _as_words(process)
            except BundleRefused:
                break
    return _as_words(process)


def file_titles(files: Mapping[str, str]) -> dict[str, str]:
    """What people call each file of a bundle, the diagram first, then tables, forms and scenarios: a form is
    called like its step. A file that cannot be read keeps its name as words."""
    steps: dict[str, str] = {}
    for name, text in files.items():
        if name.endswith(".bpmn"):
            with suppress(BundleRefused):
                steps = {step.id: step.name for step in read_diagram(text.encode(), name).user_tasks()}
    return {name: _file_title(name, steps) for name in sorted(files, key=_kind)}


def _kind(name: str) -> tuple[int, str]:
    order = (".bpmn", ".dmn", ".form", ".notice", ".yaml")
    return next((place for place, end in enumerate(order) if name.endswith(end)), len(order)), name


def _file_title(name: str, steps: Mapping[str, str]) -> str:
    stem, _, end = name.rpartition("/")[2].rpartition(".")
    words = _as_words(stem.replace("-", "_"))
    if end == "bpmn":
        return "Diagram"
    if end == "dmn":
        return f"Decision table: {words}"
    if end == "form":
        return f"Form: {steps.get(stem) or words}"
    if end == "notice":
        return f"Notice: {TEXTS[stem].purpose if stem in TEXTS else words}"
    return f"Scenario: {words}" if stem not in ("usual_answers", "waivers") else words


def _as_words(process: str) -> str:
    return process.replace("_", " ").capitalize()
