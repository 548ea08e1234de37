"""The audit log's anchor goes out: to every auditor, once a working day, to be kept outside the service."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine import house, write_anchor
from engine.outbox import queue_mail
from reviews.holders import holders

ABOUT = "audit"  # what the notices and their traces are about


def tell_auditors(session: Session, today: dt.date) -> None:
    """Queue the newest anchor's digest to the auditors. The caller does this once a day."""
    auditors = holders(session, "auditor", today)
    if not auditors:
        return
    anchor = write_anchor(session, house(session).audit_key, house(session).clock.now())
    for person in auditors:
        facts = {"digest": anchor.digest, "date": today.isoformat()}
        queue_mail(session, to=person, text="audit_anchor", about=ABOUT, facts=facts)
