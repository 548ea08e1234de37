"""Asking those who took part: a round opens after the meeting and after sharing, reminds once, and closes.

The first meeting of a review is the one that is asked about: many come to no other. Practitioners with an
account whom their agency named for the meeting are asked by name. For the others who came, and for families,
somebody they know hands on a link that works once (`reviews.feedback.links`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine import Actor, record, working_calendar
from reviews.access import closed_to
from reviews.acting import mail
from reviews.models import (
    ENDED,
    Attendance,
    Briefing,
    FamilyView,
    FeedbackAsk,
    FeedbackRound,
    Meeting,
    Person,
    Preparation,
    Review,
)
from reviews.posts import those_told

CALENDAR = Actor.system("calendar")
OPEN_FOR, REMIND_AFTER = 20, 10  # working days
RECENT = dt.timedelta(days=30)  # what is longer ago than that is not asked about any more
MEETING, SHARED = "meeting", "shared"


def follow_rounds(session: Session, today: dt.date) -> int:
    """Open the rounds whose time has come, remind those who have not answered, close what is over; how many
    were opened. Safe to run as often as one likes."""
    for row in session.scalars(select(FeedbackRound).where(FeedbackRound.closed.is_(False))):
        if row.closes_on < today:
            _close(session, row)
        elif not row.reminded and working_calendar(session).add(row.asked_on, REMIND_AFTER).date <= today:
            row.reminded = True
            _tell(session, row, today, "feedback_reminder")
    due = [*_due(session, today)]
    for review, moment in due:
        _open(session, review, moment, today)
    return len(due)


def seats(session: Session, review: UUID) -> dict[str, int]:
    """Agency -> how many of its practitioners came to the meeting; the most, where there were several."""
    query = (
        select(Attendance.agency, func.max(Attendance.practitioners).label("number"))
        .join(Meeting, Meeting.id == Attendance.meeting)
        .where(Meeting.review == review, Attendance.practitioners > 0)
        .group_by(Attendance.agency)
        .order_by(Attendance.agency)
    )
    return {row.agency: row.number for row in session.execute(query)}


def asks_family(session: Session, review: UUID) -> bool:
    """Whether the family of a review gave its view, so that it can be asked what that was like."""
    query = select(FamilyView.id).where(FamilyView.review == review, FamilyView.decision == "sought_given")
    return session.scalars(query.limit(1)).first() is not None


def _due(session: Session, today: dt.date) -> Iterator[tuple[Review, str]]:
    met = select(Meeting.review).where(Meeting.recorded_on.between(today - RECENT, today))
    shared = select(Briefing.review).where(Briefing.published_on.between(today - RECENT, today))
    for moment, begun in ((MEETING, met), (SHARED, shared)):
        asked = select(FeedbackRound.review).where(FeedbackRound.moment == moment)
        query = select(Review).where(
            Review.id.in_(begun),
            Review.id.not_in(asked),
            Review.held_since.is_(None),
            Review.state.not_in(ENDED),
        )
        yield from ((review, moment) for review in session.scalars(query.order_by(Review.ref)))


def _open(session: Session, review: Review, moment: str, today: dt.date) -> None:
    closes = working_calendar(session).add(today, OPEN_FOR).date
    row = FeedbackRound(review=review.id, moment=moment, asked_on=today, closes_on=closes)
    session.add(row)
    session.flush()
    for person, agency in _named(session, review):
        session.add(FeedbackAsk(round=row.id, people="practitioner", person=person, agency=agency))
    session.flush()
    _note(session, review.ref, "feedback_asked")
    _tell(session, row, today, "feedback_asked")


def _named(session: Session, review: Review) -> Iterator[tuple[str, str]]:
    """Who has an account among the practitioners whom agencies that came had named for the meeting."""
    came = seats(session, review.id)
    query = select(Preparation).where(Preparation.review == review.id, Preparation.agency.in_(came))
    for page in session.scalars(query.order_by(Preparation.agency)):
        named = {
            _plain(str(row.get("attendee", "")))
            for row in page.attendees
            if row.get("part") == "practitioner"
        }
        colleagues = select(Person).where(Person.agency == page.agency, Person.active.is_(True))
        found = [
            person.id
            for person in session.scalars(colleagues.order_by(Person.id))
            if _plain(person.name) in named and not closed_to(session, review, person.id)
        ]
        yield from ((person, page.agency) for person in found[: came[page.agency]])


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _tell(session: Session, row: FeedbackRound, today: dt.date, text: str) -> None:
    """The letter to each who is asked by name and has not answered; at the beginning also to those who hand
    links on: the leads of agencies, and the chair for the family."""
    review = session.get_one(Review, row.review)
    waiting = select(FeedbackAsk.person).where(
        FeedbackAsk.round == row.id, FeedbackAsk.person.is_not(None), FeedbackAsk.answered.is_(False)
    )
    facts = {"date": row.closes_on.isoformat()}
    mail(session, sorted(filter(None, session.scalars(waiting))), text, review.ref, facts)
    for agency, number in seats(session, review.id).items():
        if number > asked_so_far(session, row.id, agency):
            leads = those_told(session, "safeguarding_lead", agency, today)
            mail(session, leads, "feedback_to_pass_on", review.ref, facts)
    if review.chair and asks_family(session, review.id) and not asked_so_far(session, row.id, None):
        mail(session, [review.chair], "feedback_of_family", review.ref, facts)


def asked_so_far(session: Session, of: UUID, agency: str | None) -> int:
    """How many of an agency, or (None) of the family, are asked in a round: by name, or by a link."""
    people = "family" if agency is None else "practitioner"
    query = (
        select(func.count())
        .select_from(FeedbackAsk)
        .where(FeedbackAsk.round == of, FeedbackAsk.people == people)
    )
    if agency is not None:
        query = query.where(FeedbackAsk.agency == agency)
    return session.scalar(query) or 0


def _close(session: Session, row: FeedbackRound) -> None:
    """From now on the answers can be shown; who was asked, and who answered, is not kept."""
    row.closed = True
    session.execute(delete(FeedbackAsk).where(FeedbackAsk.round == row.id))
    _note(session, session.get_one(Review, row.review).ref, "feedback_closed")


def _note(session: Session, ref: str, subject: str) -> None:
    record(session, kind="record.changed", business_key=ref, actor=CALENDAR, subject=subject)
