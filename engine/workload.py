"""How much waits, and since when: what somebody who keeps the service running watches. Numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine.clock import local_date
from engine.db import house
from engine.models import Outbox, ProcessInstance, Timer, UserTask
from engine.outbox import MAIL


@dataclass(frozen=True)
class Workload:
    """The figures of one moment; moments are aware, UTC."""

    open: dict[str, int]  # steps that wait for somebody, by role
    late: dict[str, int]  # those of them that are past their due date, by role
    timers_late: int  # time limits that have been reached and not yet acted on
    notices_waiting: int
    oldest_notice: datetime | None  # when the oldest of them should have left
    notices_given_up: int
    stuck: int  # cases that cannot go on


def workload(session: Session) -> Workload:
    """Count what waits now."""
    now = house(session).clock.now()
    is_late = case((UserTask.due_on < local_date(now), 1), else_=0)
    roles = session.execute(
        select(UserTask.role, func.count(), func.sum(is_late))
        .where(UserTask.status == "open")
        .group_by(UserTask.role)
    ).all()
    due = (Outbox.kind == MAIL, Outbox.status == "waiting", Outbox.next_at <= now)
    waiting, oldest = session.execute(select(func.count(), func.min(Outbox.next_at)).where(*due)).one()
    return Workload(
        open={role: number for role, number, _ in roles},
        late={role: int(late) for role, _, late in roles},
        timers_late=_number(session, Timer, Timer.status == "waiting", Timer.next_at <= now),
        notices_waiting=waiting,
        oldest_notice=oldest,
        notices_given_up=_number(session, Outbox, Outbox.kind == MAIL, Outbox.status == "dead"),
        stuck=_number(session, ProcessInstance, ProcessInstance.status == "stuck"),
    )


def _number(session: Session, table: type[Timer | Outbox | ProcessInstance], *where: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]
