"""Links that work once: for practitioners who have no account, through their agency; for families, through
whoever is in contact with them. A link has nobody's name on it, and only its digest is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.acting import asked_on, today_of
from reviews.feedback.asking import asked_so_far, asks_family, seats
from reviews.feedback.giving import digest_of, give_for_family
from reviews.models import FeedbackAsk, FeedbackRound, Review
from reviews.permissions import Viewer, allowed
from reviews.roles import AGENCY_ROLES

PASS_ON, FAMILY = "pass_on_feedback", "ask_family_feedback"
MOST_OF_A_FAMILY = 6
NONE_LEFT = "Everybody who came has been asked: there is no link left to give out."


@dataclass(frozen=True)
class ToPassOn:
    """Links that somebody can still give out in one round, for one agency or ("") for the family."""

    round: FeedbackRound
    ref: str
    agency: str
    left: int


def to_pass_on(session: Session, viewer: Viewer) -> list[ToPassOn]:
    """What this person can still give out, the round that closes first before others."""
    found: list[ToPassOn] = []
    for row, ref in _open_rounds(session, viewer, PASS_ON):
        for agency, number in seats(session, row.review).items():
            left = number - asked_so_far(session, row.id, agency)
            if left > 0 and _speaks_for(viewer, agency):
                found.append(ToPassOn(row, ref, agency, left))
    for row, ref in _open_rounds(session, viewer, FAMILY):
        left = MOST_OF_A_FAMILY - asked_so_far(session, row.id, None)
        if left > 0 and asks_family(session, row.review):
            found.append(ToPassOn(row, ref, "", left))
    return sorted(found, key=lambda each: (each.round.closes_on, each.ref, each.agency))


def make_link(session: Session, viewer: Viewer, of: UUID, agency: str) -> str:
    """A new link's token, for one more practitioner of an agency or ("") one more of the family; it is not
    kept and cannot be shown again. Raises NotFound, Refused."""
    row = _round(session, viewer, of, agency)
    token = secrets.token_urlsafe(32)
    people = "practitioner" if agency else "family"
    session.add(FeedbackAsk(round=row.id, people=people, agency=agency or None, digest=digest_of(token)))
    session.flush()
    return token


def family_said(session: Session, viewer: Viewer, of: UUID, told: Mapping[str, str]) -> None:
    """Keep what somebody of the family said, entered by whoever is in contact. Raises NotFound, Refused."""
    give_for_family(session, _round(session, viewer, of, ""), told)


def family_round(session: Session, viewer: Viewer, of: UUID) -> ToPassOn:
    """The round in which somebody can enter what the family said. Raises NotFound."""
    found = [each for each in to_pass_on(session, viewer) if each.round.id == of and not each.agency]
    if not found:
        raise NotFound("There is nothing to ask the family.")
    return found[0]


def _round(session: Session, viewer: Viewer, of: UUID, agency: str) -> FeedbackRound:
    """The round, locked, where one more can be asked; what is done leaves its trace on the review."""
    locked = select(FeedbackRound).where(FeedbackRound.id == of).with_for_update()
    row = session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such round.")
    ref = session.get_one(Review, row.review).ref
    verb = PASS_ON if agency else FAMILY
    if not any(each.id == row.id for each, _ in _open_rounds(session, viewer, verb)):
        raise NotFound("There is no such round.")
    if agency and not _speaks_for(viewer, agency):
        raise Refused("You can give out the links of your own agency.")
    if not any(each.round.id == of and each.agency == agency for each in to_pass_on(session, viewer)):
        raise Refused(NONE_LEFT)
    asked_on(session, viewer, verb, ref)
    return row


def _open_rounds(session: Session, viewer: Viewer, verb: str) -> list[tuple[FeedbackRound, str]]:
    query = (
        select(FeedbackRound, Review.ref)
        .join(Review, Review.id == FeedbackRound.review)
        .where(
            allowed(viewer, verb),
            FeedbackRound.closed.is_(False),
            FeedbackRound.closes_on >= today_of(session),
        )
        .order_by(FeedbackRound.closes_on, Review.ref)
    )
    return [(row, ref) for row, ref in session.execute(query)]


def _speaks_for(viewer: Viewer, agency: str) -> bool:
    """Whether links of this agency are theirs to give out: of their own, or for the office of any."""
    if viewer.roles & {"hosl", "business_manager", "business_support"}:
        return True
    return any(agency in viewer.agencies_as(role) for role in sorted(viewer.roles & AGENCY_ROLES))
