"""What a decision says when it cannot be read or decided."""

from __future__ import annotations

from dataclasses import dataclass


class DecisionError(Exception):
    """A decision file or decision that is refused: in which file, element and rule, why, and what to do.

    `rule` counts from 1, as the table's rows do; 0 where no rule is meant. `line` is the file's line, or 0.
    """

    def __init__(
        self,
        sentence: str,
        *,
        file: str = "",
        element: str = "",
        rule: int = 0,
        line: int = 0,
        what_to_do: str = "",
    ) -> None:
        self.sentence = sentence
        self.file = file
        self.element = element
        self.rule = rule
        self.line = line
        self.what_to_do = what_to_do
        super().__init__(sentence)

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"decision “{self.element}”" if self.element else "",
                f"rule {self.rule}" if self.rule else "",
                f"line {self.line}" if self.line else "",
            )
            if part
        )
        advice = f" {self.what_to_do}" if self.what_to_do else ""
        return f"{place + ': ' if place else ''}{self.sentence}.{advice}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or doubtful in a decision file: where (line of the file, rule from 1, 0 for none),
    what, and what to do about it. `kind` says which check found it, `example` is an input that shows it."""

    file: str
    element: str
    line: int
    rule: int
    sentence: str
    what_to_do: str
    kind: str = "table"
    example: str = ""
