"""What the calendar begins: the event of each term, the report to each Board, the review of each policy;
what somebody held who has left is handed over the day after, and auditors get the audit log's anchor;
who must know of a theme that comes back is told.

Safe to run as often as one likes, by any number of workers: what has begun is not begun again.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import Actor, Database, house, instances, local_date, start, start_of_day, working_calendar
from reviews.audit_anchors import tell_auditors
from reviews.board_dates import BOARD, board_key
from reviews.feedback.asking import follow_rounds
from reviews.learning_events.terms import event_key, event_of_term
from reviews.leaving_day import leave_due
from reviews.models import BoardReport, BodyMeeting, LearningEvent, PolicyDocument, Schedule, Term
from reviews.themes.alerts import tell_alerts

CALENDAR = Actor.system("calendar")
DAILY = "calendar"  # the name of its row in the schedule
EVENT_LEAD = 90  # working days before a term ends: the warning comes at 40 (L1)
REPORT_LEAD = 30  # working days before a Board meeting
POLICY_LEAD = dt.timedelta(days=90)


def begin_once(database: Database) -> int:
    """Look at the calendar once a day, whichever worker comes first; how many cases began.

    The row of the schedule is the lock: a worker that does not get it leaves the day to the one that has it.
    """
    now = database.clock.now()
    with database.read() as session:
        known = session.get(Schedule, DAILY)
        if known is not None and known.next_at > now:
            return 0
    return len(database.retrying(_begin_today))


def _begin_today(session: Session) -> list[str]:
    now = house(session).clock.now()
    row = _claimed(session, now)
    if row is None or row.next_at > now:
        return []
    row.next_at = start_of_day(local_date(now) + dt.timedelta(days=1))
    leave_due(session, local_date(now))
    tell_alerts(session, local_date(now))
    if working_calendar(session).is_working_day(local_date(now)):
        tell_auditors(session, local_date(now))
    return begin_due(session)


def _claimed(session: Session, now: dt.datetime) -> Schedule | None:
    """The row of the schedule, locked to the end of the transaction; None while somebody else has it."""
    if session.get(Schedule, DAILY) is None:
        try:
            with session.begin_nested():
                session.add(Schedule(name=DAILY, next_at=now))
        except IntegrityError:  # another worker made it in the meantime, and begins what is due
            return None
    locked = select(Schedule).where(Schedule.name == DAILY).with_for_update(skip_locked=True)
    return session.scalars(locked.execution_options(populate_existing=True)).one_or_none()


def begin_due(session: Session) -> list[str]:
    """Begin everything whose time has come; the business keys of what began. And ask those who took part in
    a review what it was like."""
    today = local_date(house(session).clock.now())
    follow_rounds(session, today)
    return [
        *_begin_events(session, today),
        *_begin_reports(session, today),
        *_begin_policy_reviews(session, today),
    ]


def _begin_events(session: Session, today: dt.date) -> list[str]:
    calendar = working_calendar(session)
    terms = session.scalars(
        select(Term)
        .join(LearningEvent, LearningEvent.term == Term.id, isouter=True)
        .where(Term.ends >= today, LearningEvent.process_instance.is_(None))
        .order_by(Term.ends)
    ).all()
    begun = []
    for term in terms:
        if calendar.add(term.ends, -EVENT_LEAD).date > today:
            continue
        event = event_of_term(session, term)
        event.process_instance = start(
            session,
            "learning_event",
            business_key=event_key(term.id),
            variables={"term": {"id": term.id, "name": term.name, "ends": term.ends.isoformat()}},
            by=CALENDAR,
        )
        begun.append(event_key(term.id))
    return begun


def _begin_reports(session: Session, today: dt.date) -> list[str]:
    last = working_calendar(session).add(today, REPORT_LEAD).date
    ahead = session.scalars(
        select(BodyMeeting.held_on)
        .join(BoardReport, BoardReport.board_on == BodyMeeting.held_on, isouter=True)
        .where(BodyMeeting.body == BOARD, BodyMeeting.held_on > today, BodyMeeting.held_on <= last)
        .where(BoardReport.id.is_(None))
        .order_by(BodyMeeting.held_on)
    ).all()
    for day in ahead:
        report = BoardReport(board_on=day)
        session.add(report)
        session.flush()
        report.process_instance = start(
            session,
            "board_report",
            business_key=board_key(day),
            variables={"board": {"date": day.isoformat()}},
            by=CALENDAR,
        )
    return [board_key(day) for day in ahead]


def _begin_policy_reviews(session: Session, today: dt.date) -> list[str]:
    due = session.scalars(
        select(PolicyDocument)
        .where(PolicyDocument.review_due <= today + POLICY_LEAD, PolicyDocument.withdrawn_on.is_(None))
        .order_by(PolicyDocument.review_due)
    ).all()
    begun = []
    for policy in due:
        if any(row.status in ("running", "paused", "stuck") for row in instances(session, policy.id)):
            continue
        facts = {"id": policy.id, "title": policy.title, "review_due": policy.review_due.isoformat()}
        start(session, "policy_review", business_key=policy.id, variables={"policy": facts}, by=CALENDAR)
        begun.append(policy.id)
    return begun
