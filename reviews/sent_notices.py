"""What the demonstration would have sent: every notice of the outbox, written out as its reader would see
it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.models import Outbox
from reviews.notices import compose


@dataclass(frozen=True)
class Sent:
    """One notice."""

    to: str
    recipient: str
    subject: str
    body: str
    about: str
    at: dt.datetime
    waiting: bool


def sent(
    session: Session, *, base_url: str, person: str = "", page: int = 1, rows: int = 25
) -> tuple[list[Sent], int]:
    """One page of notices, newest first, and how many there are."""
    query = (
        select(Outbox, func.count().over())
        .where(Outbox.kind == "mail")
        .order_by(Outbox.created_at.desc(), Outbox.id)
        .limit(rows)
        .offset((page - 1) * rows)
    )
    if person:
        query = query.where(Outbox.recipient == person)
    found = session.execute(query).all()
    letters = [_written(session, row, base_url) for row, _ in found]
    return [letter for letter in letters if letter is not None], found[0][-1] if found else 0


def recipients(session: Session) -> list[str]:
    """Everybody to whom something was sent."""
    return list(session.scalars(select(Outbox.recipient).where(Outbox.kind == "mail").distinct()))


def _written(session: Session, row: Outbox, base_url: str) -> Sent | None:
    notice = compose(
        session,
        text=row.payload["text"],
        recipient=row.recipient or "",
        about=row.about,
        facts=row.payload.get("facts", {}),
        base_url=base_url,
    )
    if notice is None:
        return None
    at = row.sent_at or row.created_at
    return Sent(
        notice.to, row.recipient or "", notice.subject, notice.body, row.about, at, row.status == "waiting"
    )
