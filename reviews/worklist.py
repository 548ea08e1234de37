"""My work: what this person has to do, what their team holds, what others owe to their reviews, what they
have done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from engine import TaskRow
from engine.models import Moment, UserTask
from engine.queries import task_row, task_rows
from reviews.models import Action, Review
from reviews.permissions import Viewer, has_verb, my_tasks, team_tasks, unblocked_tasks, visible_reviews

VIEWS = {"todo": "To do", "team": "My team", "waiting": "Waiting for others", "done": "Done"}
SORTS: dict[str, tuple[Any, ...]] = {
    "due": (UserTask.due_at.is_(None), UserTask.due_at, UserTask.opened_at),
    "task": (UserTask.name, UserTask.due_at),
    "review": (UserTask.business_key, UserTask.due_at),
    "who": (UserTask.assignee, UserTask.role, UserTask.due_at),
    "done": (UserTask.completed_at.desc(),),
}
PER_PAGE = 25
_NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)  # where a task without a date stands
_DUE = func.coalesce(UserTask.due_at, literal(_NEVER, Moment()), type_=Moment())
# For lists that go on from row to row: whether backwards, and by which moments.
_PLACES: dict[str, tuple[bool, tuple[Any, ...]]] = {
    "due": (False, (_DUE, UserTask.opened_at)),
    "opened": (True, (UserTask.opened_at,)),
    "done": (True, (func.coalesce(UserTask.completed_at, UserTask.opened_at, type_=Moment()),)),
}


@dataclass(frozen=True)
class Place:
    """Where one row stands in a list that goes on from row to row: what it is sorted by, and its id."""

    moments: tuple[dt.datetime, ...]
    id: UUID


@dataclass(frozen=True)
class Work:
    """One row of a work list: the task, what its review is called, and which action it is about, if any."""

    task: TaskRow
    pseudonym: str
    chair: str | None
    on_hold: bool
    action: str
    place: Place | None = None  # where a list that goes on from row to row stands after it


@dataclass(frozen=True)
class Filters:
    """What a work list is narrowed to."""

    review: str = ""
    role: str = ""
    overdue: bool = False
    sort: str = "due"

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filters:
        """The filters of an address; what it does not know is left out."""
        sort = asked.get("sort", "due")
        return cls(
            asked.get("review", "").strip()[:60],
            asked.get("role", "").strip()[:60],
            asked.get("overdue") == "yes",
            sort if sort in SORTS else "due",
        )


def count_work(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many rows each tab has, in one query."""
    counts = [
        select(func.count()).select_from(UserTask).where(_of_view(viewer, view)).scalar_subquery().label(view)
        for view in VIEWS
    ]
    return dict(zip(VIEWS, session.execute(select(*counts)).one(), strict=True))


def work(
    session: Session,
    viewer: Viewer,
    view: str,
    filters: Filters,
    today: dt.date,
    *,
    page: int = 1,
    rows: int = PER_PAGE,
) -> tuple[list[Work], int]:
    """One page of a tab, and how many rows it has in all; the number comes with the rows."""
    where = and_(_of_view(viewer, view), *_narrowed(filters, today))
    order = SORTS["done"] if view == "done" and filters.sort == "due" else SORTS[filters.sort]
    query = (
        _joined(select(UserTask).where(where))
        .add_columns(func.count().over())
        .order_by(*order, UserTask.id)
        .limit(rows)
        .offset((page - 1) * rows)
    )
    found = session.execute(query).all()
    listed = [
        Work(task_row(task, due), name or "", chair, bool(held), action or "")
        for task, due, name, chair, held, action, _ in found
    ]
    return listed, found[0][-1] if found else 0


def work_after(
    session: Session,
    viewer: Viewer,
    view: str,
    filters: Filters,
    today: dt.date,
    *,
    after: Place | None,
    rows: int,
) -> list[Work]:
    """The rows of a tab that come after a place, sorted by when they are due, were opened or were done. A
    row that left the list meanwhile moves none of the others."""
    back, moments = _PLACES["done" if view == "done" else filters.sort or "due"]
    keys = (*moments, UserTask.id)
    query = _joined(select(UserTask).where(_of_view(viewer, view), *_narrowed(filters, today)))
    if after is not None:
        here = (*(literal(each, Moment()) for each in after.moments), literal(after.id, Uuid()))
        there = tuple_(*keys)
        query = query.where(there < tuple_(*here) if back else there > tuple_(*here))
    order = [each.desc() if back else each for each in keys]
    found = session.execute(query.add_columns(*moments).order_by(*order).limit(rows)).all()
    return [
        Work(task_row(task, due), name or "", chair, bool(held), action or "", Place(tuple(stands), task.id))
        for task, due, name, chair, held, action, *stands in found
    ]


def roles_in_view(session: Session, viewer: Viewer, view: str) -> list[str]:
    """The roles that the rows of a tab are for: the choices of its filter."""
    return list(
        session.scalars(
            select(UserTask.role).where(_of_view(viewer, view)).distinct().order_by(UserTask.role)
        )
    )


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        task_rows(query)
        .join(Review, Review.ref == UserTask.business_key, isouter=True)
        .join(Action, Action.process_instance == UserTask.instance_id, isouter=True)
        .add_columns(Review.pseudonym, Review.chair, Review.held_since, Action.text)
    )


def _narrowed(filters: Filters, today: dt.date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.review:
        found.append(UserTask.business_key.contains(filters.review, autoescape=True))
    if filters.role:
        found.append(UserTask.role == filters.role)
    if filters.overdue:
        found.append(UserTask.due_on < today)
    return found


def _of_view(viewer: Viewer, view: str) -> ColumnElement[bool]:
    return _views(viewer)[view]


@lru_cache(maxsize=64)
def _views(viewer: Viewer) -> Mapping[str, ColumnElement[bool]]:
    """What each tab holds. One page asks six times, and putting it together takes longer than running it."""
    mine = or_(my_tasks(viewer), and_(team_tasks(viewer), UserTask.assignee.is_(None)))
    team = and_(
        team_tasks(viewer),
        UserTask.assignee.is_not(None),
        UserTask.assignee != viewer.person,
        _is_not(my_tasks(viewer)),
    )
    chosen = {"todo": mine, "team": team, "waiting": and_(_of_others(viewer), _is_not(mine), _is_not(team))}
    unblocked = unblocked_tasks(viewer)
    done = and_(UserTask.status == "completed", UserTask.completed_by == viewer.person)
    return {
        **{view: and_(UserTask.status == "open", where, unblocked) for view, where in chosen.items()},
        "done": done,
    }


def _is_not(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Not so, where "unknown" (a task that nobody holds yet) counts as not."""
    return not_(func.coalesce(condition, false()))


def _of_others(viewer: Viewer) -> ColumnElement[bool]:
    """Work on reviews this person may see. What another agency owes is for the review's own team to know."""
    seen = visible_reviews(viewer).with_only_columns(Review.ref)
    on_seen = UserTask.business_key.in_(seen)
    if has_verb(viewer, "see_work_of_all_agencies"):
        return on_seen
    chaired = select(Review.ref).where(Review.chair.in_(viewer.acting))
    theirs = or_(
        UserTask.agency.is_(None), UserTask.agency.in_(viewer.agencies), UserTask.business_key.in_(chaired)
    )
    return and_(on_seen, theirs)


def open_work(session: Session) -> list[tuple[str | None, str, str | None, int]]:
    """How many tasks are open, by assignee, role and agency."""
    query = (
        select(UserTask.assignee, UserTask.role, UserTask.agency, func.count())
        .where(UserTask.status == "open")
        .group_by(UserTask.assignee, UserTask.role, UserTask.agency)
    )
    return [(assignee, role, agency, number) for assignee, role, agency, number in session.execute(query)]
