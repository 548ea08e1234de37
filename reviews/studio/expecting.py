"""What a line of "then" expects, looked for in a rehearsal: "" when it is so, else what was seen instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import TaskRow, house, local_date
from engine.calendars import short_date
from engine.models import ProcessInstance
from engine.rehearsal import Letter, decided
from engine.scenarios import Line
from reviews.models import Review
from reviews.permissions import viewer_for, visible_reviews
from reviews.roles import role_name
from reviews.studio.people_words import agency_of, people_of, role_of
from reviews.studio.playing import known_as, open_tasks
from reviews.studio.wording import Unknown, answer_is, day_of

MOST_SEEN = 8


class Scene:
    """What can be looked at: the database as it stands, the letters since, and whose process it is."""

    def __init__(self, session: Session, process: str, letters: Sequence[Letter]) -> None:
        self.session = session
        self.process = process
        self.letters = letters
        self.today = local_date(house(session).clock.now())

    def seen_instead(self, line: Line) -> str:
        """What was seen instead of what a line expects; "" when it is so."""
        try:
            return _LOOKS[line.verb](self, line)
        except Unknown as unknown:
            return str(unknown)

    def is_open(self, line: Line) -> str:
        """A step is open, for a role, of an agency, due on a day."""
        rows = open_tasks(self.session)
        if line.what == "nothing":
            return _tasks(rows) if rows else ""
        fitting = [row for row in rows if row.step == line.what]
        if not fitting:
            return f"open is {_tasks(rows) or 'nothing'}"
        wanted = [row for row in fitting if self._fits(row, line)]
        return "" if wanted else _tasks(fitting, whole=True)

    def _fits(self, row: TaskRow, line: Line) -> bool:
        role, agency, due = (line.more.get(name) for name in ("role", "agency", "due"))
        return (
            (role is None or row.role == role_of(role))
            and (agency is None or row.agency == agency_of(self.session, agency))
            and (due is None or row.due_on == day_of(self.session, due))
        )

    def is_not_open(self, line: Line) -> str:
        """A step is not open."""
        rows = [row for row in open_tasks(self.session) if row.step == line.what]
        return _tasks(rows, whole=True)

    def is_late(self, line: Line) -> str:
        """A step is open after its last moment."""
        rows = [row for row in open_tasks(self.session) if row.step == line.what]
        now = house(self.session).clock.now()
        late = [row for row in rows if row.due_at is not None and row.due_at <= now]
        return "" if late else _tasks(rows, whole=True) or "it is not open"

    def was_told(self, line: Line) -> str:
        """Somebody has had a notice, with some words in it."""
        if self._letters_to(line):
            return ""
        people = set(people_of(self.session, line.what))
        theirs = [letter for letter in self.letters if letter.to in people]
        if theirs:
            return f"they had {_subjects(theirs)}"
        told = {known_as(self.session, letter.to)[1] for letter in self.letters}
        return f"notices went to {', '.join(sorted(told)) or 'nobody'}"

    def was_not_told(self, line: Line) -> str:
        """Somebody has had no notice, or none with some words in it."""
        found = self._letters_to(line)
        return f"they had {_subjects(found)}" if found else ""

    def _letters_to(self, line: Line) -> list[Letter]:
        people = set(people_of(self.session, line.what))
        says = str(line.more.get("says", "")).lower()
        return [
            letter
            for letter in self.letters
            if letter.to in people and says in f"{letter.subject}\n{letter.body}".lower()
        ]

    def has_access(self, line: Line) -> str:
        """Somebody may open the review."""
        people = people_of(self.session, line.what)
        return "" if any(map(self._may_open, people)) else "they cannot open the review"

    def has_no_access(self, line: Line) -> str:
        """Nobody of these may open the review."""
        can = [person for person in people_of(self.session, line.what) if self._may_open(person)]
        return f"{', '.join(known_as(self.session, each)[1] for each in can)} can open it" if can else ""

    def _may_open(self, person: str) -> bool:
        viewer = viewer_for(self.session, person, self.today)
        return self.session.scalars(visible_reviews(viewer).with_only_columns(Review.id)).first() is not None

    def was_decided(self, line: Line) -> str:
        """A table or a step has decided, with these facts."""
        facts = decided(self.session, str(line.what))
        if facts is None:
            return "nothing was decided there"
        expected = line.more.get("is") or {}
        wrong = {
            name: facts.get(name) for name, told in expected.items() if not answer_is(told, facts.get(name))
        }
        return ", ".join(f"{name} is {told}" for name, told in wrong.items())

    def has_ended(self, line: Line) -> str:
        """The process has ended, with this outcome."""
        rows = self._instances(line)
        if any((row.outcome or "").lower() == str(line.what).lower() for row in rows):
            return ""
        return _outcomes(rows)

    def is_running(self, line: Line) -> str:
        """A process is at work."""
        rows = list(self.session.scalars(select(ProcessInstance).where(ProcessInstance.process == line.what)))
        return "" if any(row.status in ("running", "paused") for row in rows) else _outcomes(rows)

    def _instances(self, line: Line) -> list[ProcessInstance]:
        process = line.more.get("process", self.process)
        return list(self.session.scalars(select(ProcessInstance).where(ProcessInstance.process == process)))


_LOOKS: dict[str, Callable[[Scene, Line], str]] = {
    "open": Scene.is_open,
    "not open": Scene.is_not_open,
    "late": Scene.is_late,
    "notice to": Scene.was_told,
    "no notice to": Scene.was_not_told,
    "access": Scene.has_access,
    "no access": Scene.has_no_access,
    "decided": Scene.was_decided,
    "ended": Scene.has_ended,
    "running": Scene.is_running,
}


def _tasks(rows: Iterable[TaskRow], *, whole: bool = False) -> str:
    """Steps in words; with whom and when they are due where that is asked."""
    if not whole:
        return ", ".join(sorted({row.step for row in rows}))
    told = [
        f"{row.step} for {role_name(row.role)}{f' of {row.agency}' if row.agency else ''}, "
        f"due {short_date(row.due_on) if row.due_on else 'on no date'}"
        for row in rows
    ]
    return "; ".join(told[:MOST_SEEN])


def _subjects(letters: Sequence[Letter]) -> str:
    return "; ".join(dict.fromkeys(letter.subject for letter in letters[:MOST_SEEN]))


def _outcomes(rows: Iterable[ProcessInstance]) -> str:
    told = [f"ended: {row.outcome}" if row.outcome else row.status for row in rows]
    return ", ".join(told) or "it has not begun"
