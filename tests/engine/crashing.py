"""Pulling the plug at every statement of something, and looking at what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from engine import Database
from engine.invariants import broken_invariants
from engine.models import Base


class Crash(BaseException):
    """Not an Exception: nothing may catch it and go on."""


@contextmanager
def crash_at(database: Database, statement: int) -> Iterator[None]:
    """Pull the plug before the n-th statement (counted from 0) that the writing connection sends."""
    count = 0

    def before(*_: Any) -> None:
        nonlocal count
        if count == statement:
            raise Crash
        count += 1

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", before)


def crash_everywhere(database: Database, act: Callable[[], object]) -> int:
    """Crash `act` at each of its statements in turn: each time nothing has changed. Then let it happen; how
    many crashes."""
    crashes = 0
    while crashes < 500:
        before = _rows(database)
        try:
            with crash_at(database, crashes):
                act()
        except Crash:
            crashes += 1
            assert _rows(database) == before
            with database.write() as session:
                assert broken_invariants(session) == []
            continue
        break
    with database.write() as session:
        assert broken_invariants(session) == []
    assert _rows(database) != before
    return crashes


def _rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the engine."""
    with database.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
