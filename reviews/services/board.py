"""Services of the report to the Board: written by the QA chair, noted by the Board (P15)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from engine import Refused, ServiceCall
from reviews.board_reports.figures import SECTIONS
from reviews.board_reports.keeping import keep
from reviews.holders import holders
from reviews.models import BoardReport
from reviews.posts import those_told
from reviews.services.answers import day, given, words
from reviews.services.registry import registry


@registry.service("record_chairs_report")
def record_chairs_report(call: ServiceCall) -> None:
    """Keep the report with its numbers as they are today, and send it to the Board."""
    report, answers = _report(call), given(call)
    first, last = day(answers, "period_from"), day(answers, "period_to")
    if first is None or last is None:
        raise Refused("Enter the days for which this report is.", about="period_from")
    texts = {section: words(answers, section) for section in SECTIONS}
    keep(call.session, report, texts=texts, period=(first, last), today=call.today)
    report.concerns = words(answers, "asked_of_board")
    report.written_by, report.written_on = call.actor.id, call.today
    members = {
        *holders(call.session, "board_member", call.today),  # of whichever agency
        *those_told(call.session, "board_chair", None, call.today),
    }
    for person in sorted(members):
        call.mail(
            to=person,
            text="board_report",
            about=call.business_key,
            facts={"date": report.board_on.isoformat()},
        )


@registry.service("record_board_noting")
def record_board_noting(call: ServiceCall) -> None:
    """Keep that the Board noted the report, and what it asked for."""
    report, answers = _report(call), given(call)
    report.noted_by, report.noted_on = call.actor.id, day(answers, "noted_on") or call.today
    report.noting = "\n\n".join(filter(None, (words(answers, "asks_for"), words(answers, "comment"))))
    if words(answers, "outcome") == "asks" and report.written_by:
        call.mail(to=report.written_by, text="board_asks", about=call.business_key)


def _report(call: ServiceCall) -> BoardReport:
    told = str((call.variables.get("board") or {}).get("date", ""))
    if not told:
        raise Refused("This report does not say which meeting of the Board it is for.")
    board_on = dt.date.fromisoformat(told[:10])
    report = call.session.scalars(select(BoardReport).where(BoardReport.board_on == board_on)).one_or_none()
    if report is None:
        report = BoardReport(board_on=board_on)
        call.session.add(report)
        call.session.flush()
    report.process_instance = call.instance_id
    return report
