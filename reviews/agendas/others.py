"""What waits for the Board and for the Monitoring sub-group (P14, P15, 2.7)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendars import short_date
from reviews.acting import today_of
from reviews.action_board import action_board
from reviews.agendas.items import Drawn, Item
from reviews.board_reports.reading import READS, WRITES, named_in
from reviews.models import BoardReport
from reviews.permissions import Viewer, may


def draw_board(
    session: Session, viewer: Viewer, on: dt.date, *, coming: bool, until: dt.date | None
) -> Drawn:
    """The QA chair's report, and what it brings before the Board: matters raised, exceptions."""
    row = session.scalars(select(BoardReport).where(BoardReport.board_on == on)).one_or_none()
    if row is None or not may(session, viewer, READS):
        return Drawn()
    day, sent = on.isoformat(), row.written_on is not None
    noted = f"Noted on {short_date(row.noted_on)}" if row.noted_on else ""
    report = Item(
        f"report-{day}",
        "To note",
        "Report of the chair of the QA sub-group",
        lines=() if sent else ("Not sent yet.",),
        report=day if sent or may(session, viewer, WRITES) else "",
        papers=(("board_report", day),) if sent else (),
        outcome=noted,
        waits=False,
    )
    brought = [
        Item(f"brought-{number}", what, about, lines=(why,), waits=False)
        for number, (about, what, why) in enumerate(named_in(session, row, ("raised", "exception")), 1)
    ]
    return Drawn([report, *brought])


def draw_monitoring(
    session: Session, viewer: Viewer, on: dt.date, *, coming: bool, until: dt.date | None
) -> Drawn:
    """The pack, and each action that waits for a decision of the sub-group."""
    if not coming:
        return Drawn()
    day = on.isoformat()
    pack = Item(
        f"pack-{day}", "To look at", "Every open action", papers=(("monitoring_pack", day),), waits=False
    )
    cards = action_board(session, viewer, today=today_of(session))
    waiting = [
        Item(
            f"action-{card.ref}",
            "To verify" if card.status == "completed" else "More time is asked for",
            card.ref,
            lines=(card.text,),
            review=card.review,
        )
        for card in cards
        if card.waits_for_decision or card.status == "completed"
    ]
    return Drawn([pack, *waiting])
