"""Pulling the plug at every statement of something, and before its commit; and looking at what is left."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, event, literal, select, union_all

from engine import Database
from engine.models import Base

MOST = 2000  # points of one act; more than that is a fault of the storm
Act = Callable[[], object]
Way = Callable[[Database, Act, int], bool]
Rows = dict[str, list[tuple[Any, ...]]]


class Crash(BaseException):
    """Not an Exception: nothing may catch it and go on."""


def raised(database: Database, act: Act, point: int) -> bool:
    """End `act` before its n-th statement or commit (counted from 0) by an error that nobody expects; False
    when it has fewer, and is done."""

    def pull() -> None:
        raise Crash

    try:
        with _plug(database, point, pull):
            act()
    except Crash:
        return True
    return False


def killed(database: Database, act: Act, point: int) -> bool:
    """The same in a process of its own, by kill -9."""
    database.dispose()  # no connection may be open when a process is forked
    child = os.fork()
    if not child:
        try:
            with _plug(database, point, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                act()
            os._exit(0)
        except BaseException:  # noqa: BLE001  (the fork's edge: the parent sees that it did not end well)
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if status:
        raise RuntimeError("What was to be crashed failed by itself.")
    return False


def crash_everywhere(
    database: Database, act: Act, way: Way, agrees: Callable[[], list[str]]
) -> tuple[int, list[str]]:
    """Crash `act` at each of its points in turn: each time nothing has changed, and all that is stored
    agrees. Then let it happen. How many points there were, and what was found wrong."""
    wrong: list[str] = []
    before = rows(database)
    for point in range(MOST):
        crashed = way(database, act, point)
        after = rows(database)
        changed = [table for table in before if before[table] != after[table]]
        if crashed and changed:
            wrong.append(f"a crash at point {point} has left something in {', '.join(changed)}")
        if not crashed and not changed:
            wrong.append("nothing has changed at its end")
        wrong += agrees()
        if not crashed or changed:
            break
    return point + int(crashed), wrong


def rows(database: Database) -> Rows:
    """Every row of every table."""
    tables = Base.metadata.tables
    with database.read() as session:
        filled = {name for name, full in session.execute(_which_are_filled()) if full}
        return {
            name: sorted(map(tuple, session.execute(select(table))), key=repr) if name in filled else []
            for name, table in tables.items()
        }


@cache
def _which_are_filled() -> CompoundSelect[Any]:
    """Of each table, whether there is anything in it: most are empty, and one question tells which."""
    asked = (
        select(literal(name), select(literal(1)).select_from(table).exists())
        for name, table in Base.metadata.tables.items()
    )
    return union_all(*asked)


@contextmanager
def _plug(database: Database, point: int, pull: Callable[[], None]) -> Iterator[None]:
    """Pull the plug before the n-th statement or commit of the writing connection."""
    count = 0

    def before(*_: Any) -> None:
        nonlocal count
        if count == point:
            pull()
        count += 1

    for kind in ("before_cursor_execute", "commit"):
        event.listen(database.engine, kind, before)
    try:
        yield
    finally:
        for kind in ("before_cursor_execute", "commit"):
            event.remove(database.engine, kind, before)
