"""From lark's reductions to our tree, checking size and depth as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from lark import Token, Transformer, v_args

from engine.feel import tree
from engine.feel.budget import LIMITS
from engine.feel.errors import FeelError, FeelLimit
from engine.feel.lexer import normalise
from engine.feel.numbers import bounded
from engine.feel.temporal_text import parse_temporal


def _place(part: Any) -> tuple[int, int]:
    return part.line, part.column


def _parts(children: Sequence[Any], *kinds: str) -> list[Any]:
    """The children without the punctuation tokens of these types."""
    return [c for c in children if not (isinstance(c, Token) and c.type in kinds)]


Parts = list[Any]


@v_args(inline=False)
class Builder(Transformer[Token, Any]):
    """One instance builds one tree at a time; `depths` holds the depth below each node built."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.depths: dict[int, int] = {}
        self.kept: Parts = []

    def reset(self) -> None:
        """Forget the last tree."""
        self.count = 0
        self.depths = {}
        self.kept = []  # keeps the nodes alive, so that their ids stay theirs

    def _built(self, node: Any, *below: Any) -> Any:
        self.count += 1
        depth = 1 + max((self.depths.get(id(part), 0) for part in below), default=0)
        if self.count > LIMITS.nodes or depth > LIMITS.nesting:
            raise FeelLimit(
                "This expression is too large or nested too deeply", node.line, node.column,
                "Split it into several decisions.",
            )  # fmt: skip
        self.depths[id(node)] = depth
        self.kept.append(node)
        return node

    # starts

    def expression_start(self, children: Parts) -> Any:
        return children[0]

    def any_value(self, children: Parts) -> Any:
        return tree.UnaryTests(*_place(children[0]), (), False)

    def negated_tests(self, children: Parts) -> Any:
        return self._built(tree.UnaryTests(*_place(children[0]), children[2], True), *children[2])

    def plain_tests(self, children: Parts) -> Any:
        return self._built(tree.UnaryTests(*_place(children[0][0]), children[0], False), *children[0])

    def tests(self, children: Parts) -> tuple[Any, ...]:
        return tuple(_parts(children, "COMMA"))

    def test(self, children: Parts) -> Any:
        return children[0]

    # operators

    def comparison(self, children: Parts) -> Any:
        operator, operand = children
        return self._built(tree.Comparison(*_place(operator), str(operator), operand), operand)

    def logic(self, children: Parts) -> Any:
        if len(children) == 1:
            return children[0]
        operands = tuple(_parts(children, "AND", "OR"))
        return self._built(tree.Logic(*_place(operands[0]), str(children[1]), operands), *operands)

    def compare(self, children: Parts) -> Any:
        left, operator, right = children
        return self._built(tree.Chain(*_place(operator), left, ((str(operator), right),)), left, right)

    def between(self, children: Parts) -> Any:
        value, word, low, _, high = children
        return self._built(tree.Between(*_place(word), value, low, high), value, low, high)

    def membership(self, children: Parts) -> tuple[Any, ...]:
        return (children[0],)

    def several(self, children: Parts) -> tuple[Any, ...]:
        return tuple(_parts(children, "COMMA", "LPAR", "RPAR"))

    def membership_of(self, children: Parts) -> Any:
        value, word, tests = children
        tests = tests if isinstance(tests, tuple) else (tests,)
        return self._built(tree.In(*_place(word), value, tests), value, *tests)

    def chain(self, children: Parts) -> Any:
        if len(children) == 1:
            return children[0]
        first, *others = children
        rest = tuple((str(others[i]), others[i + 1]) for i in range(0, len(others), 2))
        return self._built(tree.Chain(*_place(others[0]), first, rest), first, *others[1::2])

    def negative(self, children: Parts) -> Any:
        return self._built(tree.Negative(*_place(children[0]), children[1]), children[1])

    def instance_of(self, children: Parts) -> Any:
        value, word, _, kind = children
        return self._built(tree.InstanceOf(*_place(word), value, kind), value)

    # what follows a value

    def path(self, children: Parts) -> Any:
        source, _, name = children
        return self._built(tree.Path(*_place(name), source, str(name)), source)

    def filtered(self, children: Parts) -> Any:
        source, bracket, test, _ = children
        return self._built(tree.Filter(*_place(bracket), source, test), source, test)

    def call(self, children: Parts) -> Any:
        function, *arguments = _parts(children, "LPAR", "RPAR", "COMMA")
        return self._built(tree.Call(*_place(function), function, tuple(arguments), ()), function, *arguments)

    def named(self, children: Parts) -> tuple[str, Any]:
        return normalise(children[0]), children[2]

    def call_named(self, children: Parts) -> Any:
        function, *named = _parts(children, "LPAR", "RPAR", "COMMA")
        names, arguments = tuple(n for n, _ in named), tuple(a for _, a in named)
        return self._built(tree.Call(*_place(function), function, arguments, names), function, *arguments)

    # values

    def number(self, children: Parts) -> Any:
        token = children[0]
        try:
            value = bounded(Decimal(str(token)))
        except (InvalidOperation, ArithmeticError):
            value = None
        return self._built(tree.Literal(*_place(token), value))

    def string(self, children: Parts) -> Any:
        return self._built(tree.Literal(*_place(children[0]), str(children[0])))

    def true(self, children: Parts) -> Any:
        return self._built(tree.Literal(*_place(children[0]), True))

    def false(self, children: Parts) -> Any:
        return self._built(tree.Literal(*_place(children[0]), False))

    def null(self, children: Parts) -> Any:
        return self._built(tree.Literal(*_place(children[0]), None))

    def at_literal(self, children: Parts) -> Any:
        return self._built(tree.Literal(*_place(children[0]), parse_temporal(str(children[1]))))

    def name(self, children: Parts) -> Any:
        return self._built(tree.Name(*_place(children[0]), str(children[0])))

    def bracketed(self, children: Parts) -> Any:
        return children[1]

    def range_of(self, children: Parts) -> Any:
        _, operator, operand, _ = children
        place, sign = _place(operator), str(operator)
        low, high = (operand, None) if sign[0] == ">" else (None, operand)
        if sign in ("=", "!="):
            low = high = operand
        closed = sign in ("<=", ">=", "=")
        interval = tree.Interval(
            *place, low, high, closed and low is not None, closed and high is not None, sign
        )
        return self._built(interval, operand)

    def interval(self, children: Parts) -> Any:
        opening, low, _, high, closing = children
        return self._built(
            tree.Interval(*_place(opening), low, high, opening.type == "LSQB", closing.type == "RSQB"),
            low,
            high,
        )

    def list(self, children: Parts) -> Any:
        items = tuple(_parts(children, "LSQB", "RSQB", "COMMA"))
        return self._built(tree.ListOf(*_place(children[0]), items), *items)

    def entry(self, children: Parts) -> tuple[str, Any, Token]:
        key, _, value = children
        return (str(key) if key.type == "STRING" else normalise(key)), value, key

    def context(self, children: Parts) -> Any:
        entries = _parts(children, "LBRACE", "RBRACE", "COMMA")
        keys = tuple(key for key, _, _ in entries)
        values = tuple(value for _, value, _ in entries)
        return self._built(tree.ContextOf(*_place(children[0]), keys, values), *values)

    # words

    def conditional(self, children: Parts) -> Any:
        word, condition, _, yes, _, no = children
        return self._built(tree.If(*_place(word), condition, yes, no), condition, yes, no)

    def iteration(self, children: Parts) -> Any:
        name, _, domain, *end = children
        last = end[1] if end else None
        return self._built(tree.Iteration(*_place(name), normalise(name), domain, last), domain, last)

    def iterations(self, children: Parts) -> tuple[Any, ...]:
        return tuple(_parts(children, "COMMA"))

    def for_loop(self, children: Parts) -> Any:
        word, iterations, _, body = children
        return self._built(tree.For(*_place(word), iterations, body), *iterations, body)

    def quantified(self, children: Parts) -> Any:
        word, iterations, _, test = children
        return self._built(tree.Quantified(*_place(word), str(word), iterations, test), *iterations, test)

    # functions and types

    def parameter(self, children: Parts) -> tuple[str, Any]:
        return normalise(children[0]), children[2] if len(children) > 1 else None

    def body(self, children: Parts) -> Any:
        return children[0]

    def external(self, children: Parts) -> Any:
        raise FeelError(
            "External functions are not allowed", *_place(children[0]), "Write the function's body in FEEL."
        )

    def function(self, children: Parts) -> Any:
        *parameters, body = _parts(children[1:], "LPAR", "RPAR", "COMMA")
        return self._built(tree.FunctionOf(*_place(children[0]), tuple(parameters), body), body)

    def type(self, children: Parts) -> Any:
        name, *parts = _parts(children, "LESS", "MORE", "COMMA")
        keys = tuple(part[0] for part in parts if isinstance(part, tuple))
        kinds = tuple(part[1] if isinstance(part, tuple) else part for part in parts)
        return self._built(tree.TypeName(*_place(name), str(name), kinds, keys), *kinds)

    def types(self, children: Parts) -> tuple[Any, ...]:
        return tuple(_parts(children, "COMMA"))

    def typed_key(self, children: Parts) -> tuple[str, Any]:
        return normalise(children[0]), children[2]

    def function_type(self, children: Parts) -> Any:
        kinds = (*children[2], children[5])
        return self._built(tree.TypeName(*_place(children[0]), "function", kinds), *kinds)
