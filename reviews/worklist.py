"""My work: what this person has to do, what their team holds, what others owe to their reviews, what they
have done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine import TaskRow
from engine.models import UserTask
from reviews.first_rows import COUNTED, MOST_COUNTED, Found, Wanted, first_rows
from reviews.list_order import SORTS, Place
from reviews.permissions import Viewer
from reviews.roles import ROLES

__all__ = [
    "HEADS",
    "MOST_COUNTED",
    "PER_PAGE",
    "VIEWS",
    "Filters",
    "Inbox",
    "Place",
    "Work",
    "inbox",
    "open_work",
    "place_of",
    "work",
]
VIEWS = {"todo": "To do", "team": "My team", "waiting": "Waiting for others", "done": "Done"}
HEADS = ("due", "task", "review", "who")  # what the lists of the pages can be sorted by
PER_PAGE = 25


@dataclass(frozen=True)
class Work:
    """One row of a work list: the task, what its review is called, and which action it is about, if any."""

    task: TaskRow
    pseudonym: str
    chair: str | None
    on_hold: bool
    action: str
    seen: bool  # whether they may open the review
    place: Place | None = None  # where a list that goes on from row to row stands after it


@dataclass(frozen=True)
class Filters:
    """What a work list is narrowed to."""

    review: str = ""
    role: str = ""
    overdue: bool = False
    sort: str = "due"

    @property
    def narrow(self) -> bool:
        """Whether some rows of the tab are left out."""
        return bool(self.review or self.role or self.overdue)

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filters:
        """The filters of an address; what it does not know is left out."""
        sort = asked.get("sort", "due")
        return cls(
            asked.get("review", "").strip()[:60],
            asked.get("role", "").strip()[:60],
            asked.get("overdue") == "yes",
            sort if sort in HEADS else "due",
        )


@dataclass(frozen=True)
class Inbox:
    """Some rows of a tab; how much there is to do and how much the team has, up to one more than is counted;
    the roles to which the tab can be narrowed."""

    rows: list[Work]
    counts: dict[str, int]
    roles: list[str]


def inbox(
    session: Session,
    viewer: Viewer,
    view: str,
    filters: Filters,
    today: dt.date,
    *,
    beside: Place | None = None,
    back: bool = False,
    rows: int = PER_PAGE,
) -> Inbox:
    """The rows of a tab that come after a place (`back`: the nearest before it), in their order, with what
    stands around them. A row that left the list meanwhile moves none of the others."""
    wanted = Wanted(view, _sort(view, filters), rows, back=back, counted=True)
    found = first_rows(session, viewer, wanted, beside, _narrowed(filters, today))
    counts = {name: min(number, MOST_COUNTED + 1) for name, number in found.counts.items()}
    return Inbox(_listed(found), counts, _roles(viewer, view, found))


def work(
    session: Session,
    viewer: Viewer,
    view: str,
    filters: Filters,
    today: dt.date,
    *,
    after: Place | None = None,
    rows: int = PER_PAGE,
) -> list[Work]:
    """The rows of a tab alone."""
    wanted = Wanted(view, _sort(view, filters), rows)
    return _listed(first_rows(session, viewer, wanted, after, _narrowed(filters, today)))


def place_of(session: Session, task_id: UUID, view: str, filters: Filters) -> Place | None:
    """Where a task stands in a tab that is sorted; None for one that does not exist."""
    found = session.execute(
        select(*SORTS[_sort(view, filters)][1]).where(UserTask.id == task_id)
    ).one_or_none()
    return Place(tuple(found), task_id) if found is not None else None


def _listed(found: Found) -> list[Work]:
    return [_work(row, place) for row, place in found.rows]


def _work(row: tuple[Any, ...], place: Place) -> Work:
    *task, pseudonym, chair, held, action, seen = row
    return Work(TaskRow(*task), pseudonym or "", chair, bool(held), action or "", bool(seen), place)


def _sort(view: str, filters: Filters) -> str:
    """What a tab is sorted by: what is done, by when it was, unless something else is asked."""
    asked = filters.sort or "due"
    return "done" if view == "done" and asked == "due" else asked


def _roles(viewer: Viewer, view: str, found: Found) -> list[str]:
    """The roles to which a tab can be narrowed: those that somebody holds, and those of the first of the work
    that names them."""
    if view not in COUNTED:
        return list(ROLES)
    theirs = found.roles.union(*(part.roles for part in viewer.parts))
    return [role for role in ROLES if role in theirs]


def _narrowed(filters: Filters, today: dt.date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.review:
        found.append(UserTask.business_key.contains(filters.review, autoescape=True))
    if filters.role:
        found.append(UserTask.role == filters.role)
    if filters.overdue:
        found.append(UserTask.due_on < today)
    return found


def open_work(session: Session) -> list[tuple[str | None, str, str | None, int]]:
    """How many tasks are open, by assignee, role and agency."""
    query = (
        select(UserTask.assignee, UserTask.role, UserTask.agency, func.count())
        .where(UserTask.status == "open")
        .group_by(UserTask.assignee, UserTask.role, UserTask.agency)
    )
    return [(assignee, role, agency, number) for assignee, role, agency, number in session.execute(query)]
