"""What a measure is: its name, its formula in words, the figures it gives, and which body looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reviews.measures.lines import Line, Window

SHARE, MEDIAN, COUNT, SUM, MOST = "share", "median", "count", "sum", "most"
BOARD, QA, MONITORING, TRAINING, HEAD = "board", "qa", "monitoring", "training", "head"
BODIES = {
    BOARD: "Board",
    QA: "QA sub-group",
    MONITORING: "Monitoring sub-group",
    TRAINING: "Training sub-group",
    HEAD: "Head of Safeguarding and Learning",
}
EVERYBODY = frozenset(BODIES)


@dataclass(frozen=True)
class Part:
    """One figure of a measure: made of the lines of one part (or group of it), in one way.

    share: those that met it of all; median, sum, most: of their values; count: how many. `target` is the name
    of a setting; a figure is on target from there up, or with `at_most` from there down.
    """

    id: str
    name: str
    how: str
    of: str = ""  # the part whose lines count, where it is not the figure's own id
    unit: str = ""
    target: str = ""
    at_most: bool = False
    group: str = ""

    @property
    def lines(self) -> str:
        """The part whose lines count."""
        return self.of or self.id


@dataclass(frozen=True)
class Measure:
    """One measure. The first of its parts is its headline.

    `moment`: it says how things stand at the end of a period. `present`: only how they stand today.
    `groups` names the table of groups; `children`: its groups tell of children, so that few are not shown.
    """

    number: int
    name: str
    formula: str
    rows: str
    lines: Callable[[Window], list[Line]]
    parts: tuple[Part, ...]
    bodies: frozenset[str]
    empty: str
    groups: str = ""
    moment: bool = False
    present: bool = False
    children: bool = False
    by_agency: bool = False
    behind: str = ""  # the part by which an agency can be behind its target
    verb: str = "see"  # what a reader must be allowed on a review to find its lines in the list
    quality: tuple[int, ...] = ()  # the measures of quality to be read beside one of speed


DAYS = "working days"
