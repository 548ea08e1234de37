"""A move: something a person does on a day of the demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.clock import at_local

Answers = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """At a moment somebody completes a step (`step`), or does something beside the steps (`act`).

    `pick` narrows down which open task of the step is meant: its agency, or the reference of its action.
    """

    at: dt.datetime
    about: str
    step: str
    by: str = ""
    answers: Answers = field(default_factory=dict)
    agency: str | None = None
    action: str | None = None
    act: Callable[[Any], None] | None = None
    order: int = 0


def at(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    """A moment of a day in Europe/London, as UTC."""
    return at_local(day, dt.time(hour, minute))


def days_after(day: dt.date, count: int) -> dt.date:
    """Some days later; on the Monday after, when that is a weekend."""
    found = day + dt.timedelta(days=count)
    while found.weekday() > 4:
        found += dt.timedelta(days=1)
    return found


def days_before(day: dt.date, count: int) -> dt.date:
    """Some days earlier; on the Friday before, when that is a weekend."""
    found = day - dt.timedelta(days=count)
    while found.weekday() > 4:
        found -= dt.timedelta(days=1)
    return found
