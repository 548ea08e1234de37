"""Dates of the bodies' calendars: the next QA meeting that leaves time for papers, the Board's next."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import ServiceCall, working_calendar
from reviews.models import BoardReport, BodyMeeting
from reviews.settings import setting

QA, BOARD = "qapm", "board"
FALLBACK_WORKING_DAYS = 35  # where a calendar has no date yet: the longest wait that practice allows


def next_meeting(session: Session, body: str, on: dt.date) -> dt.date:
    """The body's first meeting on a day or later; counted 35 working days on when none is in the calendar."""
    query = select(BodyMeeting.held_on).where(BodyMeeting.body == body, BodyMeeting.held_on >= on)
    found = session.scalars(query.order_by(BodyMeeting.held_on).limit(1)).first()
    return found or working_calendar(session).add(on, FALLBACK_WORKING_DAYS).date


def next_qa_date(session: Session, on: dt.date) -> dt.date:
    """The next QA meeting for which papers can still go out in time, plus a day to send them."""
    days = int(setting(session, "qa_papers_days")) + 1
    return next_meeting(session, QA, working_calendar(session).add(on, days).date)


def report_for(call: ServiceCall) -> BoardReport:
    """The report to the next Board meeting whose report is not written yet; its process starts with it."""
    session = call.session
    day = next_meeting(session, BOARD, call.today + dt.timedelta(days=1))
    while True:
        report = session.scalars(select(BoardReport).where(BoardReport.board_on == day)).one_or_none()
        if report is None:
            return _started(call, day)
        if report.written_on is None:
            return report
        day = next_meeting(session, BOARD, day + dt.timedelta(days=1))


def board_key(day: dt.date) -> str:
    """The business key of the report for one Board meeting."""
    return f"BOARD-{day.isoformat()}"


def _started(call: ServiceCall, day: dt.date) -> BoardReport:
    report = BoardReport(board_on=day)
    call.session.add(report)
    call.session.flush()
    report.process_instance = call.start(
        "board_report", business_key=board_key(day), variables={"board": {"date": day.isoformat()}}
    )
    return report
