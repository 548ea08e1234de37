"""What the rules of the machine share: a world of their own, somebody who may do a step, and the look at
everything after each change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize
from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine import NotFound, Refused, TaskNotOpen, TaskRow, VirtualClock
from engine.clocks import AGREED
from engine.models import Deadline, UserTask
from reviews.completing import ask, send_in
from reviews.handing_over import receivers
from reviews.models import Review
from reviews.permissions import Viewer, viewer_for
from reviews.studio.playing import CannotBeDone, open_tasks, written_out
from tests.reviews.lifecycle.looking import Change, Seen, broken, look
from tests.reviews.lifecycle.world import SECRET, PostBox, World


class Acting(RuleBasedStateMachine):
    """The cases of one world. `world` is set by whoever runs it."""

    world: World

    @initialize()
    def begin(self) -> None:
        """A copy of the world, in which nothing has happened yet."""
        self.url = self.world.copy()
        self.database = self.world.opened(self.url)
        self.post = PostBox()
        self.batches: list[tuple[engine.Migration, Seen]] = []
        self.seen = self.looked()

    @property
    def clock(self) -> VirtualClock:
        """The clock of this world."""
        assert isinstance(self.database.clock, VirtualClock)
        return self.database.clock

    def teardown(self) -> None:
        """Put the copy away."""
        if hasattr(self, "database"):
            self.database.dispose()
            self.world.drop(self.url)

    @contextmanager
    def change(self, **freedoms: bool) -> Iterator[Change]:
        """One thing that happens; afterwards everything holds."""
        change = Change(**freedoms)
        yield change
        now = self.looked()
        problems = list(broken(self.seen, now, change))
        self.seen = now
        if problems:
            raise AssertionError("; ".join(problems))

    def looked(self) -> Seen:
        """What is stored, checked as `roundtable doctor --deep` does."""
        with self.database.write() as session:
            found = engine.broken_invariants(session)
            found += [each.sentence for each in engine.verify_log(session.connection(), SECRET).findings]
            found += [f"{row.business_key} is stuck: {row}" for row in engine.stuck_instances(session)]
            found += list(self._drawn_otherwise(session))
            if found:
                raise AssertionError("; ".join(found))
            return look(session)

    @contextmanager
    def refusals(self, change: Change) -> Iterator[None]:
        """What a rule of the domain refuses has changed nothing."""
        try:
            yield
        except (Refused, NotFound, TaskNotOpen):
            change.traces.clear()
            change.leaves_the_run = True

    @property
    def today(self) -> dt.date:
        return engine.local_date(self.clock.now())

    def viewer(self, session: Session, person: str) -> Viewer:
        return viewer_for(session, person, self.today)

    def somebody(self, pick: int, only: str = "") -> tuple[TaskRow, str] | None:
        """An open step, and somebody who may do it."""
        with self.database.read() as session:
            rows = [row for row in open_tasks(session) if row.business_key.startswith(only)]
            if not rows:
                return None
            row = rows[pick % len(rows)]
            able = [row.assignee] if row.assignee else receivers(session, row, self.today)
        return (row, able[pick % len(able)]) if able else None

    def a_review(self, pick: int) -> tuple[str, bool]:
        """A review, and whether it is paused."""
        with self.database.read() as session:
            rows = session.execute(select(Review.ref, Review.held_since).order_by(Review.ref)).all()
        held = [row for row in rows if row.held_since is not None]
        if held and pick % 2:  # else hardly any would ever go on
            rows = held
        ref, since = rows[pick % len(rows)]
        return ref, since is not None

    def raw(self, session: Session, task: TaskRow, person: str, way: dict[str, Any]) -> dict[str, Any]:
        """Answers to a whole form: the usual ones, but for the way."""
        asked = ask(session, task.id, self.viewer(session, person), today=self.today)
        return written_out(session, asked, {**self.world.answers.get(task.step, {}), **way}, strict=False)

    def complete_one(self, pick: int, way: dict[str, Any], only: str = "") -> None:
        with self.change() as change:
            found = self.somebody(pick, only)
            if found is None:
                return
            task, person = found
            try:
                with self.database.write() as session:
                    raw = self.raw(session, task, person, way)
                    outcome = send_in(session, task.id, self.viewer(session, person), raw)
            except (CannotBeDone, NotFound):
                change.leaves_the_run = True
                return
            if outcome.completion is not None:
                change.done[task.id] = person
            else:
                change.leaves_the_run = True

    def race(self, task: TaskRow, person: str) -> str:
        """Who has sent in a step, or "" for who came second or may not."""

        def work(session: Session) -> bool:
            raw = self.raw(session, task, person, {})
            return send_in(session, task.id, self.viewer(session, person), raw).completion is not None

        try:
            return person if self.database.retrying(work) else ""
        except (TaskNotOpen, NotFound, CannotBeDone):
            return ""

    def _drawn_otherwise(self, session: Session) -> Iterator[str]:
        """Open steps whose clock runs by another rule than the one in the version that their case is on."""
        query = select(UserTask.instance_id, UserTask.step, Deadline.rule).join(
            Deadline, Deadline.task_id == UserTask.id
        )
        for instance, step, rule in session.execute(query.where(UserTask.status == "open")):
            _, diagram = engine.diagram_of(session, instance)
            drawn = diagram.elements[step].attributes.get("due", "")
            if rule not in (drawn, AGREED):
                yield f"{step} is drawn with {drawn!r} and runs by {rule!r}"
