"""What people call a process."""

from __future__ import annotations

from collections.abc import Mapping

from engine import BundleRefused
from engine.diagram import read_diagram
from reviews.shipped import CHASING


def title_of(process: str, files: Mapping[str, str]) -> str:
    """The title that a bundle's diagram gives its process, else its name as words."""
    if process == CHASING:
        return "Reminders (the chasing table)"
    for name, text in files.items():
        if name.endswith(".bpmn"):
            try:
                return read_diagram(text.encode(), name).title or _as_words(process)
            except BundleRefused:
                break
    return _as_words(process)


def _as_words(process: str) -> str:
    return process.replace("_", " ").capitalize()
