"""The demonstration: invented reviews in an embedded database, and a clock that a visitor can move forward.

The clock is the machine's plus what was travelled so far, kept in the database, so that web and worker
agree. Time only moves forward, and on the way each working morning is lived through: timers, reminders and
escalations happen in order.
"""

from __future__ import annotations

import re
import time as machine
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Database, Post, Report, SystemClock, local_date, tick, working_calendar
from engine.clock import at_local
from reviews.models import Setting

MARK = "demonstration"
TRAVELLED = "demonstration_travelled_seconds"
MORNING = time(7, 5)
FARTHEST = 400
SPAN = re.compile(r"\s*(\d{1,3})\s+(working\s+day|day|week)s?\s*", re.IGNORECASE)


def mark(database: Database, state: str) -> None:
    """Say in the database that all it holds is invented; `state` is "playing", then "ready"."""
    with database.write() as session:
        session.merge(Setting(id=MARK, value=state))


def marked(database: Database) -> str | None:
    """How far the demonstration has filled a database; None where what it holds may be real."""
    with database.read() as session:
        return session.scalar(select(Setting.value).where(Setting.id == MARK))


class TravelRefused(ValueError):
    """The span cannot be travelled; the message says what can."""


class DemonstrationClock:
    """Now, plus what was travelled. Reads the database at most twice a second."""

    def __init__(self) -> None:
        self._machine = SystemClock()
        self._database: Database | None = None
        self._travelled = timedelta()
        self._read_at = 0.0

    def bind(self, database: Database) -> None:
        """Tell the clock where the travelled time is kept."""
        self._database = database

    def now(self) -> datetime:
        """The moment in the demonstration, aware, UTC."""
        if self._database is not None and machine.monotonic() - self._read_at > 0.5:
            self.refresh()
        return self._machine.now() + self._travelled

    def refresh(self) -> None:
        """Read the travelled time again now."""
        database, self._database = self._database, None  # opening a transaction may ask the time
        assert database is not None
        try:
            with database.read() as session:
                value = session.scalar(select(Setting.value).where(Setting.id == TRAVELLED))
            self._travelled = timedelta(seconds=int(value or 0))
            self._read_at = machine.monotonic()
        finally:
            self._database = database


def travel_to(
    database: Database, clock: DemonstrationClock, goal: datetime, post: Post, say: Callable[[str], None]
) -> Report:
    """Move the demonstration's clock to `goal`, morning by morning; the sum of what happened."""
    total = Report()
    day = local_date(clock.now())
    while day < local_date(goal):
        day += timedelta(days=1)
        stop = min(at_local(day, MORNING), goal)
        if stop <= clock.now():
            continue
        _set_now(database, clock, stop)
        report = tick(database, post)
        _add(total, report)
        if not report.idle:
            say(f"{day:%A %-d %B %Y}: {_words(report)}")
    _set_now(database, clock, max(goal, clock.now()))
    _add(total, tick(database, post))
    return total


def goal_of(database: Database, span: str) -> datetime:
    """The moment `span` ("10 working days", "3 days", "2 weeks") from now. Raises TravelRefused."""
    match = SPAN.fullmatch(span)
    if match is None or not 0 < int(match[1]) <= FARTHEST:
        raise TravelRefused(
            f'Say how far as "10 working days", "3 days" or "2 weeks", at most {FARTHEST} days.'
        )
    amount, unit = int(match[1]), match[2].lower()
    now = database.clock.now()
    if unit.startswith("working"):
        return now + timedelta(days=(_after(database, local_date(now), amount) - local_date(now)).days)
    return now + timedelta(days=amount * (7 if unit == "week" else 1))


def _after(database: Database, today: date, working_days: int) -> date:
    with database.read() as session:
        return working_calendar(session).add(today, working_days).date


def _set_now(database: Database, clock: DemonstrationClock, moment: datetime) -> None:
    travelled = moment - SystemClock().now()
    with database.write() as session:
        _store(session, int(travelled.total_seconds()) + 1)
    clock.refresh()


def _store(session: Session, seconds: int) -> None:
    row = session.get(Setting, TRAVELLED)
    if row is None:
        session.add(
            Setting(id=TRAVELLED, value=seconds, title="How far the demonstration has travelled, seconds")
        )
    else:
        row.value = max(int(row.value), seconds)


def _add(total: Report, part: Report) -> None:
    total.timers += part.timers
    total.reminders += part.reminders
    total.messages += part.messages
    total.notices += part.notices
    total.failed.extend(part.failed)


def _words(report: Report) -> str:
    parts = [
        (report.timers, "time limit", "reached"),
        (report.reminders, "reminder", "due"),
        (report.notices, "notice", "sent"),
    ]
    said = [f"{count} {noun}{'s' if count != 1 else ''} {verb}" for count, noun, verb in parts if count]
    return ", ".join(said) or "messages passed on"
