"""References and pseudonyms: what a case is called everywhere outside its sealed identity."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.models import ReferenceCounter, Review

REFERENCE = "MALR-{year}-{seq:03d}"
SUGGESTIONS = 0  # the counter of suggestions is kept where a year would be
# Trees and shrubs: no initial of a child decides which.
# fmt: off
WORDS = (
    "Acacia", "Alder", "Almond", "Aspen", "Bay", "Beech", "Birch", "Blackthorn", "Bramble", "Briar",
    "Cedar", "Cherry", "Chestnut", "Cypress", "Damson", "Elder", "Elm", "Fir", "Gorse", "Hawthorn",
    "Hazel", "Heather", "Holly", "Hornbeam", "Ivy", "Juniper", "Larch", "Laurel", "Lilac", "Lime",
    "Linden", "Maple", "Medlar", "Mulberry", "Myrtle", "Oak", "Olive", "Osier", "Pear", "Pine",
    "Plane", "Plum", "Poplar", "Privet", "Quince", "Redwood", "Rosehip", "Rowan", "Sallow", "Sloe",
    "Sorrel", "Spindle", "Spruce", "Sycamore", "Tamarisk", "Teasel", "Thyme", "Walnut", "Whitebeam",
    "Wildrose", "Willow", "Yew",
)
# fmt: on


def next_reference(session: Session, on: dt.date) -> str:
    """The next reference of a year. The counter's row is locked until the transaction ends."""
    return REFERENCE.format(year=on.year, seq=_next(session, on.year))


def next_suggestion_key(session: Session) -> str:
    """The business key of the next suggestion; suggestions are counted through the years."""
    return f"SUGGESTION-{_next(session, SUGGESTIONS):04d}"


def _next(session: Session, year: int) -> int:
    query = select(ReferenceCounter).where(ReferenceCounter.year == year).with_for_update()
    counter = session.scalars(query).one_or_none()
    if counter is None:
        counter = ReferenceCounter(year=year, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return counter.last


def new_pseudonym(session: Session) -> str:
    """A name for the child that no review uses, chosen without looking at who the child is."""
    used = set(session.scalars(select(Review.pseudonym)))
    free = [f"Child {word}" for word in WORDS if f"Child {word}" not in used]
    if free:
        return secrets.choice(free)
    number = 2
    while f"Child {WORDS[0]} {number}" in used:
        number += 1
    return f"Child {WORDS[0]} {number}"
