"""Which regular expressions a form may hold: those whose cost is bounded, whatever is typed."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

# Python's own reading of a pattern: not a public face, but the only one that says what a pattern does.
sre: Any = import_module("re._constants")
sre_parser: Any = import_module("re._parser")

_LONGEST = 200
_MOST_OPEN_REPEATS = 2
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
_REFUSED = (sre.GROUPREF, sre.GROUPREF_EXISTS, sre.ASSERT, sre.ASSERT_NOT)


def pattern_fault(pattern: str) -> str:
    """What is wrong with `pattern`, or "": it is short, nothing nested in a repeat, no look-around."""
    if len(pattern) > _LONGEST:
        return "The pattern is too long."
    try:
        re.compile(pattern)
        tree = sre_parser.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return "The pattern cannot be read."
    open_repeats = [0]
    if _unsafe(tree, inside=False, open_repeats=open_repeats):
        return "The pattern repeats a repeat or a choice, looks around or looks back."
    if open_repeats[0] > _MOST_OPEN_REPEATS:
        return "The pattern has too many open repeats."
    return ""


def _unsafe(tree: Any, *, inside: bool, open_repeats: list[int]) -> bool:
    for operation, argument in tree:
        if operation in _REFUSED or (inside and operation in (*_REPEATS, sre.BRANCH)):
            return True
        if operation in _REPEATS:
            low, high, body = argument
            open_repeats[0] += high == sre.MAXREPEAT or high - low > _LONGEST
            if _unsafe(body, inside=inside or high > 1, open_repeats=open_repeats):
                return True
        elif operation is sre.SUBPATTERN:
            if _unsafe(argument[-1], inside=inside, open_repeats=open_repeats):
                return True
        elif operation is sre.BRANCH and any(
            _unsafe(branch, inside=inside, open_repeats=open_repeats) for branch in argument[1]
        ):
            return True
    return False
