"""Several cases of one transaction: read together under their locks, and written together.

Time limits that are due are some at a time. What each of their cases stands on is asked in a few statements
for all; what they write waits until all of them have gone on, and so does what follows in the domain from the
steps that they opened. Whoever may look at rows of another case (a service, a verb that opens a case, a
second time limit of the same case) has all that written first (`settle`): nobody meets a case half done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import forget_found, house
from engine.deadlines import Stop, Stops
from engine.ledger import Ledger
from engine.models import Base, Deadline, Pause, ProcessInstance, Timer, UserTask
from engine.services import Actor

TOGETHER = "together"  # in the session's own notes


@dataclass
class Stand:
    """How a case stands under its lock: its clocks, the timers that wait, how often each has come."""

    ledger: Ledger = field(default_factory=lambda: Ledger([], Stops([])))
    timers: list[Timer] = field(default_factory=list)
    occurrences: dict[str, int] = field(default_factory=dict)


class Together:
    """What some cases of a transaction stand on, and what they have still to write."""

    def __init__(self, session: Session, stands: dict[UUID, Stand]) -> None:
        self.session = session
        self.went_on: set[UUID] = set()  # cases that have something to write
        self.is_aside = False  # while somebody else is at work, who may look at any of it
        self._stands = stands
        self._cases: list[ProcessInstance] = []
        self._tasks: list[UserTask] = []
        self._others: list[Base] = []
        self._opened: list[UserTask] = []

    def timers(self, ids: Sequence[UUID]) -> list[Timer]:
        """Those of some timers that wait in these cases, in the order of their ids."""
        waiting = {timer.id: timer for stand in self._stands.values() for timer in stand.timers}
        return [waiting[each] for each in ids if each in waiting]

    def write_later(
        self,
        *,
        cases: Iterable[ProcessInstance] = (),
        tasks: Iterable[UserTask] = (),
        others: Iterable[Base] = (),
    ) -> None:
        """New rows; others may name tasks, and tasks their cases."""
        self._cases.extend(cases)
        self._tasks.extend(tasks)
        self._others.extend(others)

    def saved(self, instance_id: UUID, opened: Iterable[UserTask]) -> None:
        """A case has gone on. The domain hears of the steps that opened when they are written."""
        self.went_on.add(instance_id)
        self._opened.extend(opened)

    def settle(self) -> None:
        """Write what waits to be written, and let the domain follow."""
        cases, tasks, others = self._cases, self._tasks, self._others
        opened, self._opened = self._opened, []
        self._cases, self._tasks, self._others = [], [], []
        self.went_on.clear()
        for rows in (cases, tasks):
            if rows:
                self.session.add_all(rows)
                self.session.flush()
        self.session.add_all(others)
        self.session.flush()
        if opened:
            with self.aside():
                house(self.session).domain.tasks_opened(self.session, opened)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Somebody else is at work in this transaction: all is written, and what they do is at once."""
        self.settle()
        before, self.is_aside = self.is_aside, True
        try:
            yield
        finally:
            self.is_aside = before

    def stand_of(self, instance_id: UUID) -> Stand | None:
        """How a case stands, told once: it goes on from there."""
        return self._stands.pop(instance_id, None)


@contextmanager
def going_on_together(session: Session, instance_ids: Sequence[UUID]) -> Iterator[Together]:
    """Cases that this transaction has locked go on together; at the end all is written."""
    some = session.info[TOGETHER] = Together(session, _stands(session, instance_ids))
    try:
        yield some
        some.settle()
    finally:
        del session.info[TOGETHER]


def together(session: Session) -> Together | None:
    """The cases that are written together in this transaction; None where each is by itself."""
    found = _found(session)
    return found if found is not None and not found.is_aside else None


def stand_of(session: Session, instance_id: UUID) -> Stand | None:
    """How a case stands that goes on now, where that was read with others, and nothing has changed it."""
    found = _found(session)
    return found.stand_of(instance_id) if found is not None else None


def settle(session: Session) -> None:
    """Have everything written that waits for others: a case is opened by its own verb."""
    some = together(session)
    if some is not None:
        some.settle()


@contextmanager
def beside_others(session: Session, by_itself: bool) -> Iterator[None]:
    """A service is at work. It may look at other cases, and change who holds a role, and the like. One that
    is by itself does neither."""
    some = together(session)
    if some is None:
        yield
    elif by_itself:
        with session.no_autoflush:
            yield
    else:
        with some.aside():
            yield
        forget_found(session)


def tell_changed(session: Session, task: UserTask, by: Actor) -> None:
    """Let the domain follow when an open task has ended, or is due on another day."""
    some = together(session)
    with some.aside() if some is not None else nullcontext():
        house(session).domain.task_changed(session, task, by)


def _found(session: Session) -> Together | None:
    found = session.info.get(TOGETHER)
    return found if isinstance(found, Together) else None


def _stands(session: Session, ids: Sequence[UUID]) -> dict[UUID, Stand]:
    stands = {each: Stand() for each in ids}
    waiting = select(Timer).where(Timer.instance_id.in_(ids), Timer.status == "waiting")
    for timer in session.scalars(waiting.execution_options(populate_existing=True)):
        stands[timer.instance_id].timers.append(timer)
    open_tasks = (
        select(UserTask, Deadline)
        .join(Deadline, Deadline.task_id == UserTask.id, isouter=True)
        .where(UserTask.instance_id.in_(ids), UserTask.status == "open")
    )
    for task, row in session.execute(open_tasks):
        stands[task.instance_id].ledger.rows.append((task, row))
    pauses = select(Pause.instance_id, Pause.paused_at, Pause.resumed_at).where(
        Pause.instance_id.in_(ids), Pause.resumed_at.is_not(None)
    )
    for instance_id, begun, ended in session.execute(pauses.order_by(Pause.paused_at)):
        if ended is not None:
            ledger = stands[instance_id].ledger
            ledger.stops = Stops([*ledger.stops.spans, Stop(begun, ended)])
    came = select(Timer.instance_id, Timer.token, func.max(Timer.occurrence)).where(
        Timer.instance_id.in_(ids)
    )
    for instance_id, token, number in session.execute(came.group_by(Timer.instance_id, Timer.token)):
        stands[instance_id].occurrences[token] = number
    return stands
