"""A report from its beginning to the day it is sent: its period, what it begins with, its numbers kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.board_reports.figures import NUMBERS, SECTIONS, counted
from reviews.board_reports.sentences import sentences
from reviews.models import BoardReport, BoardReportLine

LONGEST = dt.timedelta(days=92)  # a period without a report before it


def period_of(session: Session, report: BoardReport, today: dt.date) -> tuple[dt.date, dt.date]:
    """From the day after the last report's period to today: nothing is told twice, nothing left out.

    Reports of before periods were kept reported until their Board met.
    """
    query = select(BoardReport).where(
        BoardReport.board_on < report.board_on, BoardReport.written_on.is_not(None)
    )
    before = session.scalars(query.order_by(BoardReport.board_on.desc()).limit(1)).first()
    last = min(today, report.board_on)
    if before is None:
        return last - LONGEST, last
    return min((before.period_to or before.board_on) + dt.timedelta(days=1), last), last


def begins_with(session: Session, report: BoardReport, today: dt.date) -> dict[str, Any]:
    """What the form of the report is filled with: its date, its period, a text for each section (P15)."""
    first, last = period_of(session, report, today)
    found = counted(session, first, last, today)
    return {
        "date": report.board_on.isoformat(),
        "period_from": first.isoformat(),
        "period_to": last.isoformat(),
        **sentences(session, report, found),
    }


def keep(
    session: Session,
    report: BoardReport,
    *,
    texts: dict[str, str],
    period: tuple[dt.date, dt.date],
    today: dt.date,
) -> None:
    """Keep the report as it is sent: its texts, and its numbers with the list behind each."""
    first, last = period
    report.period_from, report.period_to = first, last
    report.texts = {section: texts[section] for section in SECTIONS if texts.get(section)}
    found = counted(session, first, last, today)
    report.figures = [
        {"id": name, "section": each.section, "words": each.words, "number": len(found[name])}
        for name, each in NUMBERS.items()
    ]
    for name, lines in found.items():
        session.add_all(
            BoardReportLine(
                report=report.id,
                figure=name,
                position=place,
                about=line.review,
                what=line.what,
                day=line.day,
                agency=line.agency,
                counts_as=line.group,
            )
            for place, line in enumerate(lines, 1)
        )
