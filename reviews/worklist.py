"""My work: what this person has to do, what their team holds, what others owe to their reviews, what they
have done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session

from engine import TaskRow
from engine.models import Moment, UserTask
from engine.queries import task_row, task_rows
from reviews.models import Action, Review
from reviews.permissions import Viewer, has_verb, visible_reviews
from reviews.roles import ROLES
from reviews.task_lists import free_work, held_work, my_tasks, named_work, team_tasks, unblocked_tasks

COUNTED = ("todo", "team")
VIEWS = {"todo": "To do", "team": "My team", "waiting": "Waiting for others", "done": "Done"}
HEADS = ("due", "task", "review", "who")  # what the lists of the pages can be sorted by
PER_PAGE = 25
MOST_COUNTED = 100  # a tab says how many rows it has up to here, and then that there are more
_NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)  # where a task without a date stands
_DUE = func.coalesce(UserTask.due_at, literal(_NEVER, Moment()), type_=Moment())
DATED = (UserTask.due_at, UserTask.opened_at)
# Whether backwards, and by what. Two tasks that are the same by that stand in the order of their ids.
SORTS: dict[str, tuple[bool, tuple[Any, ...]]] = {
    "due": (False, (_DUE, UserTask.opened_at)),
    "task": (False, (UserTask.name, _DUE)),
    "review": (False, (UserTask.business_key, _DUE)),
    "who": (False, (func.coalesce(UserTask.assignee, ""), UserTask.role, _DUE)),
    "opened": (True, (UserTask.opened_at,)),
    "done": (True, (UserTask.completed_at,)),
}


@dataclass(frozen=True)
class Place:
    """Where one row stands in a list that goes on from row to row: what it is sorted by, and its id."""

    stands: tuple[Any, ...]
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


def count_work(session: Session, viewer: Viewer) -> dict[str, int]:
    """How much there is to do, and how much the team has: up to one more than is counted, in one query."""
    most = MOST_COUNTED + 1
    counts = [
        select(func.count())
        .select_from(_any_of([select(UserTask.id).where(each).limit(most) for each in _views(viewer)[view]]))
        .scalar_subquery()
        .label(view)
        for view in COUNTED
    ]
    return dict(zip(COUNTED, session.execute(select(*counts)).one(), strict=True))


def work(
    session: Session,
    viewer: Viewer,
    view: str,
    filters: Filters,
    today: dt.date,
    *,
    after: Place | None = None,
    back: bool = False,
    rows: int = PER_PAGE,
) -> list[Work]:
    """The rows of a tab that come after a place (`back`: the nearest before it), in their order. A row that
    left the list meanwhile moves none of the others.

    Each condition of the tab gives as many rows as are wanted, from its own index, and the first of those are
    the rows: what a page costs does not depend on how much there is.
    """
    sort = _sort(view, filters)
    back_first, keys = SORTS[sort]
    down = back_first is not back
    row = select(UserTask.id, *(key.label(f"key_{number}") for number, key in enumerate(keys)))
    found = _any_of(
        [
            part.limit(rows)
            for condition in _views(viewer)[view]
            for part in _in_order(row.where(condition, *_narrowed(filters, today)), sort, after, down=down)
        ]
    )
    order = [*list(found.c)[1:], found.c.id]
    ids = session.scalars(
        select(found.c.id).order_by(*(each.desc() if down else each for each in order)).limit(rows)
    ).all()
    query = _joined(select(UserTask).where(UserTask.id.in_(ids)))
    place = {each: number for number, each in enumerate(reversed(ids) if back else ids)}
    listed = [
        Work(task_row(task, due), name or "", chair, bool(held), action or "", Place(tuple(stands), task.id))
        for task, due, name, chair, held, action, *stands in session.execute(query.add_columns(*keys))
    ]
    return sorted(listed, key=lambda row: place[row.task.id])


def place_of(session: Session, task_id: UUID, view: str, filters: Filters) -> Place | None:
    """Where a task stands in a tab that is sorted; None for one that does not exist."""
    found = session.execute(
        select(*SORTS[_sort(view, filters)][1]).where(UserTask.id == task_id)
    ).one_or_none()
    return Place(tuple(found), task_id) if found is not None else None


def _sort(view: str, filters: Filters) -> str:
    """What a tab is sorted by: what is done, by when it was, unless something else is asked."""
    asked = filters.sort or "due"
    return "done" if view == "done" and asked == "due" else asked


def roles_in_view(session: Session, viewer: Viewer, view: str) -> list[str]:
    """The roles to which a tab can be narrowed: of those whose work is in it."""
    if view not in COUNTED:
        return list(ROLES)
    held = {role for part in viewer.parts for role in part.roles}
    named = select(UserTask.role).where(my_tasks(viewer), UserTask.status == "open").distinct()
    theirs = held.union(session.scalars(named))
    return [role for role in ROLES if role in theirs]


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


@lru_cache(maxsize=64)
def _views(viewer: Viewer) -> Mapping[str, list[ColumnElement[bool]]]:
    """What each tab holds: what any of its conditions says. One page asks several times, and putting it
    together takes longer than running it."""
    mine, team = my_tasks(viewer), team_tasks(viewer)
    others = (UserTask.assignee != viewer.person, _is_not(mine))
    taken = and_(team, UserTask.assignee.is_not(None), *others)
    free = and_(team, UserTask.assignee.is_(None))
    chosen = {
        "todo": [*named_work(viewer), *free_work(viewer)],
        "team": [and_(each, *others) for each in held_work(viewer)],
        "waiting": [and_(_of_others(viewer), _is_not(or_(mine, free, taken)))],
    }
    unblocked = unblocked_tasks(viewer)
    return {
        **{
            view: [and_(UserTask.status == "open", each, unblocked) for each in found] or [false()]
            for view, found in chosen.items()
        },
        "done": [and_(UserTask.status == "completed", UserTask.completed_by == viewer.person)],
    }


def _any_of(found: Sequence[Select[Any]]) -> Subquery:
    """What any of some selects finds, once."""
    if len(found) == 1:
        return found[0].subquery()
    return union(*(select(each.subquery()) for each in found)).subquery()


def _in_order(query: Select[Any], sort: str, after: Place | None, *, down: bool) -> Iterator[Select[Any]]:
    """A select in its order, from a place on. By what is due it is two: those without a date come last, and
    are read from the same index."""
    if sort != "due":
        yield _from(query, SORTS[sort][1], after.stands if after else (), after, down=down)
        return
    dateless = after is not None and after.stands[0] == _NEVER
    if after is None or not dateless or down:
        place = after.stands if after is not None and not dateless else ()
        yield _from(query.where(UserTask.due_at.is_not(None)), DATED, place, after, down=down)
    if after is None or dateless or not down:
        place = after.stands[1:] if after is not None and dateless else ()
        yield _from(query.where(UserTask.due_at.is_(None)), DATED[1:], place, after, down=down)


def _from(
    query: Select[Any], keys: Sequence[Any], stands: Sequence[Any], after: Place | None, *, down: bool
) -> Select[Any]:
    keys = (*keys, UserTask.id)
    if stands and after is not None:
        here = tuple_(*(literal(each, key.type) for each, key in zip((*stands, after.id), keys, strict=True)))
        query = query.where(tuple_(*keys) < here if down else tuple_(*keys) > here)
    return query.order_by(*(each.desc() if down else each for each in keys))


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
