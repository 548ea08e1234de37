"""Letting time pass in a rehearsal: from due moment to due moment, with people who act or do not."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from engine.errors import EngineError
from engine.posting import Post
from engine.rehearsal.memory import MemoryDatabase
from engine.sweep import next_due, tick

MOST_MOMENTS = 5_000
MOST_TURNS = 500  # at one moment: people answer, which opens the next step, and so on


class TooMuchHappens(EngineError):
    """A process that never comes to rest: the rehearsal is stopped, with the moment it had reached."""


class People(Protocol):
    """What people do in a rehearsal."""

    def act(self, database: MemoryDatabase) -> bool:
        """Do the next thing that is to be done at this moment; False when there is nothing."""

    def next_act(self, database: MemoryDatabase) -> datetime | None:
        """The next moment after now at which somebody means to act."""


class Nobody:
    """Nobody does anything."""

    def act(self, database: MemoryDatabase) -> bool:
        """Nothing."""
        return False

    def next_act(self, database: MemoryDatabase) -> datetime | None:
        """Never."""
        return None


def live(database: MemoryDatabase, post: Post, until: datetime, people: People) -> int:
    """Live on until a moment (aware); how many moments something happened at.

    Raises TooMuchHappens for a process that keeps itself busy for ever.
    """
    for number in range(1, MOST_MOMENTS + 1):
        _settle(database, post, people)
        with database.read() as session:
            due = next_due(session)
        planned = people.next_act(database)
        following = min((each for each in (due, planned) if each is not None), default=None)
        if following is None or following > until:
            database.virtual.advance_to(max(until, database.virtual.now()))
            return number
        database.virtual.advance_to(following)
    raise TooMuchHappens(f"Something happens at more than {MOST_MOMENTS:,} moments. Look for a short cycle.")


def _settle(database: MemoryDatabase, post: Post, people: People) -> None:
    """Everything that is due now, and everything that people do now."""
    tick(database, post)
    for _ in range(MOST_TURNS):
        if not people.act(database):
            return
        tick(database, post)
    raise TooMuchHappens(f"People acted {MOST_TURNS} times at one moment. Look for a way back to a step.")
