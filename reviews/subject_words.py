"""The rows of a subject access report in words: names for ids, the words of lists for codes, dates as people
write them; without keys, secrets and machinery.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import LargeBinary, Table, Text, Uuid, select
from sqlalchemy.orm import Session

from engine.clock import ZONE
from reviews.models import Agency, Person, Review
from reviews.option_lists import words_of
from reviews.permissions import Viewer, visible_reviews
from reviews.roles import ROLES

SECRETS = ("token", "digest", "password", "secret")
MACHINERY = {  # how a row was handled, and nothing about anybody
    "outbox": frozenset({"key", "kind", "attempts", "next_at"}),
    "user_task": frozenset({"process", "version", "item"}),
}
TITLES = {
    "outbox": "Notices",
    "user_task": "Steps",
    "submission": "Answers given",
    "chase": "Reminders",
}
KEPT_LISTS = {  # what the office's lists call the codes of these facts
    "plan_status_now": "plan_status",
    "plan_status_then": "plan_status",
    "nature": "nature",
    "themes": "themes",
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")
Fact = tuple[str, str]


class Words:
    """Values as people read them; keeps whom it named beside the subject."""

    def __init__(
        self, session: Session, *, subject: str = "", ref: str = "", viewer: Viewer | None = None
    ) -> None:
        self._people: dict[str, str] = {
            row.id: row.name for row in session.execute(select(Person.id, Person.name))
        }
        self._agencies: dict[str, str] = {
            row.id: row.name for row in session.execute(select(Agency.id, Agency.name))
        }
        self._closed: set[str] = set()
        self._reviews = refs = {row.id: row.ref for row in session.execute(select(Review.id, Review.ref))}
        self._others = set(refs.values()) - {ref} if ref else set()  # a reminder lists several
        if viewer is not None:
            seen = set(session.scalars(visible_reviews(viewer).with_only_columns(Review.ref)))
            self._closed = set(refs.values()) - seen
        self._subject = subject
        self._lists = {name: words_of(session, name) for name in set(KEPT_LISTS.values())}
        self._named: set[str] = set()

    def person(self, person: str) -> str:
        """A name, not counted as a third party."""
        return self._people.get(person, person)

    def named(self) -> list[str]:
        """Everybody else who was named, by name."""
        return sorted(self._people[each] for each in self._named)

    def facts(self, told: Mapping[str, Any]) -> list[Fact]:
        """The filled-in facts of one row."""
        found = [(heading(key), self.value(self._in_words(key, value))) for key, value in told.items()]
        return [(key, value) for key, value in found if value]

    def _in_words(self, key: str, value: Any) -> Any:
        """The words of a list that the office keeps, in place of its codes."""
        words = self._lists.get(KEPT_LISTS.get(key, ""), {})
        if isinstance(value, list):
            return [words.get(each, each) if isinstance(each, str) else each for each in value]
        return words.get(value, value) if isinstance(value, str) else value

    def row(self, table: Table, row: Mapping[str, Any], *, own: bool = True) -> list[Fact]:
        """One stored row without keys, sealed bytes and secrets; and, not `own`, without written texts."""
        told = {
            column.name: self._reviews.get(row[column.name], "")
            if isinstance(column.type, Uuid)
            else row[column.name]
            for column in table.columns
            if not isinstance(column.type, LargeBinary)
            and not (column.name == "id" and isinstance(column.type, Uuid))
            and column.name not in MACHINERY.get(table.name, ())
            and not any(word in column.name for word in SECRETS)
            and (own or not isinstance(column.type, Text))
            and (own or not isinstance(row[column.name], dict | list))
        }
        return self.facts(told)

    def value(self, value: Any) -> str:
        """A value in words."""
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, Mapping):
            return "; ".join(f"{key}: {text}" for key, text in self.facts(value))
        if isinstance(value, list):
            others = [isinstance(each, Mapping) and each.get("about") in self._others for each in value]
            told = [each for each, other in zip(value, others, strict=True) if not other]
            return ", ".join(filter(None, map(self.value, told)))
        if isinstance(value, dt.datetime):
            here = value.astimezone(ZONE)
            return f"{here:%-d %B %Y} at {here:%H:%M}"
        if isinstance(value, dt.date):
            return f"{value:%-d %B %Y}"
        text = str(value)
        if _UUID.fullmatch(text):
            return ""
        if _DAY.fullmatch(text):
            return self.value(dt.date.fromisoformat(text))
        if text in self._closed:
            return "a review that is closed to you"
        if text in self._people:
            if text != self._subject:
                self._named.add(text)
            return self._people[text]
        return self._agencies.get(text) or (ROLES[text].name if text in ROLES else text)


def heading(name: str) -> str:
    """The name of a table or a column in words."""
    return TITLES.get(name) or name.replace("_", " ").capitalize()
