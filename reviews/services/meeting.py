"""Services of the round-table meeting: its date and invitations, its agenda, what it learned (P6 to P10)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Refused, ServiceCall
from reviews.meeting_dates import against
from reviews.models import (
    Attendance,
    Challenge,
    Invitation,
    Involvement,
    LearningPoint,
    Meeting,
    Review,
)
from reviews.posts import those_told
from reviews.services.actions import propose, start_each
from reviews.services.answers import Row, choice, codes, day, given, number, review_of, rows, words, yes
from reviews.services.registry import registry


@registry.service("send_invitations")
def send_invitations(call: ServiceCall) -> None:
    """Fix the date and invite each agency through its lead, and the chair (P6, P7).

    Raises Refused for a date that is late, in the school holidays or on a free day, without a reason.
    """
    review, answers = review_of(call), given(call)
    held_on = day(answers, "date")
    if held_on is None:
        raise Refused("Give the date of the meeting.", about="date")
    reason = words(answers, "date_reason")
    problems = against(call.session, review, held_on)
    if problems and not reason:
        raise Refused(" ".join([*problems, "Choose another date, or say why it is this one."]), about="date")
    meeting = planned_meeting(call.session, review)
    if meeting is None:
        meeting = Meeting(review=review.id, number=last_number(call.session, review) + 1, held_on=held_on)
        call.session.add(meeting)
    meeting.held_on, meeting.starts_at = held_on, words(answers, "time")
    meeting.date_reason = reason if problems else ""
    meeting.invitation_note = words(answers, "note")
    meeting.mode = words(answers, "mode")
    meeting.place = words(answers, "place") or words(answers, "link")
    call.session.flush()
    if review.state == "scheduling":
        review.state = "agency_preparation"
    _invite(call, review, meeting)


@registry.service("record_agenda")
def record_agenda(call: ServiceCall) -> None:
    """Keep the agenda as it was sent, and tell those invited that it is there (P8)."""
    review, answers = review_of(call), given(call)
    meeting = planned_meeting(call.session, review)
    if meeting is None:
        raise Refused("There is no meeting to make an agenda for. Fix a date first.")
    lines = [words(answers, "purpose"), *(_agenda_line(row) for row in rows(answers, "items"))]
    lines += [words(answers, "before"), words(answers, "support")]
    meeting.agenda, meeting.agenda_sent_on = "\n".join(filter(None, lines)), call.today
    for person in invited(call.session, meeting):
        call.mail(to=person, text="agenda", about=review.ref)


@registry.service("record_meeting")
def record_meeting(call: ServiceCall) -> None:
    """Keep what the meeting learned, start what must change now, close preparation (P7 to P10, A7)."""
    review, answers = review_of(call), given(call)
    meeting = planned_meeting(call.session, review)
    if meeting is None:
        raise Refused("There is no planned meeting to record. Fix a date first.")
    meeting.held_on = day(answers, "held_on") or meeting.held_on
    meeting.recorded_on = call.today
    meeting.quorum_met, meeting.quorum_note = yes(answers, "quorate"), words(answers, "quorum_reason")
    meeting.note = "\n\n".join(
        f"{words(row, 'question')}\n{words(row, 'note')}" for row in rows(answers, "points")
    )
    meeting.another, meeting.another_reason = yes(answers, "another"), words(answers, "another_reason")
    _keep_attendance(call, meeting, answers)
    keep_learning(call, review, rows(answers, "learning_points"), meeting)
    _keep_challenges(call, review, meeting, answers)
    review.met_on = meeting.held_on
    review.state = "further_meeting" if meeting.another else "summary_drafting"
    started = propose(call, review, rows(answers, "immediate_actions"), kind="immediate", agreed=True)
    start_each(call, review, started)
    _close_preparation(call, review)


def planned_meeting(session: Session, review: Review) -> Meeting | None:
    """The meeting that is planned, neither recorded nor cancelled, if there is one."""
    query = select(Meeting).where(
        Meeting.review == review.id, Meeting.recorded_on.is_(None), Meeting.cancelled_on.is_(None)
    )
    return session.scalars(query.order_by(Meeting.number.desc()).limit(1)).first()


def keep_learning(
    call: ServiceCall, review: Review, told: list[Row], meeting: Meeting | None
) -> list[LearningPoint]:
    """Add learning points, numbered on. One said before in the same words is kept once."""
    known = {
        point.statement: point
        for point in call.session.scalars(select(LearningPoint).where(LearningPoint.review == review.id))
    }
    following = max((point.number for point in known.values()), default=0) + 1
    for row in told:
        statement = words(row, "statement")
        if not statement:
            continue
        point = known.get(statement)
        if point is None:
            point = LearningPoint(
                review=review.id, number=following, statement=statement, recorded_on=call.today
            )
            point.meeting = meeting.id if meeting else None
            known[statement] = point
            following += 1
            call.session.add(point)
        point.kind = "strength" if words(row, "kind") == "strength" else "development"
        point.why = words(row, "why") or point.why or ""
        point.themes = codes(row, "themes") or point.themes or []
        point.agencies = codes(row, "agencies") or point.agencies or []
    call.session.flush()
    return list(known.values())


def invite(session: Session, review: Review, meeting: Meeting, today: dt.date) -> None:
    """Put the lead of each agency that knows of the review, and the chair, on the list of a meeting (P7)."""
    told = select(Involvement.agency).where(
        Involvement.review == review.id, Involvement.notified_on.is_not(None)
    )
    guests: list[tuple[str | None, str]] = [
        (agency, person)
        for agency in session.scalars(told)
        for person in those_told(session, "safeguarding_lead", agency, today)
    ]
    if review.chair:
        guests.append((None, review.chair))
    already = {
        (row.agency, row.person)
        for row in session.scalars(select(Invitation).where(Invitation.meeting == meeting.id))
    }
    for agency, person in guests:
        if (agency, person) not in already:
            session.add(Invitation(meeting=meeting.id, agency=agency, person=person))
    session.flush()


def invited(session: Session, meeting: Meeting) -> list[str]:
    """Who was asked to a meeting, each once."""
    query = select(Invitation.person).where(Invitation.meeting == meeting.id, Invitation.person.is_not(None))
    return sorted({person for person in session.scalars(query) if person})


def last_number(session: Session, review: Review) -> int:
    """The number of a review's latest meeting, 0 before the first."""
    return session.scalar(select(func.max(Meeting.number)).where(Meeting.review == review.id)) or 0


def _invite(call: ServiceCall, review: Review, meeting: Meeting) -> None:
    invite(call.session, review, meeting, call.today)
    facts = {"date": meeting.held_on.isoformat(), "meeting": str(meeting.id)}
    for person in invited(call.session, meeting):
        call.mail(to=person, text="invitation", about=review.ref, facts=facts)


def _agenda_line(row: Row) -> str:
    minutes = number(row, "minutes")
    return words(row, "topic") + (f" ({minutes} minutes)" if minutes else "")


def _keep_attendance(call: ServiceCall, meeting: Meeting, answers: Row) -> None:
    for row in rows(answers, "attendance"):
        agency = choice(row, "agency")
        if agency is None:
            continue
        call.session.merge(
            Attendance(
                meeting=meeting.id,
                agency=agency,
                status=words(row, "came") or "did_not_attend",
                practitioners=number(row, "practitioners") or 0,
                managers=number(row, "managers") or 0,
            )
        )


def _keep_challenges(call: ServiceCall, review: Review, meeting: Meeting, answers: Row) -> None:
    for row in rows(answers, "challenges"):
        call.session.add(
            Challenge(
                review=review.id,
                meeting=meeting.id,
                agency=choice(row, "by_agency"),
                challenge=words(row, "challenge"),
                response=words(row, "response"),
            )
        )


def _close_preparation(call: ServiceCall, review: Review) -> None:
    """What was not sent in by the meeting is no longer asked for."""
    late = select(Involvement).where(Involvement.review == review.id, Involvement.preparation == "asked")
    missing = call.session.scalars(late).all()
    for row in missing:
        row.preparation = "not_returned"
    if missing:
        call.send("meeting_held", to=call.instance_id)
