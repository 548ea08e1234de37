"""Which learning event comes next, where it starts, and the one that an address names (L1)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.models import LearningEvent, Term
from reviews.permissions import Viewer, may

HELD = ("held", "reported")


def event_of_term(session: Session, term: Term) -> LearningEvent:
    """The event of a term; made, as an idea, when the term has none yet."""
    event = session.scalars(select(LearningEvent).where(LearningEvent.term == term.id)).one_or_none()
    if event is None:
        event = LearningEvent(id=f"event-{term.id}", term=term.id)
        session.add(event)
        session.flush()
    return event


def event_for(session: Session, on: dt.date) -> LearningEvent | None:
    """The next event that is still ahead on a day, or None where no term is in the calendar."""
    ahead = (
        select(Term)
        .join(LearningEvent, LearningEvent.term == Term.id, isouter=True)
        .where(
            Term.ends >= on,
            or_(
                LearningEvent.id.is_(None),
                LearningEvent.status.in_(("idea", "planned"))
                & or_(LearningEvent.held_on.is_(None), LearningEvent.held_on >= on),
            ),
        )
        .order_by(Term.ends)
        .limit(1)
    )
    term = session.scalars(ahead).first()
    return event_of_term(session, term) if term is not None else None


def event_key(term: str) -> str:
    """The business key of a term's event."""
    return f"EVENT-{term}"


def event_named(session: Session, viewer: Viewer, id_: str, *, lock: bool = False) -> LearningEvent:
    """One event; with `lock` nobody else changes what belongs to it until the transaction ends. Raises
    NotFound."""
    if not may(session, viewer, "see_learning"):
        raise NotFound("There is no such event.")
    query = select(LearningEvent).where(LearningEvent.id == id_)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    event = session.scalars(query).one_or_none()
    if event is None:
        raise NotFound("There is no such event.")
    return event


def event_before(session: Session, event: LearningEvent) -> LearningEvent | None:
    """The last event that was held before this one, in its term or an earlier one."""
    own = session.get_one(Term, event.term)
    query = (
        select(LearningEvent)
        .join(Term, Term.id == LearningEvent.term)
        .where(Term.ends < own.ends, LearningEvent.held_on.is_not(None))
        .order_by(LearningEvent.held_on.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def called(event: LearningEvent, term: str) -> str:
    """What people call an event: its title, or that it is the one of its term."""
    return event.title or f"Learning event, {term.lower() if term.istitle() else term}"


def refuse_unless(session: Session, viewer: Viewer, verb: str) -> None:
    """Raises Refused where a viewer does not have a verb."""
    if not may(session, viewer, verb):
        raise Refused("Your role does not include this.")


def note(session: Session, by: Actor, event: LearningEvent, what: str, **details: str) -> None:
    """Leave in the log what was done with an event: no name of who has a place."""
    record(
        session,
        kind="record.changed",
        business_key=event_key(event.term),
        actor=by,
        subject=what,
        details=details,
    )
