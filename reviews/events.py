"""The termly learning events: which one comes next, and where it starts."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reviews.models import LearningEvent, Term


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
