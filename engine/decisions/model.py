"""The parts of a DMN model: plain records, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """A FEEL text and its line in the file."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Boxed:
    """An expression of a decision: where it stands and the type its value is to have ('' for any)."""

    line: int
    type: str


@dataclass(frozen=True, slots=True)
class Literal(Boxed):
    """A FEEL expression in a box. `language` is empty for FEEL."""

    cell: Cell
    language: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions. `allowed` are unary tests, empty for any value."""

    id: str
    label: str
    expression: Cell
    type: str
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results; `allowed` orders them for PRIORITY and OUTPUT ORDER."""

    id: str
    name: str
    type: str
    allowed: Cell | None
    default: Cell | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table; `number` counts from 1."""

    number: int
    line: int
    tests: tuple[Cell, ...]
    results: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table(Boxed):
    """A decision table."""

    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A named part of a context; the name is empty for its result."""

    name: str
    type: str
    body: Boxed | None


@dataclass(frozen=True, slots=True)
class Context(Boxed):
    """A boxed context."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Invocation(Boxed):
    """A call with named arguments."""

    function: Boxed | None
    bindings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Relation(Boxed):
    """Rows of named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True)
class Listed(Boxed):
    """A boxed list."""

    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True)
class FunctionBox(Boxed):
    """A boxed function definition."""

    parameters: tuple[tuple[str, str], ...]
    body: Boxed | None
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True)
class Conditional(Boxed):
    """A boxed if."""

    condition: Boxed | None
    yes: Boxed | None
    no: Boxed | None


@dataclass(frozen=True, slots=True)
class FilterBox(Boxed):
    """A boxed filter."""

    source: Boxed | None
    test: Boxed | None


@dataclass(frozen=True, slots=True)
class Loop(Boxed):
    """A boxed for, some or every: `word` says which."""

    word: str
    variable: str
    domain: Boxed | None
    body: Boxed | None


@dataclass(frozen=True, slots=True)
class InputItem:
    """A piece of input data of the model."""

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: its logic, and the ids of what it requires (`namespace#id` for another model's)."""

    id: str
    name: str
    variable: str
    type: str
    line: int
    logic: Boxed | None
    inputs: tuple[str, ...]
    decisions: tuple[str, ...]
    knowledge: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function others call."""

    id: str
    name: str
    variable: str
    type: str
    line: int
    logic: FunctionBox | None
    knowledge: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: output decisions, computed from given inputs and input decisions."""

    id: str
    name: str
    variable: str
    type: str
    line: int
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    input_decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemType:
    """A declared type."""

    name: str
    base: str
    components: tuple[ItemType, ...]
    collection: bool
    allowed: Cell | None  # unary tests; each item of a collection must meet them
    constraint: Cell | None  # unary tests the whole value must meet
    function: bool = False


@dataclass(slots=True)
class Definitions:
    """All that a DMN file defines."""

    file: str
    namespace: str
    name: str
    imports: dict[str, str] = field(default_factory=dict)  # name -> namespace
    items: dict[str, ItemType] = field(default_factory=dict)
    inputs: dict[str, InputItem] = field(default_factory=dict)  # by id, as all below
    decisions: dict[str, Decision] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # every name declared anywhere
