"""The first rows of a tab of My work, in one question, whatever its length.

Each kind of work gives its first rows from its own index, in the list's order; which of them are open to
whoever looks is asked of those few. Where that leaves too few to be sure of the first ones, more are asked
for. The question is put together once for everybody of the same roles (`reviews.anybody`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from engine.db import keep_plans
from engine.models import UserTask
from engine.queries import TASK_COLUMNS, task_joins
from reviews.anybody import Shape, anybody, shape_of, told
from reviews.list_order import NEVER, SORTS, Place, directed, in_order
from reviews.models import Action, Review
from reviews.permissions import Viewer, allowed, has_verb, visible_reviews
from reviews.relations import among
from reviews.task_lists import (
    free_work,
    held_work,
    my_tasks,
    named_work,
    open_to,
    team_tasks,
    unblocked_tasks,
)

COUNTED = ("todo", "team")
MOST_COUNTED = 100  # a tab says how many rows it has up to here, and then that there are more
SPARE = 50  # rows of each kind of work that are read beyond those wanted, as some may be closed
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Wanted:
    """Which rows of a tab: sorted by what, on which side of a row (`beside`: of none, of one with a date, of
    one without), how many; and whether to count what is in the tabs."""

    view: str
    sort: str
    rows: int
    beside: str = ""
    back: bool = False
    counted: bool = False
    narrowed: bool = False
    depth: int = 0  # how many rows of each kind of work are read

    @property
    def down(self) -> bool:
        """Whether they are read against the order of the columns."""
        return SORTS[self.sort][0] is not self.back

    @property
    def reads(self) -> tuple[str, ...]:
        """The lists that are read, by name."""
        lists = COUNTED if self.counted else ()
        return lists if self.is_counted else (*lists, "page")

    @property
    def is_counted(self) -> bool:
        """Whether the rows are the first of those that are counted."""
        plain = self.sort == "due" and not (self.beside or self.back or self.narrowed)
        return self.counted and plain and self.view in COUNTED

    @property
    def needs(self) -> int:
        """How many rows of a list must be known to be its first ones."""
        return max(self.rows, MOST_COUNTED + 1 if self.counted else 0)


@dataclass(frozen=True)
class Found:
    """What was found: for each row the columns of `TASK_COLUMNS` and those of `_details`, with its place; how
    much the counted tabs have, up to one more than is counted; the roles whose work is in the first."""

    rows: list[tuple[tuple[Any, ...], Place]]
    counts: dict[str, int]
    roles: frozenset[str]


def first_rows(
    session: Session,
    viewer: Viewer,
    wanted: Wanted,
    beside: Place | None = None,
    narrowed: Sequence[Condition] = (),
) -> Found:
    """Ask for them, or for those that some conditions hold for, too. These leave the counts as they are."""
    dateless = beside is not None and wanted.sort == "due" and beside.stands[0] == NEVER
    side = "" if beside is None else "dateless" if dateless else "dated"
    wanted = replace(wanted, beside=side, narrowed=bool(narrowed), depth=wanted.needs + SPARE)
    place = {f"beside_{n}": each for n, each in enumerate(beside.stands)} if beside is not None else {}
    values = {**told(viewer), **place, "beside": beside.id if beside is not None else None}
    keep_plans(session)
    while True:
        rows = session.execute(_question(viewer, wanted, narrowed), values).all()
        if _sure(wanted, rows[0]):
            return _found(wanted, rows)
        wanted = replace(wanted, depth=wanted.depth * 4)


def _sure(wanted: Wanted, first: Any) -> bool:
    """Whether enough was read: everything there is, or so much that what is closed leaves enough."""
    return all(
        read < wanted.depth or read - left <= wanted.depth - wanted.needs
        for read, left in zip(*[iter(first[: 2 * len(wanted.reads)])] * 2, strict=True)
    )


def _found(wanted: Wanted, rows: Sequence[Any]) -> Found:
    counts = {name: rows[0][2 * n + 1] for n, name in enumerate(wanted.reads) if name in COUNTED}
    at = 2 * len(wanted.reads) + 1
    keys = at + len(SORTS[wanted.sort][1])
    listed = [
        (tuple(row[keys + 1 :]), Place(tuple(row[at:keys]), row[keys]))
        for row in rows
        if row[keys] is not None
    ]
    roles = frozenset((rows[0][at - 1] or "").split(",")) - {""}
    return Found(listed[::-1] if wanted.back else listed, counts, roles)


# --- the question ---


def _question(viewer: Viewer, wanted: Wanted, narrowed: Sequence[Condition]) -> Select[Any]:
    shape = shape_of(viewer)
    if narrowed or shape is None:
        return _put_together(viewer, wanted, narrowed)
    return _of_a_shape(shape, wanted)


@lru_cache(maxsize=200)
def _of_a_shape(shape: Shape, wanted: Wanted) -> Select[Any]:
    return _put_together(anybody(shape), wanted, ())


def _put_together(viewer: Viewer, wanted: Wanted, narrowed: Sequence[Condition]) -> Select[Any]:
    keys = len(SORTS[wanted.sort][1])
    read = _once(_read(viewer, wanted, narrowed), "found")
    left = _once(select(read).where(_open(viewer, wanted, read)), "left")
    order = [*(left.c[f"key_{n}"] for n in range(keys)), left.c.id]
    page = (
        select(left)
        .where(left.c.list == (wanted.view if wanted.is_counted else "page"))
        .order_by(*directed(order, down=wanted.down))
        .limit(_plain(wanted.rows))
        .subquery("page")
    )
    numbers = _numbers(wanted, read, left).subquery("numbers")
    here = [*(page.c[f"key_{n}"] for n in range(keys)), page.c.id]
    rows = numbers.join(page, true(), isouter=True).join(UserTask, UserTask.id == page.c.id, isouter=True)
    return (
        select(*numbers.c, *here, *TASK_COLUMNS, *_details(viewer))
        .select_from(_joined(rows))
        .order_by(*directed(here, down=wanted.down))
    )


def _details(viewer: Viewer) -> list[ColumnElement[Any]]:
    """What stands beside a task: its review's child and chair, whether it is paused, its action, and whether
    the review may be opened."""
    seen = allowed(viewer, "see")
    return [Review.pseudonym, Review.chair, Review.held_since, Action.text, seen]  # type: ignore[list-item]


def _joined(rows: Any) -> Any:
    return (
        task_joins(rows)
        .join(Review, Review.ref == UserTask.business_key, isouter=True)
        .join(Action, Action.process_instance == UserTask.instance_id, isouter=True)
    )


def _once(query: Any, name: str) -> CTE:
    """What is counted and read is found once: left to themselves, both databases put it together again at
    each place, with all its conditions."""
    found: CTE = query.cte(name).prefix_with("MATERIALIZED")
    return found


def _numbers(wanted: Wanted, read: CTE, left: CTE) -> Select[Any]:
    """How much was read of each list, how much of that is left, and the roles of the first that is to do."""
    counted = [
        select(func.count()).where(each.c.list == name).scalar_subquery().label(f"{name}_{each.name}")
        for name in wanted.reads
        for each in (read, left)
    ]
    roles = select(left.c.role).where(left.c.list == "todo").distinct().subquery()
    named = select(func.aggregate_strings(roles.c.role, ",")).scalar_subquery()
    return select(*counted, named.label("roles"))


def _read(viewer: Viewer, wanted: Wanted, narrowed: Sequence[Condition]) -> Any:
    """The first rows of each kind of work that is in the lists, before it is asked which are open."""
    found = []
    for name in wanted.reads:
        is_page = name == "page"
        asked = wanted if is_page else replace(wanted, view=name, sort="due", beside="", back=False)
        conditions = narrowed if is_page else ()
        found += [
            select(part.limit(_plain(wanted.depth)).subquery())
            for kind in _kinds(viewer, asked.view)
            for part in _ordered(_row(name, asked, wanted).where(kind, *conditions), asked)
        ]
    return union(*found) if viewer.deputy_parts else union_all(*found)  # covers may give the same twice


def _ordered(query: Select[Any], asked: Wanted) -> Iterator[Select[Any]]:
    return in_order(query, asked.sort, asked.beside, down=asked.down)


def _row(name: str, asked: Wanted, wanted: Wanted) -> Select[Any]:
    """What is read of a task: for which list, what decides whether it is open, and what it is sorted by. A
    list that is only counted fills the places of what the page is sorted by."""
    task = (UserTask.id, UserTask.step, UserTask.business_key, UserTask.instance_id, UserTask.role)
    here, page = (SORTS[each.sort][1] for each in (asked, wanted))
    keys = here if asked.sort == wanted.sort else [cast(null(), key.type) for key in page]
    listed = literal(name, String(), literal_execute=True).label("list")
    return select(listed, *task, *(key.label(f"key_{n}") for n, key in enumerate(keys)))


def _kinds(viewer: Viewer, view: str) -> list[Condition]:
    """The kinds of work that a tab holds."""
    if view == "done":
        return [and_(UserTask.status == "completed", UserTask.completed_by == viewer.person)]
    if view == "todo":
        found = [*named_work(viewer), *free_work(viewer)]
    elif view == "team":
        found = [and_(each, *_others(viewer)) for each in held_work(viewer)]
    else:
        found = [_waited_for(viewer)]
    return [and_(UserTask.status == "open", each) for each in found] or [false()]


def _others(viewer: Viewer) -> list[Condition]:
    """That somebody else has a task, and not as one of those whom the viewer covers."""
    others: list[Condition] = [UserTask.assignee != viewer.person]
    return [*others, _is_not(my_tasks(viewer))] if viewer.deputy_parts else others


def _waited_for(viewer: Viewer) -> Condition:
    mine, team = my_tasks(viewer), team_tasks(viewer)
    taken = and_(team, UserTask.assignee.is_not(None), UserTask.assignee != viewer.person, _is_not(mine))
    free = and_(team, UserTask.assignee.is_(None))
    return and_(_of_others(viewer), _is_not(or_(mine, free, taken)), unblocked_tasks(viewer))


def _open(viewer: Viewer, wanted: Wanted, read: FromClause) -> Condition:
    """Which rows are open to somebody: what they wait for was asked with it, what they did is theirs."""
    found = open_to(viewer, read)
    return found if wanted.view in COUNTED else or_(read.c.list == "page", found)


def _is_not(condition: Condition) -> Condition:
    """Not so, where "unknown" (a task that nobody holds yet) counts as not."""
    return not_(func.coalesce(condition, false()))


def _of_others(viewer: Viewer) -> Condition:
    """Work on reviews this person may see. What another agency owes is for the review's own team to know."""
    seen = visible_reviews(viewer).with_only_columns(Review.ref)
    on_seen = UserTask.business_key.in_(seen)
    if has_verb(viewer, "see_work_of_all_agencies"):
        return on_seen
    chaired = select(Review.ref).where(among(Review.chair, viewer.acting))
    theirs = or_(
        UserTask.agency.is_(None),
        among(UserTask.agency, sorted(viewer.agencies)),
        UserTask.business_key.in_(chaired),
    )
    return and_(on_seen, theirs)


def _plain(number: int) -> ColumnElement[int]:
    """A number that stands in the question itself: by it, PostgreSQL knows that few rows are wanted."""
    return literal_column(str(int(number)))
