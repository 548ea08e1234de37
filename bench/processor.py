"""Processor time of a piece of work with what the database spent on it, and the statements it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine import Database


class Processor:
    """Counts the processor time of this process, and of the PostgreSQL backends that it has opened here.

    A backend's time is read from /proc: of a server on another machine it is not counted.
    """

    def __init__(self, database: Database) -> None:
        self._backends: set[Path] = set()
        database.dispose()
        if database.engine.dialect.name == "postgresql":
            event.listen(database.engine, "connect", self._note)

    def _note(self, connection: Any, _record: object) -> None:
        self._backends.add(Path(f"/proc/{connection.info.backend_pid}/schedstat"))

    def milliseconds(self, work: Callable[[], object]) -> float:
        """Milliseconds of processor time that a piece of work took, here and there."""
        began = self._spent()
        work()
        return self._spent() - began

    def _spent(self) -> float:
        there = sum(int(each.read_text().split()[0]) for each in self._backends if each.exists())
        return (time.process_time_ns() + there) / 1e6


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements of what is done meanwhile, with their values; what begins a transaction is none."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append((statement, values))

    engines = {database.engine, database._reader}
    for each in engines:
        event.listen(each, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for each in engines:
            event.remove(each, "before_cursor_execute", note)
