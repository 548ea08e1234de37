"""More time for an action: asked for, given or not; old date, reason and who decided are kept (P14, A15)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Refused
from reviews.models import Action, ActionExtension


def ask_for_time(
    session: Session, action: Action, *, reason: str, until: dt.date | None, by: str, on: dt.date
) -> None:
    """Note a request for more time; the due date stays until somebody else decides."""
    session.add(
        ActionExtension(
            action=action.id, asked_by=by, asked_on=on, reason=reason, asked_until=until, old_due=action.due
        )
    )


def give_time(
    session: Session, action: Action, until: dt.date | None, reason: str, *, by: str, on: dt.date
) -> None:
    """Agree a later date and answer what was asked. Raises Refused for a date that is not later."""
    if until is None or until <= action.due:
        raise Refused("Give a new date that is later than the present one.", about="new_due")
    answer_request(session, action, True, until, reason, by=by, on=on)
    action.due = until
    action.forecast = None if action.forecast and action.forecast <= until else action.forecast


def answer_request(
    session: Session,
    action: Action,
    granted: bool,
    until: dt.date | None,
    reason: str,
    *,
    by: str,
    on: dt.date,
) -> None:
    """Answer the request that waits; where nobody asked, one is noted with its answer."""
    waiting = select(ActionExtension).where(
        ActionExtension.action == action.id, ActionExtension.granted.is_(None)
    )
    found = session.scalars(waiting.order_by(ActionExtension.asked_on)).all()
    if not found:
        ask_for_time(session, action, reason=reason, until=until, by=by, on=on)
        session.flush()
        found = session.scalars(waiting).all()
    for row in found:
        row.granted, row.new_due, row.decision_reason = granted, until, reason
        row.decided_by, row.decided_on = by, on
