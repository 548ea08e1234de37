"""The agenda of one meeting of a body: what is drawn, in the order that was arranged, with what was added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import NotFound, working_calendar
from reviews.acting import today_of
from reviews.agendas.items import Drawn, Item
from reviews.agendas.others import draw_board, draw_monitoring
from reviews.board_dates import BOARD, QA
from reviews.bodies import body_facts
from reviews.models import AgendaItem, BodyMeeting
from reviews.permissions import Viewer, may
from reviews.qa_agenda import draw
from reviews.settings import setting

MONITORING = "monitoring"


@dataclass(frozen=True)
class Body:
    """A body that has agendas: who sees them, who arranges them, what they are drawn from."""

    sees: str
    arranges: str
    draws: Callable[..., Drawn]


BODIES = {
    QA: Body("see_qa_agenda", "arrange_qa_agenda", draw),
    BOARD: Body("see_board_agenda", "arrange_board_agenda", draw_board),
    MONITORING: Body("see_monitoring_agenda", "arrange_monitoring_agenda", draw_monitoring),
}


@dataclass(frozen=True)
class Agenda:
    """The agenda of one meeting. `hidden`: items in reviews that the reader may not open."""

    body: str
    name: str
    on: dt.date
    papers_by: dt.date
    items: tuple[Item, ...]
    hidden: int
    over: bool
    coming: bool
    may_arrange: bool
    following: dt.date | None


def bodies(session: Session, viewer: Viewer) -> list[str]:
    """The bodies whose agendas somebody sees."""
    return [body for body, facts in BODIES.items() if may(session, viewer, facts.sees)]


def meetings(session: Session, viewer: Viewer, body: str) -> list[dt.date]:
    """Every meeting of a body in its calendar, the last first. Raises NotFound for a body not theirs."""
    if body not in bodies(session, viewer):
        raise NotFound("There is no such body.")
    query = select(BodyMeeting.held_on).where(BodyMeeting.body == body)
    return list(session.scalars(query.order_by(BodyMeeting.held_on.desc())))


def next_of(session: Session, viewer: Viewer, body: str) -> dt.date | None:
    """The next meeting of a body that is in its calendar, today's included. Raises NotFound."""
    today = today_of(session)
    return min((on for on in meetings(session, viewer, body) if on >= today), default=None)


def agenda(session: Session, viewer: Viewer, body: str, told: str) -> Agenda:
    """The agenda of a meeting by its day. Raises NotFound."""
    days = sorted(meetings(session, viewer, body))
    on = next((day for day in days if day.isoformat() == told), None)
    if on is None:
        raise NotFound("There is no such meeting.")
    today, facts = today_of(session), BODIES[body]
    following = next((day for day in days if day > on), None)
    coming = on == next((day for day in days if day >= today), None)
    drawn = facts.draws(session, viewer, on, coming=coming, until=following)
    papers_days = int(setting(session, "qa_papers_days"))
    return Agenda(
        body=body,
        name=body_facts(session, body).name,
        on=on,
        papers_by=working_calendar(session).add(on, -papers_days).date,
        items=_arranged(session, body, on, drawn.items),
        hidden=drawn.hidden,
        over=on < today,
        coming=coming,
        may_arrange=may(session, viewer, facts.arranges) and on >= today,
        following=following,
    )


def _arranged(session: Session, body: str, on: dt.date, drawn: list[Item]) -> tuple[Item, ...]:
    """In the order that was arranged; what nobody placed comes after, as it is drawn. What was carried on
    stands last, with the meeting it went to."""
    query = select(AgendaItem).where(AgendaItem.body == body, AgendaItem.meeting_on == on)
    rows = {row.key: row for row in session.scalars(query.order_by(AgendaItem.added_on, AgendaItem.key))}
    own = [
        Item(row.key, "Added", row.words) for row in rows.values() if row.words and row.added_by is not None
    ]
    found = [
        replace(item, carried_to=rows[item.key].carried_to) if item.key in rows else item
        for item in (*drawn, *own)
    ]
    last = len(found) + len(rows)

    def place(item: Item) -> tuple[bool, int]:
        row = rows.get(item.key)
        at = row.position if row is not None and row.position is not None else last
        return item.carried_to is not None, at

    return tuple(sorted(found, key=place))
