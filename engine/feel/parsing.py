"""Texts into trees, checked and cached."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

from engine.feel import tree
from engine.feel.budget import LIMITS
from engine.feel.builder import Builder
from engine.feel.errors import FeelError, FeelLimit
from engine.feel.functions import BUILTINS
from engine.feel.grammar import GRAMMAR
from engine.feel.lexer import SIMPLE_NAME, FeelLexer, Source
from engine.feel.temporal_properties import PROPERTIES
from engine.feel.types import NAMES as TYPE_NAMES

_STANDING = frozenset(name for name in (*BUILTINS, *PROPERTIES, *TYPE_NAMES) if not SIMPLE_NAME.match(name))
_STARTS = {"expression": "expression_start", "unary tests": "unary_start"}
_ALIKE = {"==": "=", "&&": "and", "||": "or"}


class _Reader:
    """The parser and its builder, used by one thread at a time (they hold the tree under construction)."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.builder = Builder()
        self.lark = Lark(
            GRAMMAR, parser="lalr", lexer=FeelLexer, transformer=self.builder, start=list(_STARTS.values()),
            maybe_placeholders=False, keep_all_tokens=True,
        )  # fmt: skip

    def read(self, source: Source, kind: str) -> Any:
        with self.lock:
            self.builder.reset()
            try:
                return self.lark.parse(source, start=_STARTS[kind])
            except VisitError as error:
                raise error.orig_exc from None
            finally:
                self.builder.reset()


@lru_cache(maxsize=1)
def _reader() -> _Reader:
    return _Reader()


def parse(text: str, kind: str = "expression", names: Iterable[str] | None = None) -> tree.Node:
    """The tree of a FEEL expression, or of unary tests (a decision table's cell).

    `names` are the variables known there. With names given, a name that is none of them, no built-in
    function and not declared in the text is refused; without, any single word is a name. Raises FeelError
    with the place.
    """
    if kind not in _STARTS:
        raise ValueError(f"kind is one of {', '.join(_STARTS)}")
    known = None if names is None else frozenset(names)
    special = frozenset(name for name in known or () if not SIMPLE_NAME.match(name))
    found = parse_cached(text, kind, special)
    if known is not None:
        _refuse_unknown(found, known | {"?", "item", "partial"})
    return found


@lru_cache(maxsize=1024)
def parse_cached(text: str, kind: str, special: frozenset[str]) -> tree.Node:
    """The tree of a text; `special` are the known names that are not simple words."""
    if len(text) > LIMITS.text:
        raise FeelLimit(
            f"This expression is longer than {LIMITS.text:,} characters",
            1,
            1,
            "Split it into several decisions.",
        )
    source = Source(text, special | _STANDING, kind == "unary tests")
    try:
        found: tree.Node = _reader().read(source, kind)
    except UnexpectedToken as error:
        raise _refusal(error.token, text, error.accepts or set()) from None
    except UnexpectedInput:
        raise FeelError("This is not a FEEL expression", 1, 1) from None
    return found


def _refusal(token: Token, text: str, accepts: set[str]) -> FeelError:
    del accepts
    if token.type == "$END":
        lines = text.split("\n")
        if not text.strip():
            return FeelError("There is no expression here", 1, 1, 'Write one, such as 1 or "text".')
        return FeelError("The expression stops too early", len(lines), len(lines[-1]) + 1, "Complete it.")
    advice = f"Check what stands before “{token}”."
    rest = text[token.start_pos or 0 :][:2]
    if rest == "==" or (token == "=" and text[(token.start_pos or 1) - 1] == "="):
        advice = "Write = to compare."
    elif token.type == "NAME" and str(token) in ("elif", "elseif"):
        advice = "Write else if."
    return FeelError(f"“{token}” cannot stand here", token.line or 0, token.column or 0, advice)


def _refuse_unknown(node: tree.Node, known: frozenset[str]) -> None:
    from engine.feel.usage import free_names

    for name in free_names(node):
        if name.name in known or name.name in BUILTINS:
            continue
        near = get_close_matches(name.name, [*known, *BUILTINS], n=1)
        advice = f"Did you mean “{near[0]}”?" if near else "Use a variable that exists here."
        raise FeelError(f"“{name.name}” is not a known name", name.line, name.column, advice)
