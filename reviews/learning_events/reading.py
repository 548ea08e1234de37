"""What the pages of events show: which come, which were, what one of them shows and what became of that.

Everybody with a role reads published learning and numbers of the whole event. Names are for the organisers
and, of their own agency, for its leads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import working_calendar
from reviews.learning_events.booking import BOOKED, WAITING
from reviews.learning_events.programme import is_decided, items
from reviews.learning_events.terms import HELD, called
from reviews.models import (
    Agency,
    Briefing,
    Cascade,
    EventBooking,
    EventItem,
    EventSource,
    ImpactCheck,
    LearningEvent,
    OtherLearning,
    Review,
    Term,
    TrainingChange,
)

PLAN_LEAD = 40  # working days before a term ends: by then its event is planned (the step `event_plan`)


@dataclass(frozen=True)
class Line:
    """One event in a list. `warning` says what is wrong with it, for a term without its event in time."""

    id: str
    name: str
    term: str
    event: LearningEvent | None
    warning: str = ""


@dataclass(frozen=True)
class OfAgency:
    """The numbers of one agency."""

    agency: str | None
    booked: int
    waiting: int
    came: int


@dataclass(frozen=True)
class Became:
    """What became of one piece of learning since it was shown."""

    title: str
    ref: str  # of a published briefing
    other: str  # id of learning from elsewhere
    reached: int = 0
    training: list[str] = field(default_factory=list)
    rating: str = ""


def coming(session: Session, today: dt.date) -> list[Line]:
    """The terms that have not ended and have no event held yet, soonest first."""
    terms = session.scalars(select(Term).where(Term.ends >= today).order_by(Term.ends))
    lines = [_line(session, term, _event_of(session, term), today) for term in terms]
    return [line for line in lines if line.event is None or line.event.status not in HELD]


def past(session: Session, today: dt.date) -> list[Line]:
    """The events that were held, newest first; and terms that ended without one."""
    lines = []
    for term in session.scalars(select(Term).where(Term.starts <= today).order_by(Term.ends.desc())):
        event = _event_of(session, term)
        held = event is not None and event.status in HELD
        if held or (event is not None and term.ends < today):
            lines.append(_line(session, term, event, today))
    return lines


def name_of(session: Session, event: LearningEvent) -> str:
    """What people call an event."""
    return called(event, session.get_one(Term, event.term).name)


def shown_items(session: Session, event: LearningEvent) -> list[EventItem]:
    """The programme, once it is decided."""
    return items(session, event) if is_decided(event) else []


def by_agency(rows: Iterable[EventBooking]) -> list[OfAgency]:
    """Bookings counted by agency."""
    found: dict[str | None, list[EventBooking]] = {}
    for row in rows:
        found.setdefault(row.agency, []).append(row)
    return [
        OfAgency(
            agency,
            booked=sum(row.state == BOOKED and not row.walked_in for row in theirs),
            waiting=sum(row.state == WAITING for row in theirs),
            came=sum(bool(row.came) for row in theirs),
        )
        for agency, theirs in sorted(found.items(), key=lambda each: each[0] or "")
    ]


def agency_names(session: Session) -> dict[str | None, str]:
    """The names of agencies by id."""
    return {
        None: "No agency",
        **{row.id: row.name for row in session.execute(select(Agency.id, Agency.name))},
    }


def what_became(session: Session, event: LearningEvent) -> list[Became]:
    """What became of the learning that an event showed, as far as it is published: staff reached, training
    changed, impact rated. No number of one agency."""
    if event.status not in HELD:
        return []
    used = select(EventSource).where(EventSource.event == event.id, EventSource.used.is_(True))
    rows = session.scalars(used.order_by(EventSource.kind.desc(), EventSource.source))
    found = [
        _became_review(session, row) if row.kind == "review" else _became_other(session, row) for row in rows
    ]
    return [each for each in found if each is not None]


def _became_review(session: Session, row: EventSource) -> Became | None:
    query = select(Briefing, Review).join(Review, Review.id == Briefing.review)
    found = session.execute(query.where(Review.ref == row.source, Review.restricted.is_(False))).first()
    if found is None:
        return None
    briefing, review = found
    reached = select(Cascade.reached).where(Cascade.review == review.id, Cascade.confirmed_on.is_not(None))
    training = select(TrainingChange).where(TrainingChange.review == review.id)
    rated = select(ImpactCheck.rating).where(
        ImpactCheck.review == review.id, ImpactCheck.rated_on.is_not(None)
    )
    return Became(
        briefing.title,
        review.ref,
        "",
        reached=sum(session.scalars(reached)),
        training=[each.course for each in session.scalars(training) if each.course],
        rating=session.scalars(rated.order_by(ImpactCheck.rated_on.desc())).first() or "",
    )


def _became_other(session: Session, row: EventSource) -> Became | None:
    other = session.get(OtherLearning, row.source)
    if other is None or other.withdrawn_on is not None:
        return None
    return Became(other.title, "", other.id)


def _event_of(session: Session, term: Term) -> LearningEvent | None:
    return session.scalars(select(LearningEvent).where(LearningEvent.term == term.id)).one_or_none()


def _line(session: Session, term: Term, event: LearningEvent | None, today: dt.date) -> Line:
    name = called(event, term.name) if event else term.name
    return Line(event.id if event else "", name, term.name, event, _warning(session, term, event, today))


def _warning(session: Session, term: Term, event: LearningEvent | None, today: dt.date) -> str:
    """That a term has no event planned in time, or none at all (L1)."""
    if event is not None and event.status in HELD:
        return ""
    if event is None or event.held_on is None:
        if term.ends < today:
            return "No event was held in this term"
        late = working_calendar(session).add(term.ends, -PLAN_LEAD).date < today
        return "No event is planned, and the term ends soon" if late else ""
    if not term.starts <= event.held_on <= term.ends:
        return "Its day is not in the term"
    return "It was not recorded" if event.held_on < today and term.ends < today else ""
