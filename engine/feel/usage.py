"""Which names an expression uses: free names, and the paths below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from engine.feel import tree
from engine.feel.functions import BUILTINS


def children(node: tree.Node) -> Iterator[tree.Node]:
    """The parts directly below a node."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(part: object) -> Iterator[tree.Node]:
    if isinstance(part, tree.Node) and not isinstance(part, tree.TypeName):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _nodes(one)


def free_names(node: tree.Node, bound: frozenset[str] = frozenset()) -> Iterator[tree.Name]:
    """The names used but not declared in an expression. A filter's test may name its items' entries, which
    are not known here, so names in it that are followed by nothing else are left out."""
    for path in _paths(node, bound):
        if isinstance(path[0], tree.Name):
            yield path[0]


def used_paths(node: tree.Node) -> set[str]:
    """The variable paths (`review.ref`) an expression reads, built-in functions left out."""
    found = set()
    for first, *rest in _paths(node, frozenset()):
        assert isinstance(first, tree.Name)
        if first.name not in BUILTINS and first.name not in ("?", "item", "partial"):
            found.add(".".join([first.name, *map(str, rest)]))
    return found


def _paths(node: tree.Node, bound: frozenset[str]) -> Iterator[list[tree.Name | str]]:
    if isinstance(node, tree.Name):
        if node.name not in bound:
            yield [node]
    elif isinstance(node, tree.Path):
        names: list[str] = []
        source: tree.Node = node
        while isinstance(source, tree.Path):
            names.insert(0, source.name)
            source = source.source
        if isinstance(source, tree.Name):
            if source.name not in bound:
                yield [source, *names]
        else:
            yield from _paths(source, bound)
    elif isinstance(node, tree.For | tree.Quantified):
        yield from _loop(node, bound)
    elif isinstance(node, tree.FunctionOf):
        yield from _paths(node.body, bound | {name for name, _ in node.parameters})
    elif isinstance(node, tree.ContextOf):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from _paths(value, bound)
            bound |= {key}
    elif isinstance(node, tree.Filter):
        yield from _paths(node.source, bound)
        for path in _paths(node.test, bound):
            if len(path) > 1 or isinstance(node.test, tree.Name | tree.Call):
                yield path
    else:
        for child in children(node):
            yield from _paths(child, bound)


def _loop(node: tree.For | tree.Quantified, bound: frozenset[str]) -> Iterator[list[tree.Name | str]]:
    for iteration in node.iterations:
        yield from _paths(iteration.domain, bound)
        if iteration.end is not None:
            yield from _paths(iteration.end, bound)
        bound |= {iteration.name}
    body = node.body if isinstance(node, tree.For) else node.test
    yield from _paths(body, bound | {"partial"})


def uses_input(node: tree.Node) -> bool:
    """Whether a test names its input, `?`."""
    return any(name.name == "?" for name in free_names(node))


def called(node: tree.Node) -> Iterator[str]:
    """The names of the functions that an expression calls by name."""
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name):
        yield node.function.name
    for part in children(node):
        yield from called(part)


def below_functions(node: tree.Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Paths that begin at a built-in function which is not called: there is nothing below it."""
    for first, *rest in _paths(node, bound):
        if isinstance(first, tree.Name) and rest and first.name in BUILTINS:
            yield ".".join([first.name, *map(str, rest)])


def compared(node: tree.Node) -> Iterator[tuple[str, object]]:
    """The paths that are compared with a constant by =, != or in, each with the constant."""
    if isinstance(node, tree.Chain) and len(node.rest) == 1 and node.rest[0][0] in ("=", "!="):
        sides = (node.first, node.rest[0][1])
        for side, other in (sides, sides[::-1]):
            if isinstance(other, tree.Literal):
                yield from ((path, other.value) for path in _whole_path(side))
    elif isinstance(node, tree.In):
        for test in node.tests:
            if isinstance(test, tree.Literal):
                yield from ((path, test.value) for path in _whole_path(node.value))
    for part in children(node):
        yield from compared(part)


def _whole_path(node: tree.Node) -> Iterator[str]:
    """The path that a node is, if it is nothing else."""
    if isinstance(node, tree.Name | tree.Path):
        for first, *rest in _paths(node, frozenset()):
            if isinstance(first, tree.Name):
                yield ".".join([first.name, *map(str, rest)])
