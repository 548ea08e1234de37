"""Playing the demonstration: time moves morning by morning, people do what the script says on its day.

All goes the way it goes in use: permissions are asked, forms are validated, the engine completes the step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Database, Post, TaskRow, VirtualClock, local_date, tasks, tick, working_calendar
from engine.clock import at_local
from reviews.completing import send_in
from reviews.demonstration.moves import Move
from reviews.models import Action
from reviews.permissions import Viewer, viewer_for
from reviews.recurring import begin_due

MORNING = dt.time(7, 5)


class DemonstrationFault(Exception):
    """A move of the script could not be made: the script and the processes no longer agree."""


@dataclass
class Stage:
    """One transaction of the demonstration, and what moves need of it."""

    session: Session
    now: dt.datetime
    keys: dict[str, str] = field(default_factory=dict)

    def viewer(self, person: str) -> Viewer:
        """Somebody of the demonstration, on this day."""
        return viewer_for(self.session, person, local_date(self.now))

    def complete(self, task: TaskRow, by: str, answers: dict[str, Any]) -> None:
        """Send a form in. Raises DemonstrationFault with the first errors."""
        outcome = send_in(self.session, task.id, self.viewer(by), answers)
        if outcome.completion is None:
            raise DemonstrationFault(f"{task.business_key} {task.step}: {outcome.errors or outcome.refusal}")


def play(
    database: Database,
    clock: VirtualClock,
    moves: list[Move],
    *,
    until: dt.datetime,
    post: Post,
    each_morning: Callable[[Stage], None],
    say: Callable[[float], None] = lambda _: None,
) -> None:
    """Make every move in order; between them each working morning is lived through, up to `until`."""
    keys: dict[str, str] = {}
    waiting = sorted(moves, key=lambda move: (move.at, move.order))
    for number, move in enumerate(waiting):
        if move.at > until:
            break
        say(number / len(waiting))
        _live_until(database, clock, move.at, post, each_morning, keys)
        with database.write() as session:
            _make(Stage(session, clock.now(), keys), move)
    _live_until(database, clock, until, post, each_morning, keys)
    tick(database, post)


def _live_until(
    database: Database,
    clock: VirtualClock,
    goal: dt.datetime,
    post: Post,
    each_morning: Callable[[Stage], None],
    keys: dict[str, str],
) -> None:
    day = local_date(clock.now())
    lived = False
    with database.read() as session:
        calendar = working_calendar(session)
    while True:
        morning = at_local(day, MORNING)
        if morning > goal:
            break
        if morning > clock.now() and calendar.is_working_day(day):
            clock.advance_to(morning)
            lived = True
            with database.write() as session:
                begin_due(session)
                each_morning(Stage(session, clock.now(), keys))
            tick(database, post)
        day += dt.timedelta(days=1)
    clock.advance_to(max(goal, clock.now()))
    if not lived:
        tick(database, post)  # messages of the move before reach their process


def _make(stage: Stage, move: Move) -> None:
    if move.act is not None:
        move.act(stage)
        return
    task = _task(stage, move)
    stage.complete(task, move.by, move.answers)


def _task(stage: Stage, move: Move) -> TaskRow:
    found = [
        row
        for row in tasks(stage.session, business_keys=[move.about])
        if row.step == move.step and (move.agency is None or row.agency == move.agency)
    ]
    if move.action is not None:
        instance = stage.session.scalar(select(Action.process_instance).where(Action.ref == move.action))
        found = [row for row in found if row.instance_id == instance]
    if not found:
        raise DemonstrationFault(
            f"{move.about}: nothing to do for {move.step} {move.agency or ''} on {move.at}"
        )
    return found[0]
