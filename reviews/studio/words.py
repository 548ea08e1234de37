"""What a move would change in a case, in lines that a process owner reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from engine import Outcome, StepChange, TimerChange, local_date
from engine.calendars import short_date
from reviews.roles import role_name


def change_lines(outcome: Outcome) -> list[str]:
    """One line for each thing that changes; one line alone where nothing does."""
    return list(_lines(outcome)) or ["Nothing changes today."]


def _lines(outcome: Outcome) -> Iterator[str]:
    yield from dict.fromkeys(f"New step now: {_step(step)}" for step in outcome.opens)
    yield from dict.fromkeys(f"No longer open: {_step(step)}" for step in outcome.closes)
    yield from dict.fromkeys(f"Goes to {role_name(step.role)}: {step.name}" for step in outcome.handed_over)
    alike = Counter((moved.name, moved.old, moved.new, moved.sum) for moved in outcome.deadlines)
    for (name, old, new, total), agencies in alike.items():
        many = f" for {agencies} agencies" if agencies > 1 else ""
        yield f"Due on another day{many}: {name}, {_day(old)} → {_day(new)}" + (
            f" ({total})" if total else ""
        )
    yield from (_timer(timer) for timer in outcome.timers)
    yield from (
        f"Done at once by the service: {name}; what follows is seen then" for name in outcome.services
    )
    if outcome.ends:
        yield "The case ends with the move."
    yield from (f"New, but the case is past it: {step.name}" for step in outcome.too_late)
    yield from (f"New, and still to come: {_step(step)}" for step in outcome.to_come)
    yield from (f"Will not be asked any more: {step.name}" for step in outcome.not_asked)


def _step(step: StepChange) -> str:
    return f"{step.name} ({role_name(step.role)})"


def _day(day: dt.date | None) -> str:
    return short_date(day) if day else "no date"


def _moment(moment: dt.datetime | None) -> str:
    return short_date(local_date(moment)) if moment else "not known yet"


def _timer(timer: TimerChange) -> str:
    if timer.change == "dropped":
        return f"No longer waited for: the time set on “{timer.name}” ({_moment(timer.old)})"
    soon = ", which is past: it happens at once" if timer.at_once else ""
    if timer.change == "armed":
        return f"Now waited for: a time on “{timer.name}”, {_moment(timer.new)}{soon}"
    return f"Another time on “{timer.name}”: {_moment(timer.old)} → {_moment(timer.new)}{soon}"
