"""What is wrong or doubtful in a decision file, found without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.decisions.errors import Finding

if TYPE_CHECKING:
    from engine.decisions import DecisionModel


def findings(model: DecisionModel) -> list[Finding]:
    """All findings of a model, in the file's order."""
    return []
