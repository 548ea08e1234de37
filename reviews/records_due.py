"""Which records are due and when, by the schedule: one function for each kind that has a period.

Nothing is destroyed here. The sealed identity is opened once for each review that ended, for the year in
which the child was born; nothing else of it is used or kept, and the log says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import Actor, StateUnreadable, local_date, record
from engine.calendars import short_date
from engine.models import Draft, Outbox, UserTask
from engine.outbox import MAIL
from reviews.identity import read_identity
from reviews.learning_events.terms import event_key
from reviews.models import (
    ENDED,
    Action,
    EventBooking,
    LearningEvent,
    Preparation,
    RecordDue,
    Review,
    Suggestion,
    TriageDecision,
)
from reviews.record_types import DRAFT, EVENT_NAMES, NOT_ACCEPTED, NOTICES, PLAN, PREPARATION, REVIEW
from reviews.retention import Rule, ends_on, rule_for, years_on

CALENDAR = Actor.system("calendar")
MONTH = "notices-"  # before the month, in the name of a month of notices


@dataclass(frozen=True)
class Found:
    """One record with the day on which its period is over, and why that day."""

    record: str
    about: str
    due_on: dt.date
    why: str
    item: str = ""


def found_records(session: Session, today: dt.date) -> list[Found]:
    """Every record that has a day: those that still wait only where it was hard to find out."""
    known: list[Found] = []
    for kind, find in _FINDERS.items():
        rule = rule_for(session, kind)
        if rule.then != "keep":
            known.extend(find(session, rule, today))
    return known


def _drafts(session: Session, rule: Rule, today: dt.date) -> Iterator[Found]:
    """Referrals and suggestions that were never sent; and what was typed into a step that is over."""
    edited = (
        select(UserTask.business_key, func.max(Draft.saved_at).label("at"))
        .join(Draft, Draft.task_id == UserTask.id)
        .group_by(UserTask.business_key)
        .subquery()
    )
    begun = select(UserTask.business_key, func.min(UserTask.opened_at).label("at"))
    begun_at = begun.group_by(UserTask.business_key).subquery()
    unsent = (
        select(begun_at.c.business_key, edited.c.at, begun_at.c.at)
        .join(edited, edited.c.business_key == begun_at.c.business_key, isouter=True)
        .where(
            begun_at.c.business_key.in_(select(Review.ref).where(Review.state == "draft"))
            | begun_at.c.business_key.in_(select(Suggestion.key).where(Suggestion.made_on.is_(None)))
        )
    )
    for key, last, first in session.execute(unsent):
        yield from _due(rule, key, local_date(last or first), "Last edited on {}, and never sent.", today)
    left = select(Draft, UserTask.business_key).join(UserTask, UserTask.id == Draft.task_id)
    for draft, key in session.execute(left.where(UserTask.status != "open")):
        item = f"{draft.task_id}|{draft.person}"
        words = "Typed into a step that is over, and last edited on {}."
        yield from _due(rule, key, local_date(draft.saved_at), words, today, item)


def _not_accepted(session: Session, rule: Rule, today: dt.date) -> Iterator[Found]:
    decided = select(TriageDecision.review, func.max(TriageDecision.decided_on).label("on"))
    last = decided.group_by(TriageDecision.review).subquery()
    query = (
        select(Review.ref, last.c.on, Review.closed_on)
        .join(last, last.c.review == Review.id, isouter=True)
        .where(Review.state.in_(ENDED), Review.accepted_on.is_(None))
    )
    for ref, decision, closed in session.execute(query):
        if decision or closed:
            words = "Not accepted, handed over or withdrawn on {}."
            yield from _due(rule, ref, decision or closed, words, today)
    answered = select(Suggestion.key, Suggestion.answered_on).where(Suggestion.review.is_(None))
    for key, day in session.execute(answered.where(Suggestion.answered_on.is_not(None))):
        yield from _due(rule, key, day, "A suggestion that became no referral, answered on {}.", today)


def _reviews(session: Session, rule: Rule, today: dt.date) -> Iterator[Found]:
    dated = {row.about: row for row in session.scalars(select(RecordDue).where(RecordDue.record == REVIEW))}
    for review in session.scalars(_ended()):
        row = dated.get(review.ref)
        if row is not None:
            yield Found(REVIEW, review.ref, row.due_on, row.why)
        else:
            yield _dated(session, rule, review)


def _dated(session: Session, rule: Rule, review: Review) -> Found:
    """When a review is due: from its child's year of birth, and never before the least period."""
    closed = review.closed_on
    assert closed is not None
    least, said = years_on(closed, rule.least_years or 0), f"Closed on {short_date(closed)}."
    born = _born(session, review.id)
    record(
        session,
        kind="record.changed",
        business_key=review.ref,
        actor=CALENDAR,
        subject="retention_dated",
        details={"known": born is not None},
    )
    if born is None:
        why = f"{said} The date of birth is not known: somebody looks at the shortest period."
        return Found(REVIEW, review.ref, least, why)
    over = ends_on(rule, born)
    by_birth = dt.date(over.year, 12, 31)  # the year only: the day itself would tell the birthday
    why = f"{said} {rule.span.said[:1].upper()}{rule.span.said[1:]} after the year of birth of the child."
    if least > by_birth:
        why = f"{said} At least {rule.least_years} years after that."
    if review.siblings:
        why += " There are brothers or sisters: check whether one is younger."
    return Found(REVIEW, review.ref, max(by_birth, least), why)


def _born(session: Session, review: UUID) -> dt.date | None:
    try:
        told = str(read_identity(session, review).get("date_of_birth") or "")
        return dt.date.fromisoformat(told[:10])
    except (StateUnreadable, ValueError):  # sealed with a key that is not here, or not a whole date
        return None


def _preparations(session: Session, rule: Rule, today: dt.date) -> Iterator[Found]:
    written = select(Preparation.review)
    for review in session.scalars(_ended().where(Review.id.in_(written))):
        yield from _due(rule, review.ref, review.closed_on, "The review closed on {}.", today)


def _plans(session: Session, rule: Rule, today: dt.date) -> Iterator[Found]:
    for review in session.scalars(_ended().where(Review.id.in_(select(Action.review)))):
        yield from _due(rule, review.ref, review.closed_on, "The review closed on {}.", today)


def _ended() -> Select[Review]:
    return select(Review).where(
        Review.state.in_(ENDED), Review.accepted_on.is_not(None), Review.closed_on.is_not(None)
    )


def _notices(session: Session, rule: Rule, today: dt.date) -> Iterator[Found]:
    """Months of notices: each is due when the last day of the month is."""
    first = session.scalar(select(func.min(Outbox.created_at)).where(Outbox.kind == MAIL))
    month = local_date(first).replace(day=1) if first else today
    while (last := _last_day(month)) < today and ends_on(rule, last) <= today:
        if session.scalar(notices_of(month).with_only_columns(func.count())):
            about, words = f"{MONTH}{month:%Y-%m}", f"Sent in {month:%B %Y}."
            yield Found(NOTICES, about, ends_on(rule, last), words)
        month = last + dt.timedelta(days=1)


def _event_names(session: Session, rule: Rule, today: dt.date) -> Iterator[Found]:
    """Events whose list of names is there: the numbers by agency are kept with the event itself."""
    listed = select(EventBooking.event).distinct()
    query = select(LearningEvent).where(LearningEvent.id.in_(listed), LearningEvent.held_on.is_not(None))
    for event in session.scalars(query.order_by(LearningEvent.held_on)):
        yield from _due(rule, event_key(event.term), event.held_on, "The event was on {}.", today)


def notices_of(month: dt.date) -> Select[Outbox]:
    """The notices that left, came back or were given up in one month (UTC)."""
    at, until = func.coalesce(Outbox.sent_at, Outbox.created_at), _last_day(month) + dt.timedelta(days=1)
    begins, ends = (dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) for day in (month, until))
    return select(Outbox).where(Outbox.kind == MAIL, Outbox.status != "waiting", at >= begins, at < ends)


def said_of(about: str) -> str:
    """What a record is about, for people: a reference, or a month of notices."""
    return f"Notices sent in {month_of(about):%B %Y}" if about.startswith(MONTH) else about


def month_of(about: str) -> dt.date:
    """The first day of a month of notices, from its name."""
    return dt.date.fromisoformat(f"{about.removeprefix(MONTH)}-01")


def _last_day(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _due(
    rule: Rule, about: str, base: dt.date | None, words: str, today: dt.date, item: str = ""
) -> Iterator[Found]:
    if base is not None and (due := ends_on(rule, base)) <= today:
        yield Found(rule.record, about, due, words.format(short_date(base)), item)


_FINDERS: dict[str, Callable[[Session, Rule, dt.date], Iterator[Found]]] = {
    DRAFT: _drafts,
    NOT_ACCEPTED: _not_accepted,
    REVIEW: _reviews,
    PREPARATION: _preparations,
    PLAN: _plans,
    NOTICES: _notices,
    EVENT_NAMES: _event_names,
}
