"""Moving running cases to another version, as a process owner has it done: look ahead, ask, take back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine import (
    Actor,
    Migration,
    NotFound,
    Outcome,
    Progress,
    Refused,
    StepInTheWay,
    cases_to_move,
    migrations_by,
    preview,
    progress,
    start_migration,
    steps_in_the_way,
    stop_migration,
    undo_migration,
    version_of,
)
from reviews.acting import now_of
from reviews.permissions import Viewer, may

VERB = "migrate"
IN_MY_WORK = dt.timedelta(days=2)


@dataclass(frozen=True)
class Prospect:
    """What a move would do: to each case that was looked at, of how many; and what has to be mapped first."""

    number: int
    total: int
    outcomes: list[Outcome]
    in_the_way: list[StepInTheWay]


@dataclass(frozen=True)
class Asked:
    """A move that somebody has asked for, as My work shows it."""

    id: UUID
    process: str
    number: int
    now: Progress


def look_ahead(
    session: Session,
    viewer: Viewer,
    process: str,
    number: int,
    mapping: Mapping[str, str],
    *,
    first: int = 0,
    most: int | None = None,
) -> Prospect:
    """What a move would do to running cases, `most` of them from the `first` on; nothing is written.

    Raises Refused, NotFound.
    """
    _ask(session, viewer)
    version = version_of(session, process, number)
    cases = cases_to_move(session, version)
    shown = cases[first:] if most is None else cases[first : first + most]
    outcomes = [preview(session, case, version, mapping) for case in shown]
    return Prospect(number, len(cases), outcomes, steps_in_the_way(session, version))


def likely_mapping(session: Session, viewer: Viewer, process: str, number: int) -> dict[str, str]:
    """What a page proposes for steps that are gone: one of the same name. Raises Refused, NotFound."""
    _ask(session, viewer)
    found = steps_in_the_way(session, version_of(session, process, number))
    return {each.step: each.likely for each in found if each.likely}


def ask_for_move(
    session: Session, viewer: Viewer, process: str, number: int, mapping: Mapping[str, str], *, reason: str
) -> Migration:
    """Have every running case moved; a worker does it. Raises Refused, NotFound."""
    _ask(session, viewer)
    version = version_of(session, process, number)
    return start_migration(session, version, mapping, by=Actor(viewer.person), reason=reason)


def moves_asked_by(session: Session, viewer: Viewer) -> list[Asked]:
    """The moves that somebody has asked for in the last days, and how far each is, newest first."""
    if not may(session, viewer, VERB):
        return []
    found = migrations_by(session, viewer.person, now_of(session) - IN_MY_WORK)
    return [Asked(each.id, each.process, each.number, progress(session, each.id)) for each in found]


def take_back(
    session: Session, viewer: Viewer, process: str, batch: UUID, *, only: UUID | None = None
) -> int:
    """Have the moved cases of a move (or one) brought back; how many. Raises Refused, NotFound."""
    found = move_of(session, viewer, process, batch)
    return undo_migration(session, found, by=Actor(viewer.person), only=only)


def stop_move(session: Session, viewer: Viewer, process: str, batch: UUID) -> int:
    """Leave the cases of a move that still wait as they are; how many. Raises Refused, NotFound."""
    found = move_of(session, viewer, process, batch)
    return stop_migration(session, found, by=Actor(viewer.person))


def move_of(session: Session, viewer: Viewer, process: str, batch: UUID) -> Migration:
    """One move of a process. Raises Refused, NotFound."""
    _ask(session, viewer)
    found = session.get(Migration, batch)
    if found is None or found.process != process:
        raise NotFound("There is no such move.")
    return found


def _ask(session: Session, viewer: Viewer) -> None:
    if not may(session, viewer, VERB):
        raise Refused("Your role does not include moving running cases.")
