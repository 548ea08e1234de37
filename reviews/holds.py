"""Legal holds: of one case or of everything. While one stands nothing it covers is destroyed, by any way."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import now_of
from reviews.models import LegalHold, RecordDue, Review, Schedule, Suggestion
from reviews.permissions import Viewer, blocked, may, visible_reviews

LOCK = "records"  # the row of the schedule that whoever destroys, holds or lists must have


class UnderHold(Refused):
    """A legal hold stands in the way."""


def lock_records(session: Session) -> None:
    """Wait until nobody else destroys or holds: until it ends, a hold is seen or comes too late.

    SQLite has one writer anyway.
    """
    if session.get(Schedule, LOCK) is None:
        try:
            with session.begin_nested():
                session.add(Schedule(name=LOCK, next_at=now_of(session)))
        except IntegrityError:  # another made it in the meantime
            pass
    session.execute(select(Schedule.name).where(Schedule.name == LOCK).with_for_update())


def holds_on(session: Session, keys: Collection[str]) -> list[LegalHold]:
    """The holds that stand and cover any of these references, oldest first.

    A suggestion is covered with the review that it became.
    """
    became = select(Suggestion.review).where(Suggestion.key.in_(keys), Suggestion.review.is_not(None))
    covers = or_(LegalHold.about.is_(None), LegalHold.about.in_(keys), LegalHold.about.in_(became))
    query = select(LegalHold).where(LegalHold.ended_at.is_(None), covers)
    return list(session.scalars(query.order_by(LegalHold.placed_at)))


def held_keys() -> ColumnElement[str | None]:
    """The references that a hold of their own stands on: for conditions."""
    open_holds = select(LegalHold.about).where(LegalHold.ended_at.is_(None), LegalHold.about.is_not(None))
    return open_holds.scalar_subquery()


def refuse_if_held(session: Session, keys: Collection[str]) -> None:
    """Let nothing that is under a hold be destroyed. Raises UnderHold."""
    lock_records(session)
    standing = holds_on(session, keys)
    if standing:
        what = standing[0].about or "everything"
        raise UnderHold(f"There is a legal hold on {what}. Nothing it covers can be destroyed.")


def all_holds(session: Session, viewer: Viewer) -> list[LegalHold]:
    """Every hold that this viewer may know of, those that stand first, newest first."""
    rows = session.scalars(select(LegalHold).order_by(LegalHold.placed_at.desc())).all()
    known = [row for row in rows if row.about is None or knows_of(session, viewer, row.about)]
    return sorted(known, key=lambda row: row.ended_at is not None)


def hold_named(session: Session, viewer: Viewer, hold_id: UUID) -> LegalHold:
    """A hold, also one that has ended. Raises NotFound."""
    row = session.get(LegalHold, hold_id)
    if row is None or (row.about and not knows_of(session, viewer, row.about)):
        raise NotFound
    return row


def place_hold(session: Session, viewer: Viewer, about: str | None, *, reason: str, authority: str) -> None:
    """Hold one case, or (without one) everything. Raises NotFound, Refused."""
    _ask(session, viewer, about)
    lock_records(session)
    if any(row.about == about for row in holds_on(session, [about] if about else [])):
        raise Refused("There is such a hold already.", about="about")
    row = LegalHold(
        about=about, reason=reason, authority=authority, placed_by=viewer.person, placed_at=now_of(session)
    )
    session.add(row)
    _note(session, viewer, about, "hold_placed")


def end_hold(session: Session, viewer: Viewer, hold_id: UUID, *, reason: str) -> None:
    """End a hold: what it covered follows the schedule again. Raises NotFound, Refused."""
    row = hold_named(session, viewer, hold_id)
    _ask(session, viewer, row.about)
    lock_records(session)
    session.refresh(row)  # another may have ended it while we waited
    if row.ended_at is not None:
        raise Refused("This hold has ended already.")
    row.ended_by, row.ended_at, row.end_reason = viewer.person, now_of(session), reason
    _note(session, viewer, row.about, "hold_ended")


def knows_of(session: Session, viewer: Viewer, about: str) -> bool:
    """Whether a viewer may know of a case: they see it, or its unsent draft or suggestion is on the list."""
    if session.scalar(visible_reviews(viewer).where(Review.ref == about)) is not None:
        return True
    if not (may(session, viewer, "retain") or may(session, viewer, "approve_destruction")):
        return False
    review = session.scalars(select(Review).where(Review.ref == about)).one_or_none()
    if review is not None and (review.state != "draft" or _is_blocked(session, viewer, about)):
        return False
    return session.scalar(select(RecordDue.id).where(RecordDue.about == about).limit(1)) is not None


def _is_blocked(session: Session, viewer: Viewer, ref: str) -> bool:
    found = select(Review.id).where(Review.ref == ref, blocked(viewer))
    return session.scalar(found) is not None


def _ask(session: Session, viewer: Viewer, about: str | None) -> None:
    if not may(session, viewer, "hold_records"):
        raise Refused("A legal hold is for the Head of Safeguarding and Learning or the business manager.")
    if about is not None and not knows_of(session, viewer, about):
        raise NotFound("There is no review with this reference.")


def _note(session: Session, viewer: Viewer, about: str | None, what: str) -> None:
    record(
        session,
        kind="record.changed",
        business_key=about or "records",
        actor=Actor(viewer.person),
        subject=what,
    )
