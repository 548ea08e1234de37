"""Dates of the Board and its sub-groups. What is on a meeting's agenda moves with it, and people are told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, record, set_variables
from reviews.acting import mail, today_of
from reviews.board_dates import BOARD, QA, next_meeting
from reviews.models import AgendaItem, BoardReport, Body, BodyMeeting, QaDecision, Review
from reviews.permissions import Viewer, may
from reviews.posts import those_told


def add_body_meeting(session: Session, viewer: Viewer, *, body: str, on: dt.date) -> None:
    """Put a date into a body's calendar. Raises Refused for one in the past, or one that is there."""
    _ask(session, viewer)
    _place(session, body, on)
    _note(session, viewer, "body_meeting_added", body)


def move_body_meeting(session: Session, viewer: Viewer, *, body: str, on: dt.date, to: dt.date) -> None:
    """Move a meeting of a body: reviews on its agenda, and the report to it, go with it. Raises Refused."""
    _ask(session, viewer)
    row = _known(session, body, on)
    if to == on:
        raise Refused("This is the date it has already.", about="to")
    _place(session, body, to)
    session.delete(row)
    session.flush()
    _carry(session, viewer, body, on, to)
    _note(session, viewer, "body_meeting_moved", body)


def remove_body_meeting(session: Session, viewer: Viewer, *, body: str, on: dt.date) -> None:
    """Cancel a meeting of a body: what was on its agenda goes to the next one. Raises Refused."""
    _ask(session, viewer)
    session.delete(_known(session, body, on))
    session.flush()
    _carry(session, viewer, body, on, next_meeting(session, body, on))
    _note(session, viewer, "body_meeting_removed", body)


def on_agenda(session: Session, body: str, on: dt.date) -> list[Review]:
    """The reviews that wait for one meeting of the QA sub-group; none for another body."""
    if body != QA:
        return []
    waiting = select(QaDecision.review).where(QaDecision.meeting_on == on, QaDecision.decided_on.is_(None))
    query = select(Review).where(Review.id.in_(waiting), Review.closed_on.is_(None)).order_by(Review.ref)
    return list(session.scalars(query))


def carry_review(session: Session, actor: Actor, review: Review, on: dt.date, to: dt.date) -> None:
    """A review goes from the agenda of one QA meeting to another's, with its dates; its chair is told."""
    query = select(QaDecision).where(
        QaDecision.review == review.id, QaDecision.meeting_on == on, QaDecision.decided_on.is_(None)
    )
    for row in session.scalars(query):
        row.meeting_on = to
    if review.process_instance is not None:
        set_variables(session, review.process_instance, {"next_qa": {"date": to.isoformat()}}, by=actor)
    if review.chair:
        mail(session, [review.chair], "qa_meeting_moved", review.ref, {"date": to.isoformat()})


def _carry(session: Session, viewer: Viewer, body: str, on: dt.date, to: dt.date) -> None:
    actor = Actor(viewer.person)
    for review in on_agenda(session, body, on):
        carry_review(session, actor, review, on, to)
    there = set(
        session.scalars(select(AgendaItem.key).where(AgendaItem.body == body, AgendaItem.meeting_on == to))
    )
    for item in session.scalars(
        select(AgendaItem).where(AgendaItem.body == body, AgendaItem.meeting_on == on)
    ):
        if item.key not in there:
            item.meeting_on = to
    if body == BOARD:
        _carry_report(session, actor, on, to)


def _carry_report(session: Session, actor: Actor, on: dt.date, to: dt.date) -> None:
    query = select(BoardReport).where(BoardReport.board_on == on, BoardReport.noted_on.is_(None))
    report = session.scalars(query).one_or_none()
    there = session.scalars(select(BoardReport.id).where(BoardReport.board_on == to)).first()
    if report is None:
        return
    if there is not None:
        raise Refused("The meeting on that day has its report already. Choose another date.", about="to")
    report.board_on = to
    if report.process_instance is not None:
        set_variables(session, report.process_instance, {"board": {"date": to.isoformat()}}, by=actor)
    chairs = those_told(session, "qa_chair", None, today_of(session))
    mail(session, chairs, "board_meeting_moved", "the Board", {"date": to.isoformat()})


def _place(session: Session, body: str, on: dt.date) -> None:
    if session.get(Body, body) is None:
        raise Refused("There is no such body.")
    if on < today_of(session):
        raise Refused("This date is in the past.", about="to")
    if session.get(BodyMeeting, (body, on)) is not None:
        raise Refused("This body meets on that day already.", about="to")
    session.add(BodyMeeting(body=body, held_on=on))
    session.flush()


def _known(session: Session, body: str, on: dt.date) -> BodyMeeting:
    row = session.get(BodyMeeting, (body, on))
    if row is None or on < today_of(session):
        raise Refused("This meeting is not in the calendar, or it is over.")
    return row


def _ask(session: Session, viewer: Viewer) -> None:
    if not may(session, viewer, "change_calendars"):
        raise Refused("Your role does not include the calendars.")


def _note(session: Session, viewer: Viewer, what: str, body: str) -> None:
    record(
        session,
        kind="setting.changed",
        business_key="calendar",
        actor=Actor(viewer.person),
        subject=what,
        details={"body": body},
    )
