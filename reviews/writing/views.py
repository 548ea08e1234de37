"""What an agency sees differently, in its own words: written by its own people, shown to the chair as the
summary is written, and part of the full summary. Nobody else changes it (A12)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.acting import asked_on, mail, now_of
from reviews.models import Agency, AgencyView, Involvement, Review
from reviews.permissions import Viewer

LONGEST_VIEW = 2000
VERB = "write_agency_view"


def agencies_to_speak_for(session: Session, viewer: Viewer, review: Review) -> list[str]:
    """The agencies of this review for which a viewer may write; the caller has asked for the verb."""
    theirs = {
        agency
        for part in viewer.parts
        for role in ("safeguarding_lead", "agency_manager")
        for agency in part.agencies_as(role)
    }
    told = select(Involvement.agency).where(
        Involvement.review == review.id, Involvement.notified_on.is_not(None)
    )
    return sorted(theirs & set(session.scalars(told)))


def view_of(session: Session, review: Review, agency: str) -> AgencyView | None:
    """What one agency wrote, or None."""
    query = select(AgencyView).where(AgencyView.review == review.id, AgencyView.agency == agency)
    return session.scalars(query).one_or_none()


def write_view(session: Session, viewer: Viewer, ref: str, agency: str, text: str) -> None:
    """Keep what an agency sees differently; nothing takes it back. The chair is told.

    Raises NotFound for an agency that is not theirs, Refused.
    """
    review = asked_on(session, viewer, VERB, ref)
    if agency not in agencies_to_speak_for(session, viewer, review):
        raise NotFound("Your agency has no part in this review.")
    if review.ended or review.plan_adopted_on is not None:
        raise Refused("The summary is agreed. What you see differently now belongs into your next update.")
    if len(text.strip()) > LONGEST_VIEW:
        raise Refused(f"Enter at most {LONGEST_VIEW:,} characters", about="text")
    if keep_view(session, review, agency, text, by=viewer.person) and review.chair:
        mail(session, [review.chair], "agency_view", review.ref)


def keep_view(session: Session, review: Review, agency: str, text: str, *, by: str) -> bool:
    """Put this in place of what an agency wrote before; whether anything has changed. The caller has asked
    permission and left a trace."""
    row, said = view_of(session, review, agency), text.strip()
    if said == (row.text if row else ""):
        return False
    if row is None:
        row = AgencyView(review=review.id, agency=agency)
        session.add(row)
    row.text, row.by, row.at = said, by, now_of(session)
    session.flush()
    return True


def views_in_words(session: Session, review: Review) -> list[str]:
    """Every agency's view, each a paragraph that begins with its name."""
    query = (
        select(Agency.name, AgencyView.text)
        .join(AgencyView, AgencyView.agency == Agency.id)
        .where(AgencyView.review == review.id, AgencyView.text != "")
        .order_by(Agency.name)
    )
    return [f"{name}: {text}" for name, text in session.execute(query)]
