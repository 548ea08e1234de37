"""Figures made of lines: shares, medians, counts; said with their count where that is small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from reviews.measures.lines import Line
from reviews.measures.shape import COUNT, MEDIAN, SHARE, SUM, Part

FEW_CASES = 10  # a percentage of fewer says of how many it is


@dataclass(frozen=True)
class Figure:
    """One number. `value` is None where there is nothing to count; `met` of `cases` for a share."""

    part: Part
    value: float | None
    cases: int
    met: int = 0
    target: float | None = None
    paused: float | None = None  # the median of the paused days of those that were paused

    @property
    def on_target(self) -> bool | None:
        """Whether the target is met; None without a target or without a number."""
        if self.value is None or self.target is None:
            return None
        return self.value <= self.target if self.part.at_most else self.value >= self.target

    @property
    def words(self) -> str:
        """The number as it is said: "80% (4 of 5)", "12 working days"."""
        if self.value is None:
            return "None to count"
        if self.part.how == SHARE:
            said = f"{self.value:g}%"
            return f"{said} ({self.met} of {self.cases})" if self.cases < FEW_CASES else said
        unit = self.part.unit
        said = f"{self.value:g}" + ("" if not unit else unit if unit == "%" else f" {unit}")
        return f"{said} (of {self.cases})" if self.part.how == MEDIAN and self.cases < FEW_CASES else said

    @property
    def target_words(self) -> str:
        """The target as it is said, or ""."""
        if self.target is None:
            return ""
        unit = "%" if self.part.how == SHARE else ""
        if self.part.at_most:
            return f"at most {self.target:g}{unit}" if self.target else "none"
        return f"{self.target:g}%" if self.target == 100 and unit else f"{self.target:g}{unit} or more"


def lines_of(part: Part, lines: Iterable[Line]) -> list[Line]:
    """The lines that a figure is made of."""
    found = [line for line in lines if line.part == part.lines]
    return found if part.how != SHARE else [line for line in found if line.met is not None]


def figure(part: Part, lines: Iterable[Line], target: float | None = None) -> Figure:
    """One figure of a measure, of the measure's lines."""
    counted = lines_of(part, lines)
    values = [line.value for line in counted if line.value is not None]
    met = sum(bool(line.met) for line in counted)
    stopped = [line.paused for line in counted if line.paused]
    return Figure(
        part,
        _value(part.how, len(counted), met, values),
        len(values) if part.how == MEDIAN else len(counted),
        met,
        target,
        median(stopped) if stopped else None,
    )


def _value(how: str, cases: int, met: int, values: Sequence[float]) -> float | None:
    if how == SHARE:
        return round(100 * met / cases) if cases else None
    if how == COUNT:
        return cases
    if not values:
        return 0 if how == SUM else None
    if how == MEDIAN:
        return median(values)
    return sum(values) if how == SUM else max(values)
