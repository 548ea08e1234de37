"""Overlaps, gaps and rules never reached, from the pieces of a table's columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from engine.decisions.model import Rule, Table
from engine.decisions.regions import Column

_MOST_LOOKS = 5_000
_MOST_GAPS = 5
_MOST_PAIRS = 20_000
_ANSWER_EMPTY = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")  # no rule met is an answer there

Doubt = tuple[str, Rule | None, str, str, str]  # its kind, the rule, a sentence, what to do, an example
Box = tuple[frozenset[int], ...]


def doubts(table: Table, columns: list[Column]) -> Iterator[Doubt]:
    """What is doubtful about the rules of a table, each with the rule it is about (or none)."""
    boxes = [_box(columns, number) for number in range(len(table.rules))]
    dead = set()
    for rule, box in zip(table.rules, boxes, strict=True):
        if box is not None and not all(box):
            dead.add(rule.number)
            column = next(c for c, chosen in zip(columns, box, strict=True) if not chosen)
            sentence = f"Rule {rule.number} can never be met: no allowed value of “{column.label}” "
            sentence += "meets its condition"
            yield "table_never_met", rule, sentence, "Correct the condition, or remove the rule.", ""
    yield from _overlaps(table, columns, boxes)
    if table.hit_policy == "FIRST":
        yield from _never_reached(table, columns, boxes, dead)
    has_default = any(output.default and output.default.text for output in table.outputs)
    if table.hit_policy not in _ANSWER_EMPTY and not has_default and all(boxes) and columns and table.rules:
        yield from _gaps(columns, [box for box in boxes if box is not None])


def _box(columns: list[Column], number: int) -> Box | None:
    """The pieces that meet a rule, column by column; nothing when one cannot be known."""
    sets = [column.met[number] for column in columns]
    known = tuple(chosen for chosen in sets if chosen is not None)
    return known if len(known) == len(sets) else None


def _overlaps(table: Table, columns: list[Column], boxes: list[Box | None]) -> Iterator[Doubt]:
    if table.hit_policy not in ("UNIQUE", "ANY"):
        return
    for count, (one, other) in enumerate(combinations(range(len(boxes)), 2)):
        first, second = boxes[one], boxes[other]
        if count > _MOST_PAIRS:
            return
        if first is None or second is None:
            continue
        common = tuple(a & b for a, b in zip(first, second, strict=True))
        rules = table.rules[one], table.rules[other]
        same = [cell.text for cell in rules[0].results] == [cell.text for cell in rules[1].results]
        if not all(common) or (same and table.hit_policy == "ANY"):
            continue
        answers = "" if table.hit_policy == "UNIQUE" else " with different results"
        when = _when(columns, common)
        yield (
            "table_overlap",
            rules[1],
            f"Rules {rules[0].number} and {rules[1].number} are both met{answers}{when}",
            "Change one of them so that they exclude each other, or choose the hit policy FIRST.",
            _example(columns, common),
        )


def _when(columns: list[Column], box: Box) -> str:
    """A box in words: the columns that it narrows."""
    parts = [
        f"“{column.label}” is {column.written(chosen)}"
        for column, chosen in zip(columns, box, strict=True)
        if len(chosen) < len(column.pieces) or len(columns) == 1
    ]
    return " when " + " and ".join(parts) if parts else " whatever the inputs are"


def _example(columns: list[Column], box: Box) -> str:
    """One input in a box, in words: "age 17, kind true"."""
    parts = [
        f"{column.label} {_said(column.pieces[min(chosen)].sample)}"
        for column, chosen in zip(columns, box, strict=True)
        if chosen
    ]
    return ", ".join(parts)


def _said(sample: object) -> str:
    return str(sample).lower() if isinstance(sample, bool) else str(sample)


def _never_reached(
    table: Table, columns: list[Column], boxes: list[Box | None], dead: set[int]
) -> Iterator[Doubt]:
    for number, box in enumerate(boxes):
        earlier = [other for other in boxes[:number] if other is not None and all(other)]
        rule = table.rules[number]
        if box is None or rule.number in dead or not earlier:
            continue
        search = _Search(columns, earlier)
        if not search.gaps(box) and not search.gave_up:
            yield (
                "table_unreached",
                rule,
                f"Rule {rule.number} is never reached: the rules before it answer every case it is for",
                "Move it up, narrow the rules before it, or remove it.",
                _example(columns, box),
            )


def _gaps(columns: list[Column], boxes: list[Box]) -> Iterator[Doubt]:
    whole = tuple(frozenset(range(len(column.pieces))) for column in columns)
    search = _Search(columns, boxes)
    for gap in search.gaps(whole)[:_MOST_GAPS]:
        remedy = "Add a rule for this case, or a default result."
        yield "table_gap", None, f"No rule is met{_when(columns, gap)}", remedy, _example(columns, gap)
    if search.gave_up:
        sentence = "The table is too large to be searched for gaps"
        yield "table_large", None, sentence, "Split it into several tables.", ""


@dataclass(slots=True)
class _Search:
    """Looks for boxes that no rule covers, column after column."""

    columns: list[Column]
    boxes: list[Box]
    looks: int = 0
    gave_up: bool = False
    found: list[Box] = field(default_factory=list)
    full: set[tuple[int, frozenset[int]]] = field(default_factory=set)

    def gaps(self, within: Box) -> list[Box]:
        """Boxes inside a box that no rule covers (the first few)."""
        self._look(within, (), frozenset(range(len(self.boxes))))
        return self.found

    def _look(self, within: Box, chosen: Box, alive: frozenset[int]) -> bool:
        """Whether rules that are still alive cover the rest; notes what they do not."""
        depth = len(chosen)
        self.looks += 1
        if self.looks > _MOST_LOOKS or len(self.found) > _MOST_GAPS:
            self.gave_up = self.gave_up or self.looks > _MOST_LOOKS
            return False
        if not alive:
            self.found.append(chosen + within[depth:])
            return False
        if depth == len(within) or (depth, alive) in self.full:
            return True
        groups: dict[frozenset[int], set[int]] = {}
        for piece in within[depth]:
            groups.setdefault(frozenset(n for n in alive if piece in self.boxes[n][depth]), set()).add(piece)
        covered = True
        for left, pieces in sorted(groups.items(), key=lambda group: min(group[1])):
            covered = self._look(within, (*chosen, frozenset(pieces)), left) and covered
        if covered:
            self.full.add((depth, alive))
        return covered
