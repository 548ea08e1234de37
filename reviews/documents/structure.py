"""One plain structure of what a document says: parts with a heading, paragraphs, lines and a table.

Every way out (Word, print, PDF) is made of it alone, so that none says more than another.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

RESTRICTED = "Restricted: for the review’s team"
SHARED = "May be shared"
WITH_NAMES = "Holds names of staff: for the organisers"
FOR_THE_BOARD = "Restricted: for the Board and its sub-groups"

# What XML cannot hold (XML 1.0, 2.2), and the marks that a Word template would read as page breaks.
_NOT_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Table:
    """Rows under named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """One part of a document. `key` is its name in a template."""

    key: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    table: Table | None = None
    level: int = 1

    @property
    def words(self) -> str:
        """All of it but its heading, as text."""
        rows = [" – ".join(filter(None, row)) for row in self.table.rows] if self.table else []
        return "\n".join((*self.paragraphs, *self.lines, *rows))


@dataclass(frozen=True)
class Document:
    """What one document says, and what stands around it on every page."""

    kind: str
    title: str
    subtitle: str
    classification: str
    partnership: str
    dated: dt.date
    file_name: str  # without its ending: references and kinds only, never a name
    parts: tuple[Part, ...] = field(default=())


@dataclass(frozen=True)
class Place:
    """A part that a kind of document can have: its name in a template, its heading, its table's columns."""

    key: str
    heading: str
    columns: tuple[str, ...] = ()


def parts_of(
    places: Iterable[Place],
    said: Mapping[str, str | None],
    *,
    lines: Mapping[str, Iterable[str]] | None = None,
    rows: Mapping[str, Iterable[tuple[str, ...]]] | None = None,
) -> tuple[Part, ...]:
    """The parts that say something, in the order of the kind's places."""
    found = []
    for place in places:
        table = tuple(tuple(clean(cell) for cell in row) for row in (rows or {}).get(place.key, ()))
        part = Part(
            place.key,
            place.heading,
            paragraphs_of(said.get(place.key) or ""),
            tuple(filter(None, (clean(line) for line in (lines or {}).get(place.key, ())))),
            Table(place.columns, table) if table else None,
        )
        if part.words:
            found.append(part)
    return tuple(found)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """A text's paragraphs: each line of its own is one."""
    return tuple(filter(None, (clean(line) for line in text.splitlines())))


def clean(text: str) -> str:
    """A text without what no document can hold, and without the space around it."""
    return _NOT_TEXT.sub("", text).strip()
