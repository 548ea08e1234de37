"""In which orders lists of tasks can stand, and how one goes on from row to row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, literal, tuple_

from engine.models import Moment, UserTask

NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)  # where a task without a date stands
_DUE = func.coalesce(UserTask.due_at, literal(NEVER, Moment()), type_=Moment())
_DATED = (UserTask.due_at, UserTask.opened_at)
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


def in_order(query: Select[Any], sort: str, beside: str, *, down: bool) -> Iterator[Select[Any]]:
    """A select in its order, from beside a row (`beside`: of none, of one with a date, of one without) on. By
    what is due it is two: those without a date come last, and are read from the same index."""
    if sort != "due":
        yield _from(query, SORTS[sort][1], 0 if beside else None, down=down)
        return
    if beside != "dateless" or down:
        dated = query.where(UserTask.due_at.is_not(None))
        yield _from(dated, _DATED, 0 if beside == "dated" else None, down=down)
    if not (beside == "dated" and down):
        dateless = query.where(UserTask.due_at.is_(None))
        yield _from(dateless, _DATED[1:], 1 if beside == "dateless" else None, down=down)


def _from(query: Select[Any], keys: Sequence[Any], first: int | None, *, down: bool) -> Select[Any]:
    """From the place on of which `first` is the first value that counts."""
    if first is not None:
        stands = [bindparam(f"beside_{n}", type_=key.type) for n, key in enumerate(keys, first)]
        here = tuple_(*stands, bindparam("beside", type_=UserTask.id.type))
        side = tuple_(*keys, UserTask.id)
        query = query.where(side < here if down else side > here)
    return query.order_by(*directed([*keys, UserTask.id], down=down))


def directed(keys: Sequence[Any], *, down: bool) -> list[Any]:
    """What a select is ordered by, one way or the other."""
    return [each.desc() if down else each for each in keys]
