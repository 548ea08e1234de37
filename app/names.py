"""What people and agencies are called. The database and its log hold ids; names are put in place when a
page is made."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import TaskRow
from reviews.holders import names as names_of
from reviews.models import Agency
from reviews.roles import role_name

AGENCIES = select(Agency.id, Agency.name)


class Names:
    """Names within one request: agencies are read once, people when they are first needed, many at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._people: dict[str, str] = {}
        self._agencies: dict[str, str] | None = None

    def need(self, people: Iterable[str | None]) -> None:
        """Read the names of several people at once, so that a list costs one query."""
        missing = {person for person in people if person} - self._people.keys()
        asked = {person for person in missing if not person.startswith("system:")}
        if asked:
            self._people.update(names_of(self._session, asked))

    def person(self, person: str | None) -> str:
        """A person's name; "Roundtable" for what the service did itself; "" for nobody."""
        if not person:
            return ""
        if person.startswith("system:"):
            return "Roundtable"
        self.need([person])
        return self._people.get(person, "Somebody who has left")

    def done_by(self, task: TaskRow) -> str:
        """Who completed a step, with whom they did it for: "Sam W. for Alex B."."""
        both = [self.person(each) for each in (task.completed_by, task.completed_for) if each]
        return " for ".join(both)

    def agency(self, agency: str | None) -> str:
        """An agency's name, or ""."""
        if self._agencies is None:
            self._agencies = {row.id: row.name for row in self._session.execute(AGENCIES)}
        return self._agencies.get(agency or "", "")

    def role(self, role: str | None, agency: str | None = None) -> str:
        """A role in words, with its agency where it is held for one."""
        words = role_name(role) if role else ""
        return f"{words}, {self.agency(agency)}" if agency and self.agency(agency) else words
