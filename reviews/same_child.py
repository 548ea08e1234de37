"""The same child again: other reviews that seem to be about one child, and the exact search for a child.

Both are for the Head and the Board's office alone and answer with references of reviews that they may open;
a referrer learns nothing of another agency's case from either. What the blind index finds is opened, compared
and forgotten: nothing of it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, StateUnreadable, record
from engine.audit_models import Event
from reviews.acting import disclose, now_of
from reviews.child_index import (
    SHORTEST_WORD,
    Facts,
    names_of,
    nhs_number_fails,
    numbers_of,
    plain,
    reviews_with,
    words_of,
)
from reviews.identity import read_identity
from reviews.models import Review
from reviews.permissions import Viewer, allowed, may

MOST_SEARCHES = 30  # of one person in an hour: enough for an office, too few to try out names
SEARCHES = "identity"  # what the log of searches is kept under
BIRTH_AND_NAME = "Same name and date of birth"
BIRTH_AND_WORD = "Same date of birth, and a name in common"
NUMBER = "Same identifier"
UNREADABLE = "Seems the same, but who that child is cannot be read: its key is missing, or it was altered"


@dataclass(frozen=True)
class Likely:
    """A review that seems to be about the same child, and why."""

    ref: str
    pseudonym: str
    why: str


@dataclass(frozen=True)
class Doubts:
    """What is worth a look before a referral is decided."""

    likely: list[Likely]
    number_fails: bool  # what was given as an NHS number cannot be one


def doubts_about(session: Session, viewer: Viewer, review: Review) -> Doubts | None:
    """Other reviews of what seems the same child, and a number that fails; None for who must not learn it."""
    if not may(session, viewer, "find_child") or not may(session, viewer, "show_identity", review):
        return None
    facts = read_identity(session, review.id)
    likely = [found for found in _alike(session, viewer, facts) if found.ref != review.ref]
    return Doubts(likely, nhs_number_fails(facts))


def find_child(session: Session, viewer: Viewer, told: Mapping[str, Any], *, reason: str) -> list[Likely]:
    """The reviews that the viewer may open about a child of this name and date of birth, or this identifier.

    The search is kept with its reason and what it asked by, never with the name; each review it found keeps
    that it was found (a disclosure, 2.9). Raises NotFound for who may not search, Refused.
    """
    if not may(session, viewer, "find_child"):
        raise NotFound
    facts = {key: told[key] for key in ("name", "date_of_birth", "identifier") if told.get(key)}
    _refuse(facts, reason)
    now = now_of(session)
    _not_too_often(session, viewer.person, now)
    found = _alike(session, viewer, facts)
    asked = {"asked": sorted(facts), "found": len(found), "reason": reason.strip()}
    _record(session, viewer, SEARCHES, asked)
    for likely in found:
        _record(session, viewer, likely.ref, {})
        review = session.scalars(select(Review.id).where(Review.ref == likely.ref)).one()
        disclose(session, viewer, review, "identity_search", purpose=reason.strip())
    return found


def names_the_child(text: str, facts: Facts) -> bool:
    """Whether a text that is kept in the open says a name: its last word, or two of its words."""
    said = {plain(word) for word in text.replace("-", " ").split()}
    last = str(facts.get("name") or "").split()[-1:]
    named = any(len(words & said) > 1 for words in names_of(facts))
    return named or any(words_of(word) <= said for word in last)


def _refuse(facts: Facts, reason: str) -> None:
    if not facts.get("identifier") and not (facts.get("name") and facts.get("date_of_birth")):
        about = "date_of_birth" if facts.get("name") else "name"
        raise Refused("Enter a name with the date of birth, or an identifier.", about=about)
    if facts.get("identifier") and not numbers_of(facts):
        raise Refused("Enter a number with at least four digits.", about="identifier")
    if names_the_child(reason, facts):
        raise Refused("Leave the child’s name out of the reason: the reason is kept.", about="reason")


def _not_too_often(session: Session, person: str, now: dt.datetime) -> None:
    """The log is the throttle: it counts what this person searched for in the last hour."""
    query = select(func.count()).where(
        Event.business_key == SEARCHES,
        Event.kind == "identity.searched",
        Event.actor == person,
        Event.at > now - dt.timedelta(hours=1),
    )
    if (session.scalar(query) or 0) >= MOST_SEARCHES:
        raise Refused("You have searched very often in the last hour. Try again later.")


def _record(session: Session, viewer: Viewer, about: str, details: Mapping[str, Any]) -> None:
    record(
        session,
        kind="identity.searched",
        business_key=about,
        actor=Actor(viewer.person),
        subject="identity",
        details=details,
    )


def _alike(session: Session, viewer: Viewer, facts: Facts) -> list[Likely]:
    """Only reviews whose identity the viewer may ask for are opened and compared: the others take no time."""
    query = (
        select(Review)
        .where(Review.id.in_(reviews_with(session, facts)), allowed(viewer, "show_identity"))
        .order_by(Review.ref)
    )
    compared = [(review, _why(session, review, facts)) for review in session.scalars(query)]
    return [Likely(review.ref, review.pseudonym, why) for review, why in compared if why]


def _why(session: Session, review: Review, facts: Facts) -> str:
    try:
        known = read_identity(session, review.id)
    except StateUnreadable:
        return UNREADABLE
    reasons = []
    born = str(facts.get("date_of_birth") or "")
    if born and born == str(known.get("date_of_birth") or ""):
        mine, theirs = names_of(facts), names_of(known)
        if mine & theirs:
            reasons.append(BIRTH_AND_NAME)
        elif _words(mine) & _words(theirs):
            reasons.append(BIRTH_AND_WORD)
    if numbers_of(facts) & numbers_of(known):
        reasons.append(NUMBER)
    return ". ".join(reasons)


def _words(names: set[frozenset[str]]) -> set[str]:
    return {word for name in names for word in name if len(word) >= SHORTEST_WORD}
