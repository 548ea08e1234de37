"""The interpreter's type, for the signatures of built-in functions, without importing it at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.feel.interpreter import Interpreter
else:
    Interpreter = Any

__all__ = ["Interpreter"]
