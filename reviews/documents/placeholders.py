"""What a Word template may say: plain placeholders, loops over what it is given, conditions on it. Nothing
else of Jinja: a template is code that somebody uploads, so it is read as a small language of its own, in
which nothing can be called, looked up by force or repeated without end.

A loop within a loop must go over what the outer loop's item holds, so that a template can at most walk once
through what it is given for each loop it writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine import Refused
from reviews.documents.kinds import Kind
from reviews.documents.structure import Document

MOST_TAGS = 300
MOST_NODES = 20 * MOST_TAGS
MOST_MADE = 20_000_000  # characters of one part of a finished document
TEXT, FLAG = "text", "number"
Shape = str | dict[str, Any] | tuple[Any]  # a text, a record by its fields, a list of one shape

PART: dict[str, Any] = {
    "key": TEXT,
    "heading": TEXT,
    "level": FLAG,
    "paragraphs": (TEXT,),
    "lines": (TEXT,),
    "columns": (TEXT,),
    "rows": ((TEXT,),),
}
AROUND = {
    "partnership": "The name of the partnership",
    "title": "The title",
    "subtitle": "What it is of, and when",
    "date": "The day on which it is made",
    "classification": "How it may be handled",
}


def shape_of(kind: Kind) -> dict[str, Any]:
    """What a template of a kind is given."""
    said = {place.key: TEXT for place in kind.places}
    return {**dict.fromkeys(AROUND, TEXT), "parts": (PART,), "said": said}


def given(document: Document, kind: Kind, *, date: str) -> dict[str, Any]:
    """The same, filled in: texts, numbers, lists and records, and nothing that can do anything."""
    known = dict.fromkeys((place.key for place in kind.places), "")
    return {
        "partnership": document.partnership,
        "title": document.title,
        "subtitle": document.subtitle,
        "date": date,
        "classification": document.classification,
        "said": {**known, **{part.key: part.words for part in document.parts}},
        "parts": [
            {
                "key": part.key,
                "heading": part.heading,
                "level": part.level,
                "paragraphs": list(part.paragraphs),
                "lines": list(part.lines),
                "columns": list(part.table.columns) if part.table else [],
                "rows": [list(row) for row in part.table.rows] if part.table else [],
            }
            for part in document.parts
        ],
    }


class Bounded(Template):
    """A template that stops when it has written far more than any document has."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Its text. Raises SecurityError where there is too much of it."""
        made, length = [], 0
        for piece in self.generate(*args, **kwargs):
            length += len(piece)
            if length > MOST_MADE:
                raise SecurityError("The document becomes far too large.")
            made.append(piece)
        return "".join(made)


class Sandbox(ImmutableSandboxedEnvironment):
    """Where a template runs: nothing is there beyond what it is given, and nothing can be called."""

    def __init__(self, shape: Mapping[str, Any]) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=0)
        self.shape = shape
        self.template_class = Bounded
        for known in (self.globals, self.filters, self.tests):
            known.clear()

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Template:
        """A template, once all of it has been looked at. Raises Refused."""
        check(self, source, self.shape)
        return super().from_string(source, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a record that was given, never an attribute of an object."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same. Raises SecurityError for anything else."""
        if not isinstance(obj, dict) or argument not in obj:
            raise SecurityError("A template reads only what it is given.")
        return obj[argument]

    def call(self, *_args: Any, **_kwargs: Any) -> Any:
        """Never."""
        raise SecurityError("A template calls nothing.")


@dataclass
class _Scope:
    """The names that are known at one place of a template; of which loop's item each name is."""

    names: dict[str, Any]
    loops: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)


def check(environment: Environment, source: str, shape: Mapping[str, Any]) -> None:
    """Look at every placeholder, loop and condition. Raises Refused, naming what is wrong."""
    try:
        tree = environment.parse(source)
    except (TemplateSyntaxError, RecursionError) as fault:
        words = fault.message if isinstance(fault, TemplateSyntaxError) else "too deep"
        raise Refused(f"A placeholder cannot be read: {words}", about="file") from fault
    text = nodes.Template | nodes.Output | nodes.TemplateData
    if sum(not isinstance(each, text) for each in _all(tree)) > MOST_NODES:
        raise Refused("The template has far too many placeholders", about="file")
    scope = _Scope(dict(shape))
    for each in tree.body:
        _check(each, scope)
    if scope.problems:
        raise Refused("; ".join(dict.fromkeys(scope.problems)), about="file")


def _all(tree: nodes.Node) -> Iterator[nodes.Node]:
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(each.iter_child_nodes())


def _check(node: nodes.Node, scope: _Scope) -> None:
    if isinstance(node, nodes.Output):
        for each in node.nodes:
            if not isinstance(each, nodes.TemplateData) and _shape(each, scope) not in (TEXT, FLAG, None):
                scope.problems.append(f"“{_said(each)}” is a list or a group, not a text")
    elif isinstance(node, nodes.If):
        _condition(node.test, scope)
        for inner in (*node.body, *node.elif_, *node.else_):
            _check(inner, scope)
    elif isinstance(node, nodes.For):
        _loop(node, scope)
    else:
        scope.problems.append(f"“{type(node).__name__.lower()}” is not allowed in a template")


def _loop(node: nodes.For, scope: _Scope) -> None:
    if not isinstance(node.target, nodes.Name) or node.test or node.recursive or node.else_:
        scope.problems.append("a loop must be of the form “for one in list”")
        return
    over = _shape(node.iter, scope)
    if over is None:
        return
    if not isinstance(over, tuple):
        scope.problems.append(f"“{_said(node.iter)}” is not a list, so nothing can go over it")
        return
    name = node.target.name
    if scope.loops and _root(node.iter) != scope.loops[-1]:
        scope.problems.append(
            f"the loop over “{_said(node.iter)}” must go over a list of “{scope.loops[-1]}”"
        )
        return
    if name in scope.names:
        scope.problems.append(f"“{name}” has a meaning already; call it something else")
        return
    inner = _Scope({**scope.names, name: over[0]}, (*scope.loops, name), scope.problems)
    for each in node.body:
        _check(each, inner)


def _condition(node: nodes.Node, scope: _Scope) -> None:
    """A placeholder, “not”, “and”, “or”, or a comparison with a fixed text or number."""
    if isinstance(node, nodes.Not):
        _condition(node.node, scope)
    elif isinstance(node, nodes.And | nodes.Or):
        _condition(node.left, scope)
        _condition(node.right, scope)
    elif isinstance(node, nodes.Compare):
        fixed = [each.expr for each in node.ops]
        plain = all(isinstance(each, nodes.Const) for each in fixed)
        if not plain or any(each.op not in ("eq", "ne") for each in node.ops):
            scope.problems.append("a condition compares a placeholder with a fixed text or number")
        _shape(node.expr, scope)
    else:
        _shape(node, scope)


def _shape(node: nodes.Node, scope: _Scope) -> Any:
    """The shape of a placeholder; None, with the problem noted, where it is none."""
    if isinstance(node, nodes.Name):
        if node.name not in scope.names:
            scope.problems.append(f"“{node.name}” is not known here")
            return None
        return scope.names[node.name]
    if isinstance(node, nodes.Getattr):
        held = _shape(node.node, scope)
        if held is None:
            return None
        if not isinstance(held, dict) or node.attr not in held:
            scope.problems.append(f"“{_said(node)}” is not known here")
            return None
        return held[node.attr]
    scope.problems.append(f"“{type(node).__name__.lower()}” is not allowed in a placeholder")
    return None


def _root(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return _root(node.node)
    return node.name if isinstance(node, nodes.Name) else ""


def _said(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_said(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


__all__ = ["AROUND", "PART", "Sandbox", "SecurityError", "TemplateError", "given", "shape_of"]
