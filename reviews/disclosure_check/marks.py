"""A mark: a place in a text that may tell who somebody is, why, and what to say instead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

MUST_GO, LOOK = "must_go", "look"
STRENGTHS = {MUST_GO: "Must go", LOOK: "Look at it"}
SIDE = 40  # letters on each side that tell one place from another with the same words
# What kinds of marks there are, as the list beside the text names them.
KINDS = {
    "child_name": "A name of the child",
    "family_name": "A name in the family",
    "staff_name": "A name of somebody who works on this review",
    "titled_name": "A person with a title",
    "initials": "Initials",
    "birth": "The child’s date of birth",
    "date": "An exact date",
    "age": "An exact age",
    "address": "The child’s address",
    "place": "A place",
    "number": "A number",
    "contact": "A way to reach somebody",
    "organisation": "A school, ward, surgery, team or place of worship",
    "small_number": "A small number",
    "rare": "A rare fact",
    "combination": "Several facts together",
    "quotation": "A quotation",
    "file": "What the file tells beside its words",
}


@dataclass(frozen=True)
class Mark:
    """One place. `start` and `end` count letters of the field's text; `instead` is what can be put there."""

    kind: str
    start: int
    end: int
    strength: str
    why: str
    suggestion: str
    instead: str = ""
    field: str = ""
    words: str = ""
    around: str = ""

    @property
    def must_go(self) -> bool:
        """Whether nobody's word lets it stand."""
        return self.strength == MUST_GO

    @property
    def key(self) -> str:
        """What this mark is known by, as long as its words and those beside it stay: no words in it."""
        told = f"{self.field}\x1f{self.kind}\x1f{self.words}\x1f{self.around}"
        return hashlib.sha256(told.encode()).hexdigest()[:24]


def placed(field: str, text: str, marks: Iterable[Mark]) -> list[Mark]:
    """The marks of one field in their order: of those that lie in one another the strongest, then the
    longest, stays."""
    kept: list[Mark] = []
    covered = bytearray(len(text))
    for mark in sorted(marks, key=lambda each: (not each.must_go, each.start - each.end, each.start)):
        if mark.kind == "combination":
            kept.append(mark)
        elif 1 not in covered[mark.start : mark.end]:
            covered[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
            kept.append(mark)
    return [
        replace(
            mark,
            field=field,
            words=text[mark.start : mark.end],
            around=text[max(0, mark.start - SIDE) : mark.start] + "\x1f" + text[mark.end : mark.end + SIDE],
        )
        for mark in sorted(kept, key=lambda each: (each.start, each.end))
    ]
