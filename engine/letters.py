"""Letters of reminders: one a person and day, which every reminder of that day joins.

Reminders of one transaction change each letter once, when all of them are known (`Letters.close`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import outbox
from engine.clock import local_date, start_of_day
from engine.db import house, remember, remembered
from engine.deadlines import FIRING_TIME
from engine.models import Outbox


@dataclass
class _Letter:
    """A letter that reminders of this transaction join: its row, its lines by task, its text."""

    row: Outbox
    lines: dict[str, dict[str, Any]]
    text: str

    def add(self, line: dict[str, Any], text: str) -> None:
        """One more line. A step that is on it already stands there once, as it is now; the text is that of
        the latest rung: rungs come in order, so it is the firmest."""
        self.lines.pop(line["task"], None)
        self.lines[line["task"]] = line
        self.text = text or self.text

    def write(self) -> None:
        """Bring the row in step."""
        facts = {**self.row.payload["facts"], "items": list(self.lines.values())}
        self.row.payload = {**self.row.payload, "facts": facts, "text": self.text}


class Letters:
    """The letters that the reminders of one transaction join. `close` writes what has joined them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._today = local_date(house(session).clock.now())
        self._of: dict[str, _Letter] = {}  # by person

    def take(self, people: Sequence[str]) -> None:
        """Lock the letters of today and tomorrow of some people, in one order, and know which there are."""
        days = (self._today, self._today + timedelta(days=1))
        keys = [_key(person, day) for person in people for day in days]
        query = select(Outbox).where(Outbox.key.in_(keys)).order_by(Outbox.key).with_for_update()
        there = {row.key: row for row in self._session.scalars(query)} if keys else {}
        for key in keys:
            remember(self._session, ("letter", key), there.get(key))

    def urgent(self, person: str, about: str, line: dict[str, Any], text: str) -> None:
        """A letter of its own, which waits for nothing."""
        facts = {"items": [line]}
        outbox.queue_mail(self._session, to=person, text=text, about=about, facts=facts, urgent=True)

    def join(self, person: str, about: str, line: dict[str, Any], text: str) -> None:
        """A reminder joins the person's letter of today, or the next day's when that has left.

        Tomorrow's has left, too, where another worker's clock is past midnight already.
        """
        if person not in self._of:
            self._of[person] = self._open_letter(person, about, text)
        self._of[person].add(line, text)

    def close(self) -> None:
        """Write what has joined each letter."""
        for letter in self._of.values():
            letter.write()

    def _open_letter(self, person: str, about: str, text: str) -> _Letter:
        """The first one, from today on, that is not even on its way; a new one where there is none."""
        for ahead in count():
            day = self._today + timedelta(days=ahead)
            key = _key(person, day)
            row = remembered(self._session, ("letter", key), partial(_letter, self._session, key))
            if row is None:
                begins = start_of_day(day) + timedelta(hours=FIRING_TIME.hour) if ahead else None
                row = outbox.queue_mail(
                    self._session,
                    to=person,
                    text=text,
                    about=about,
                    facts={"items": []},
                    key=key,
                    not_before=begins,
                )
                remember(self._session, ("letter", key), row)
            if row.status == "waiting" and row.sent_at is None:
                lines = {line["task"]: line for line in row.payload["facts"]["items"]}
                return _Letter(row, lines, str(row.payload["text"]))
        raise AssertionError("unreachable")


def _key(person: str, day: date) -> str:
    return f"reminder-{person}-{day}"


def _letter(session: Session, key: str) -> Outbox | None:
    return session.scalars(select(Outbox).where(Outbox.key == key).with_for_update()).one_or_none()
