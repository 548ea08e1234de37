"""FEEL's built-in functions: one table, filled by the modules beside this one."""

from __future__ import annotations

from engine.feel.functions import contexts, lists, moments, numeric, ranges, regular, texts
from engine.feel.functions.registry import BUILTINS, call_builtin

__all__ = [
    "BUILTINS",
    "call_builtin",
    "contexts",
    "lists",
    "moments",
    "numeric",
    "ranges",
    "regular",
    "texts",
]
