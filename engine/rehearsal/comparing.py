"""Two rehearsals side by side: what is new, what is gone, what has moved, what reads differently."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.clock import local_date
from engine.rehearsal.timeline import Entry, Rehearsal

Key = tuple[str, ...]
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Change:
    """The same thing in both: as it was, as it would be, and by how many days it comes later."""

    before: Entry
    after: Entry
    days: int


@dataclass(frozen=True)
class Comparison:
    """What differs between two timelines, in order of time."""

    new: tuple[Entry, ...]
    gone: tuple[Entry, ...]
    moved: tuple[Change, ...]
    reworded: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """True when both tell the same."""
        return not (self.new or self.gone or self.moved or self.reworded)


def compare(before: Rehearsal, after: Rehearsal) -> Comparison:
    """What would be different. Days are counted from each rehearsal's own beginning, so that two that began
    on different days can be compared."""
    left, right = _by_key(before), _by_key(after)
    new: list[Entry] = []
    gone: list[Entry] = []
    moved: list[Change] = []
    reworded: list[Change] = []
    for key in {**left, **right}:
        old, young = left.get(key, []), right.get(key, [])
        for was, will in _pairs(old, young):
            if was is None or will is None:
                new.extend([will[1]] if will else [])
                gone.extend([was[1]] if was else [])
            elif was[0] != will[0]:
                moved.append(Change(was[1], will[1], will[0] - was[0]))
            elif _written(was[1]) != _written(will[1]):
                reworded.append(Change(was[1], will[1], 0))
    return Comparison(
        tuple(sorted(new, key=_at)),
        tuple(sorted(gone, key=_at)),
        tuple(sorted(moved, key=lambda change: change.after.at)),
        tuple(sorted(reworded, key=lambda change: change.after.at)),
    )


Dated = tuple[int, Entry]


def _by_key(rehearsal: Rehearsal) -> dict[Key, list[Dated]]:
    """Lines that mean the same thing, each with the day of the rehearsal it is on."""
    first = local_date(rehearsal.started_at)
    found: dict[Key, list[Dated]] = defaultdict(list)
    for line in rehearsal.entries:
        key = (line.kind, line.process, line.element, line.role, line.agency or "", line.person, line.text_id)
        found[key].append(((local_date(line.at) - first).days, line))
    return found


def _pairs(old: list[Dated], young: list[Dated]) -> Iterable[tuple[Dated | None, Dated | None]]:
    """Those of the same day belong together; of the rest the first with the first, and so on."""
    left, right = list(old), list(young)
    for was in old:
        same = next((will for will in right if will[0] == was[0]), None)
        if same is not None:
            left.remove(was)
            right.remove(same)
            yield was, same
    for place in range(max(len(left), len(right))):
        yield (
            left[place] if place < len(left) else None,
            right[place] if place < len(right) else None,
        )


def _written(line: Entry) -> tuple[str, str]:
    """What a notice says. The number of a step that opened in a rehearsal, in the address it names, is drawn
    by lot: it is no difference."""
    return line.subject, _NUMBER.sub("", line.text)


def _at(line: Entry) -> datetime:
    return line.at
