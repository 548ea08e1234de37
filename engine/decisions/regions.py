"""The conditions of a table as sets: each input's values are cut into a few pieces that no condition can
tell apart, and each cell becomes the set of pieces it is met by. The cells themselves are evaluated on one
sample of each piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.decisions import model
from engine.feel import tree
from engine.feel.errors import FeelError
from engine.feel.interpreter import Interpreter
from engine.feel.parsing import parse_cached
from engine.feel.scope import Scope
from engine.feel.temporal import Date, date_of
from engine.feel.usage import children, free_names
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.decisions import DecisionModel

_OTHER = "(any other value)"
_MOST_PIECES = 400
_CONSTANT_CALLS = ("date",)


@dataclass(frozen=True, slots=True)
class Piece:
    """Values that no condition of a column tells apart: a sample, and how the piece is written.

    For ordered values `low` and `high` are the ends ('' for none); a single point has both alike.
    """

    sample: Value
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Column:
    """An input's pieces, and for each rule the pieces that meet its cell (None: cannot be known
    beforehand)."""

    label: str
    ordered: bool
    pieces: tuple[Piece, ...]
    met: tuple[frozenset[int] | None, ...]

    def written(self, chosen: frozenset[int]) -> str:
        """A set of pieces in words."""
        if not self.ordered:
            others = [self.pieces[n].low for n in sorted(chosen)]
            return " or ".join(others)
        runs: list[list[int]] = []
        for number in sorted(chosen):
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return " or ".join(self._run(self.pieces[run[0]], self.pieces[run[-1]]) for run in runs)

    @staticmethod
    def _run(first: Piece, last: Piece) -> str:
        from_point, to_point = first.low == first.high, last.low == last.high
        if first is last and from_point:
            return first.low
        if not first.low:
            return f"{'<=' if to_point else '<'} {last.high}" if last.high else "anything"
        if not last.high:
            return f"{'>=' if from_point else '>'} {first.low}"
        return f"{'[' if from_point else '('}{first.low}..{last.high}{']' if to_point else ')'}"


def columns(owner: DecisionModel, table: model.Table) -> list[Column]:
    """The columns of a table as sets of pieces."""
    return [_column(owner, table, number) for number in range(len(table.inputs))]


def _column(owner: DecisionModel, table: model.Table, number: int) -> Column:
    source = table.inputs[number]
    cells = [rule.tests[number] for rule in table.rules]
    allowed = _allowed(owner, source)
    nodes = [_parsed(owner, cell) for cell in cells]
    limits = _parsed(owner, allowed) if allowed else None
    constants = [value for node in [*nodes, limits] if node for value in _constants(node)]
    kind = _kind(owner, source, constants)
    pieces = _pieces(kind, constants)
    if limits is not None:
        pieces = [piece for piece in pieces if _met(limits, piece.sample) is True]
        if kind == "string" and all(isinstance(test, tree.Literal) for test in getattr(limits, "tests", ())):
            pieces = [piece for piece in pieces if piece.low != _OTHER]
    if len(pieces) > _MOST_PIECES:
        pieces = []
    met = tuple(_chosen(node, cell, pieces) for node, cell in zip(nodes, cells, strict=True))
    return Column(source.label, kind in ("number", "date"), tuple(pieces), met)


def _allowed(owner: DecisionModel, source: model.Input) -> model.Cell | None:
    if source.allowed and source.allowed.text:
        return source.allowed
    found = owner.types.find(source.type) if source.type else None
    return found[1].allowed if isinstance(found, tuple) and not found[1].collection else None


def _parsed(owner: DecisionModel, cell: model.Cell) -> tree.UnaryTests | None:
    try:
        node = parse_cached(cell.text or "-", "unary tests", owner.names)
    except FeelError:
        return None
    return node if isinstance(node, tree.UnaryTests) else None


def _kind(owner: DecisionModel, source: model.Input, constants: list[Value]) -> str:
    """number, date, boolean or string; empty for what cannot be cut into pieces."""
    found: object = owner.types.find(source.type) if source.type else None
    if isinstance(found, tuple):
        found = owner.types.find(found[1].base) if not found[1].collection else "list"
    if isinstance(found, str):
        return found if found in ("number", "date", "boolean", "string") else ""
    kinds = {type(value) for value in constants if value is not None}
    names = {Decimal: "number", Date: "date", bool: "boolean", str: "string"}
    return names.get(kinds.pop(), "") if len(kinds) == 1 else ""


def _constants(node: tree.Node) -> Iterator[Value]:
    """The constant values written in a cell."""
    if isinstance(node, tree.Literal):
        yield node.value
    elif isinstance(node, tree.Negative) or _is_constant_call(node):
        yield Interpreter().value(node, Scope({}))
    else:
        for part in children(node):
            yield from _constants(part)


def _is_constant_call(node: tree.Node) -> bool:
    return (
        isinstance(node, tree.Call)
        and isinstance(node.function, tree.Name)
        and node.function.name in _CONSTANT_CALLS
        and all(isinstance(argument, tree.Literal) for argument in node.arguments)
    )


def _pieces(kind: str, constants: list[Value]) -> list[Piece]:
    if kind == "boolean":
        return [Piece(True, "true", "true"), Piece(False, "false", "false")]
    if kind == "string":
        texts = list(dict.fromkeys(value for value in constants if isinstance(value, str)))
        return [*(Piece(text, f'"{text}"', "") for text in texts), Piece(_OTHER, _OTHER, "")]
    if kind == "number":
        return _ordered(sorted({value for value in constants if isinstance(value, Decimal)}))
    if kind == "date":
        days = sorted({value.number() for value in constants if isinstance(value, Date)})
        return [_dated(piece) for piece in _ordered([Decimal(day) for day in days], whole=True)]
    return []


def _ordered(points: list[Decimal], whole: bool = False) -> list[Piece]:
    """The points and the gaps between them; whole numbers next to each other have no gap."""
    if not points:
        return [Piece(Decimal(0), "", "")]
    pieces = [Piece(points[0] - 1, "", str(points[0]))]
    for number, point in enumerate(points):
        pieces.append(Piece(point, str(point), str(point)))
        following = points[number + 1] if number + 1 < len(points) else None
        if following is None:
            pieces.append(Piece(point + 1, str(point), ""))
        elif not whole:
            pieces.append(Piece((point + following) / 2, str(point), str(following)))
        elif following - point > 1:
            pieces.append(Piece(point + 1, str(point), str(following)))
    return pieces


def _dated(piece: Piece) -> Piece:
    """A piece of day numbers as one of dates."""

    def written(number: str) -> str:
        return str(date_of(int(number))) if number else ""

    return Piece(date_of(int(piece.sample)), written(piece.low), written(piece.high))


def _chosen(node: tree.UnaryTests | None, cell: model.Cell, pieces: list[Piece]) -> frozenset[int] | None:
    if cell.text in ("", "-") or (node is not None and not node.tests):
        return frozenset(range(len(pieces))) if pieces else None
    if node is None or not pieces or not _is_plain(node, isinstance(pieces[0].sample, str)):
        return None
    answers = [_met(node, piece.sample) for piece in pieces]
    return frozenset(n for n, answer in enumerate(answers) if answer is True)


def _is_plain(node: tree.Node, text: bool) -> bool:
    """Whether a cell depends on its input alone, in a way that the pieces capture."""
    if isinstance(node, tree.Literal | tree.Name):
        return not isinstance(node, tree.Name) or node.name == "?"
    if _is_constant_call(node):
        return True
    if isinstance(node, tree.Comparison) and text and node.operator not in ("=", "!="):
        return False
    allowed = (
        tree.UnaryTests, tree.Comparison, tree.Interval, tree.Negative, tree.Logic, tree.In, tree.Between,
        tree.ListOf,
    )  # fmt: skip
    if isinstance(node, tree.Chain):
        comparing = all(operator[0] in "=!<>" for operator, _ in node.rest)
        return (
            comparing
            and all(_is_plain(part, text) for part in children(node))
            and any(name.name == "?" for name in free_names(node))
        )
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name) and node.function.name == "not":
        return all(_is_plain(part, text) for part in node.arguments)
    return isinstance(node, allowed) and all(_is_plain(part, text) for part in children(node))


def _met(node: tree.UnaryTests, sample: Value) -> bool | None:
    try:
        met = Interpreter().value(node, Scope({"?": sample}))
    except FeelError:
        return None
    return met if isinstance(met, bool) else None
