"""One item of an agenda, wherever it is drawn from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

OWN = "own-"  # what the key of an item of somebody's own begins with
REVIEW = "review-"  # and that of a review that is presented


@dataclass(frozen=True)
class Round:
    """One time that a review was before the sub-group: what was decided, asked for, and answered."""

    number: int
    on: dt.date
    decision: str
    asked: str = ""
    answered: str = ""


@dataclass(frozen=True)
class Item:
    """One item. `papers`: the kinds of documents to read for it, each with its piece."""

    key: str
    kind: str  # in words: why it is on the agenda
    title: str
    lines: tuple[str, ...] = ()
    review: str = ""
    theme: str = ""
    report: str = ""
    papers: tuple[tuple[str, str], ...] = ()
    rounds: tuple[Round, ...] = ()
    outcome: str = ""
    carried_to: dt.date | None = None
    waits: bool = True  # it can still be carried to a later meeting

    @property
    def own(self) -> bool:
        """Whether somebody added it by hand."""
        return self.key.startswith(OWN)


@dataclass
class Drawn:
    """What was found for a meeting, and how many items more are in reviews that the reader may not open."""

    items: list[Item] = field(default_factory=list)
    hidden: int = 0
