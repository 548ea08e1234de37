"""What came of running scenarios: line by line, held or not, with what was expected and what was seen."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Finding


@dataclass(frozen=True)
class LineResult:
    """One line: its number in the file, what it says, whether it held, and else what was seen instead."""

    line: int
    words: str
    held: bool
    seen: str = ""


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario. `findings` are mistakes in its file; then nothing of it was run."""

    file: str
    title: str
    lines: tuple[LineResult, ...] = ()
    passed: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @property
    def held(self) -> bool:
        """True when everything that was expected was seen."""
        return not self.findings and all(line.held for line in self.lines)
