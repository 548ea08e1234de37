"""Telling an agency of a review: a notice to its leads, and a record that something was disclosed (P4)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import Actor
from reviews.access import name_if_restricted
from reviews.acting import mail, now_of, today_of
from reviews.models import Disclosure, Involvement, Review
from reviews.posts import those_told


def tell_agency(session: Session, review: Review, row: Involvement, *, by: Actor) -> None:
    """Tell one agency: its leads (or who stands in for them) get the reference, never more. Before the
    meeting it is asked to prepare; after it, it learns what is still to come."""
    today, now, met = today_of(session), now_of(session), review.met_on is not None
    row.notified_on, row.preparation = today, "not_asked" if met else "asked"
    people = those_told(session, "safeguarding_lead", row.agency, today)
    why = "Part of the review" if met else "Asked to prepare"
    name_if_restricted(session, review, people, reason=why, by=by, now=now)
    session.add(
        Disclosure(
            review=review.id,
            at=now,
            by=by.id,
            to=row.agency,
            what="notice",
            purpose="To take part in a multi-agency learning review"
            if met
            else "To prepare for and take part in a multi-agency learning review",
            basis="Public task",
        )
    )
    hear = those_told(session, "safeguarding_lead", row.agency, today)
    mail(session, hear, "agency_added_late" if met else "agency_notice", review.ref)
