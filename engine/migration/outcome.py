"""What moving a case to another version would do to it, in words and days: shown before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class StepChange:
    """A step by its name, and whose it is."""

    step: str
    name: str
    role: str = ""
    agency: str | None = None


@dataclass(frozen=True)
class MovedDeadline:
    """An open step that is due on another day: by which sum."""

    name: str
    agency: str | None
    old: date | None
    new: date | None
    sum: str


@dataclass(frozen=True)
class TimerChange:
    """A moment that is waited for, about which something changes: `armed`, `moved` or `dropped`."""

    change: str
    name: str
    old: datetime | None
    new: datetime | None
    at_once: bool = False


@dataclass(frozen=True)
class Outcome:
    """What becomes of one case.

    `opens` and `closes` are steps that begin or end with the move, `handed_over` open ones that get another
    role, `too_late` new ones that lie behind the case, `to_come` new ones that lie before it, `not_asked`
    those that are gone and that it would still have come to. `services` are what the engine does at once
    where a step is skipped: what follows from that is not known before.
    """

    instance_id: UUID
    business_key: str
    why_not: str = ""
    what_to_do: str = ""
    opens: tuple[StepChange, ...] = ()
    closes: tuple[StepChange, ...] = ()
    handed_over: tuple[StepChange, ...] = ()
    too_late: tuple[StepChange, ...] = ()
    to_come: tuple[StepChange, ...] = ()
    not_asked: tuple[StepChange, ...] = ()
    deadlines: tuple[MovedDeadline, ...] = ()
    timers: tuple[TimerChange, ...] = ()
    services: tuple[str, ...] = ()
    ends: bool = False

    @property
    def can(self) -> bool:
        """Whether the case can be moved."""
        return not self.why_not

    @property
    def unchanged(self) -> bool:
        """Whether nothing of it changes for anybody today."""
        changes = (self.opens, self.closes, self.handed_over, self.deadlines, self.timers, self.services)
        return self.can and not any(changes) and not self.ends
