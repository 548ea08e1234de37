"""Notices: which words go to whom. A notice holds a reference and a link, never a name of a child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import remembered
from engine.calendars import short_date
from engine.models import Outbox, UserTask
from reviews.access import closed_to
from reviews.answer_links import answer_place
from reviews.feedback_texts import FEEDBACK_TEXTS
from reviews.learning_events.terms import event_key
from reviews.learning_events.texts import EVENT_TEXTS
from reviews.models import LearningEvent, Person, Review
from reviews.notice_checks import PLACE
from reviews.notice_files import words_in_use
from reviews.settings import setting
from reviews.studio_texts import STUDIO_TEXTS
from reviews.texts import TEXTS

_LONGEST_FACT = 2000
_EXAMPLE = {
    "reference": "MALR-2026-000",
    "date": "4 May 2027",
    "list": "- Prepare for the meeting, MALR-2026-000: due 4 May 2027",
    "digest": "3f0a" * 16,
}


@dataclass(frozen=True)
class Notice:
    """A message ready to be sent."""

    to: str
    subject: str
    body: str
    reply_to: str = ""


def compose(
    session: Session,
    *,
    text: str,
    recipient: str,
    about: str,
    facts: Mapping[str, Any],
    base_url: str,
    place: str = "",
) -> Notice | None:
    """The message for one queued notice, or None when nobody is there to read it: nobody active, or somebody
    to whom the review was closed since it was queued. Steps that were answered since are left out. The link
    leads to `place` where one is given.

    Facts fill fixed placeholders only; the rest of them is left out. Raises KeyError for an unknown text.
    """
    person = session.get(Person, recipient)
    if person is None or not person.active:
        return None
    items = _still_open(session, facts.get("items") or [])
    if facts.get("items") and not items:
        return None  # everything it would remind of is done
    is_review, closed = remembered(
        session, ("about", about, recipient), lambda: _about(session, about, recipient)
    )
    if closed:
        return None
    if is_review and not items:
        place = f"reviews/{about}"  # My work has the rest
    if text in STUDIO_TEXTS:
        place = "studio/"
    if text in FEEDBACK_TEXTS:
        place = "feedback/"
    if text in EVENT_TEXTS:
        place = _event_place(session, about)
    place = answer_place(session, recipient, items) or place
    link = f"{base_url.rstrip('/')}/{place}"
    places = {
        "name": person.name,
        "reference": about,
        "link": link,
        "date": _date(facts.get("date")),
        "list": "\n".join(_line(item) for item in items),
        "board": str(setting(session, "board_name")),
        "digest": str(facts.get("digest") or ""),
    }
    words = words_in_use(session, text)
    subject, body = _one_line(_fill(words.subject, places)), _fill(words.body, places)
    return Notice(person.email, subject, body, str(setting(session, "reply_to")))


def _about(session: Session, about: str, recipient: str) -> tuple[bool, bool]:
    """Whether a notice is about a review, and whether that is closed to who gets it."""
    review = session.scalars(select(Review).where(Review.ref == about)).one_or_none()
    return review is not None, review is not None and closed_to(session, review, recipient)


def _event_place(session: Session, about: str) -> str:
    """The page of the event that a notice is about."""
    rows = session.execute(select(LearningEvent.id, LearningEvent.term))
    found = next((row.id for row in rows if event_key(row.term) == about), "")
    return f"learning/events/{found}"


def preview(session: Session, text: str, *, subject: str | None = None, body: str | None = None) -> Notice:
    """How a notice reads with example facts, for the words given or those in force. Raises KeyError."""
    words = words_in_use(session, text)
    places = {
        **_EXAMPLE,
        "name": "Sam Example",
        "link": "https://reviews.example/",
        "board": str(setting(session, "board_name")),
    }
    return Notice(
        "sam@board.example",
        _one_line(_fill(subject if subject is not None else words.subject, places)),
        _fill(body if body is not None else words.body, places),
    )


def subject_of(session: Session, notice: Outbox) -> str:
    """The subject of a queued notice, for lists: whoever it is for, and whether or not it can be sent."""
    words = TEXTS.get(str(notice.payload.get("text")))
    if words is None:
        return notice.about
    facts = notice.payload.get("facts") or {}
    places = {
        "reference": notice.about,
        "date": _date(facts.get("date")),
        "board": str(setting(session, "board_name")),
    }
    return _one_line(_fill(words_in_use(session, str(notice.payload["text"])).subject, places))


def _still_open(session: Session, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a reminder whose step still waits."""
    ids = {UUID(str(item["task"])) for item in items if item.get("task")}
    waiting = set(session.scalars(select(UserTask.id).where(UserTask.id.in_(ids), UserTask.status == "open")))
    return [item for item in items if not item.get("task") or UUID(str(item["task"])) in waiting]


def _fill(words: str, places: Mapping[str, str]) -> str:
    """Put facts in place once: what a fact says is never read again as words of ours."""
    return PLACE.sub(lambda found: places.get(found.group(1), "")[:_LONGEST_FACT], words)


def _one_line(words: str) -> str:
    """A subject without line breaks, which would end it and begin a header."""
    return " ".join(words.split())


def _date(told: object) -> str:
    return short_date(dt.date.fromisoformat(str(told)[:10])) if told else ""


def _line(item: Mapping[str, Any]) -> str:
    due = f": due {_date(item['due_on'])}" if item.get("due_on") else ""
    return f"- {item.get('name', '')}, {item.get('about', '')}{due}"
