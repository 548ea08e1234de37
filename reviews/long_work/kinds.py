"""What long work there is: each kind makes one file, a step at a time, and only reads.

A kind may be begun again from its first step: a worker that dies takes nothing with it. What asking for it
has to leave behind (permission, a trace, the log of disclosures) is done by the command that asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from reviews.permissions import Viewer


@dataclass(frozen=True)
class Step:
    """So many of so many are done."""

    done: int
    total: int


@dataclass(frozen=True)
class Made:
    """The file that came of it: its name (references only), its media type, its bytes."""

    name: str
    type: str
    content: bytes


Making = Callable[[Session, Viewer, Mapping[str, Any]], Iterator[Step | Made]]
KINDS: dict[str, Making] = {}


def kind(name: str) -> Callable[[Making], Making]:
    """Register how one kind is made: yields a Step after each step and the Made last.

    It is given a reading session and whoever asked, as they may see things now, and raises NotFound or
    Refused where they no longer may.
    """

    def register(making: Making) -> Making:
        if name in KINDS:
            raise ValueError(f"Two kinds of long work are called {name}.")
        KINDS[name] = making
        return making

    return register
