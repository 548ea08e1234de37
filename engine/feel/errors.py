"""What FEEL says when it refuses a text."""

from __future__ import annotations


class FeelError(Exception):
    """A text that is not FEEL, or not allowed here: what is wrong, where, and what to write instead.

    `line` and `column` count from 1 (0 where the place is not known); `suggestion` may be empty.
    """

    def __init__(self, message: str, line: int = 0, column: int = 0, suggestion: str = "") -> None:
        self.message = message
        self.line = line
        self.column = column
        self.suggestion = suggestion
        super().__init__(message, line, column, suggestion)

    def __str__(self) -> str:
        place = f" (line {self.line}, column {self.column})" if self.line else ""
        advice = f" {self.suggestion}" if self.suggestion else ""
        return f"{self.message}{place}.{advice}"


class FeelLimit(FeelError):
    """An expression that asks for more than its budget: text, nesting, steps, time or memory."""


def place_of(text: str, position: int) -> tuple[int, int]:
    """The line and column (from 1) of a position in a text."""
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
