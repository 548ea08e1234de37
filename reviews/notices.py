"""Notices: which words go to whom. A notice holds a reference and a link, never a name of a child."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Refused
from engine.calendars import short_date
from reviews.access import closed_to
from reviews.models import Person, Review, Setting, SettingChange
from reviews.settings import setting
from reviews.task_answers import answer_place
from reviews.texts import PLACEHOLDERS, TEXTS, Text

_PLACE = re.compile(r"\{([^{}]*)\}")
_LONGEST_FACT = 2000
_EXAMPLE = {
    "reference": "MALR-2026-000",
    "date": "4 May 2027",
    "list": "- Prepare for the meeting, MALR-2026-000: due 4 May 2027",
}


@dataclass(frozen=True)
class Notice:
    """A message ready to be sent."""

    to: str
    subject: str
    body: str


def compose(
    session: Session, *, text: str, recipient: str, about: str, facts: Mapping[str, Any], base_url: str
) -> Notice | None:
    """The message for one queued notice, or None when nobody is there to read it: nobody active, or somebody
    to whom the review was closed since it was queued.

    Facts fill fixed placeholders only; the rest of them is left out. Raises KeyError for an unknown text.
    """
    person = session.get(Person, recipient)
    if person is None or not person.active:
        return None
    items = facts.get("items") or []
    review = session.scalars(select(Review).where(Review.ref == about)).one_or_none()
    if review is not None and closed_to(session, review, recipient):
        return None
    place = f"reviews/{about}" if review is not None and not items else ""  # My work has the rest
    place = answer_place(session, recipient, items) or place
    link = f"{base_url.rstrip('/')}/{place}"
    places = {
        "name": person.name,
        "reference": about,
        "link": link,
        "date": _date(facts.get("date")),
        "list": "\n".join(_line(item) for item in items),
        "board": str(setting(session, "board_name")),
    }
    words = text_of(session, text)
    return Notice(person.email, _one_line(_fill(words.subject, places)), _fill(words.body, places))


def text_of(session: Session, text: str) -> Text:
    """The words of a notice: the office's own, else those shipped. Raises KeyError for an unknown one."""
    shipped = TEXTS[text]
    own = session.get(Setting, f"text:{text}")
    if own is None:
        return shipped
    return Text(shipped.purpose, str(own.value["subject"]), str(own.value["body"]))


def preview(session: Session, text: str, *, subject: str | None = None, body: str | None = None) -> Notice:
    """How a notice reads with example facts, for the words given or those in force. Raises KeyError."""
    words = text_of(session, text)
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


def change_text(session: Session, text: str, *, subject: str, body: str, by: str, now: dt.datetime) -> None:
    """Put the office's own words in place. Raises Refused for a placeholder that is not on the list."""
    problems = check_words(subject) + check_words(body)
    if problems:
        raise Refused(" ".join(problems))
    before = text_of(session, text)
    name = f"text:{text}"
    row = session.get(Setting, name)
    value = {"subject": subject, "body": body}
    if row is None:
        row = Setting(id=name, value=value, title=before.purpose)
        session.add(row)
    row.value, row.changed_at, row.changed_by = value, now, by
    old = {"subject": before.subject, "body": before.body}
    session.add(SettingChange(setting=name, old=old, new=value, changed_at=now, changed_by=by))


def check_words(words: str) -> list[str]:
    """What is wrong with the words of a notice, as sentences."""
    unknown = sorted({place for place in _PLACE.findall(words) if place not in PLACEHOLDERS})
    allowed = ", ".join(f"{{{place}}}" for place in PLACEHOLDERS)
    found = [f"{{{place}}} is not a placeholder. These are: {allowed}." for place in unknown]
    if re.search(r"[{}]", _PLACE.sub("", words)):
        found.append("A curly bracket stands alone. Write a placeholder as {reference}.")
    return found


def _fill(words: str, places: Mapping[str, str]) -> str:
    """Put facts in place once: what a fact says is never read again as words of ours."""
    return _PLACE.sub(lambda found: places.get(found.group(1), "")[:_LONGEST_FACT], words)


def _one_line(words: str) -> str:
    """A subject without line breaks, which would end it and begin a header."""
    return " ".join(words.split())


def _date(told: object) -> str:
    return short_date(dt.date.fromisoformat(str(told)[:10])) if told else ""


def _line(item: Mapping[str, Any]) -> str:
    due = f": due {_date(item['due_on'])}" if item.get("due_on") else ""
    return f"- {item.get('name', '')}, {item.get('about', '')}{due}"
