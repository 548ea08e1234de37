"""Arranging an agenda: the order, items of one's own, what is carried to the following meeting."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import today_of
from reviews.agendas.items import OWN, REVIEW, Item
from reviews.agendas.reading import Agenda, agenda
from reviews.body_meetings import carry_review
from reviews.models import AgendaItem, Review
from reviews.permissions import Viewer

LONGEST = 200  # characters of an item


def place(session: Session, viewer: Viewer, body: str, on: str, key: str, *, up: bool) -> None:
    """Move an item one place up or down. Raises NotFound, Refused."""
    found = _arranging(session, viewer, body, on)
    keys = [item.key for item in found.items if item.carried_to is None]
    _item(found, key)
    at = keys.index(key)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(keys):
        raise Refused("It stands there already.")
    _note(session, viewer, found, "agenda_order")
    keys[at], keys[to] = keys[to], keys[at]
    for position, each in enumerate(keys, 1):
        _row(session, found, each).position = position


def add(session: Session, viewer: Viewer, body: str, on: str, words: str) -> None:
    """Add an item of one's own. Raises NotFound, Refused."""
    found = _arranging(session, viewer, body, on)
    words = " ".join(words.split())
    if not words or len(words) > LONGEST:
        raise Refused(f"Enter the item, in {LONGEST} characters or fewer", about="words")
    _note(session, viewer, found, "agenda_item_added")
    row = _row(session, found, f"{OWN}{uuid4().hex[:12]}")
    row.words, row.added_by, row.added_on = words, viewer.person, today_of(session)


def take_off(session: Session, viewer: Viewer, body: str, on: str, key: str) -> None:
    """Take an item off that was added by hand. Raises NotFound, Refused."""
    found = _arranging(session, viewer, body, on)
    if not _item(found, key).own:
        raise Refused("Only what was added by hand can be taken off. Carry it to the following meeting.")
    _note(session, viewer, found, "agenda_item_taken_off")
    session.delete(_row(session, found, key))


def carry(session: Session, viewer: Viewer, body: str, on: str, key: str) -> dt.date:
    """Carry an item to the following meeting; its day. A review goes with its dates, and its chair is told.

    Raises NotFound, Refused where there is no following meeting, or nothing to carry.
    """
    found = _arranging(session, viewer, body, on)
    item = _item(found, key)
    if not item.waits:
        raise Refused("This item belongs to this meeting.")
    if found.following is None:
        raise Refused("The calendar has no meeting after this one. Add it there first.")
    _note(session, viewer, found, "agenda_item_carried")
    to = found.following
    if key.startswith(REVIEW):
        review = session.scalars(select(Review).where(Review.ref == item.review)).one()
        carry_review(session, Actor(viewer.person), review, found.on, to)
        return to
    row = _row(session, found, key)
    row.carried_to = to
    if item.own:
        session.add(
            AgendaItem(
                body=body,
                meeting_on=to,
                key=key,
                words=row.words,
                added_by=row.added_by,
                added_on=row.added_on,
            )
        )
    return to


def _arranging(session: Session, viewer: Viewer, body: str, on: str) -> Agenda:
    found = agenda(session, viewer, body, on)
    if found.over:
        raise Refused("This meeting is over.")
    if not found.may_arrange:
        raise Refused("Your role does not include arranging this agenda.")
    return found


def _item(found: Agenda, key: str) -> Item:
    item = next((each for each in found.items if each.key == key and each.carried_to is None), None)
    if item is None:
        raise NotFound("There is no such item.")
    return item


def _row(session: Session, found: Agenda, key: str) -> AgendaItem:
    query = select(AgendaItem).where(
        AgendaItem.body == found.body, AgendaItem.meeting_on == found.on, AgendaItem.key == key
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        row = AgendaItem(body=found.body, meeting_on=found.on, key=key, words="")
        session.add(row)
    return row


def _note(session: Session, viewer: Viewer, found: Agenda, what: str) -> None:
    record(
        session,
        kind="record.changed",
        business_key=f"AGENDA-{found.body}-{found.on.isoformat()}",
        actor=Actor(viewer.person),
        subject=what,
        details={"body": found.body},
    )
