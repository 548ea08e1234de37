"""A database that exists in memory only, with a clock of its own and keys that nobody else has."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, event, false
from sqlalchemy.orm import Session

from engine.audit_chain import write_unsealed
from engine.clock import VirtualClock
from engine.db import Database, create_schema
from engine.domain import Domain
from engine.models import ProcessInstance
from engine.workflow import Run, passed

NEVER_ANCHORED = datetime(9999, 1, 1, tzinfo=UTC)  # its log dies with it: no anchors are made


def _nothing_begins(database: Database) -> int:
    return 0


def _never(now: datetime) -> ColumnElement[bool]:
    return false()


class MemoryDatabase(Database):
    """A fresh, empty database with every table, in memory. It can be given no address: there is no file.

    Time begins nothing in it by itself (terms, Board meetings, lists of records): only the case that is
    rehearsed happens. Its keys are random, so nothing sealed in it can be read anywhere else, or the other
    way round.
    """

    def __init__(self, start: datetime, domain: Domain, *, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)
        self.virtual = VirtualClock(start)
        self._session: Session | None = None
        self._known: set[object] = set()
        self._whole_domain = domain
        super().__init__(
            "sqlite://",
            clock=self.virtual,
            secret_key=self._key,
            domain=replace(domain, beginnings=_nothing_begins, begins=_never),
        )
        self.anchored_at = NEVER_ANCHORED
        self.alone = True
        self.remembered = {}
        self.passed: dict[str, set[str]] = {}
        self.watch = self._note_passed
        if key is None:
            create_schema(self.engine)

    @contextmanager
    def session_to_write(self) -> Iterator[Session]:
        """Always the same session: nobody else writes, so what it has read once stays as it is known, and is
        not read again."""
        self._session = self._session or self._only_session()
        yield self._session

    def undone(self, session: Session) -> None:
        """Know nothing any more: some of what is known was not so."""
        session.expunge_all()
        self._known.clear()
        self.forget()

    def _only_session(self) -> Session:
        """A session that holds on to every row it has known; SQLAlchemy's own lets go of them."""
        session = Session(self.engine, info={"house": self}, expire_on_commit=False)
        for known in ("loaded_as_persistent", "pending_to_persistent"):
            event.listen(session, known, lambda _, row: self._known.add(row))
        return session

    def dispose(self) -> None:
        """Close its connection, and so let go of all it holds."""
        if self._session is not None:
            self._session.close()
        super().dispose()

    def copied(self) -> MemoryDatabase:
        """Another one that stands exactly where this one stands; what happens in one is not in the other."""
        twin = MemoryDatabase(self.virtual.now(), self._whole_domain, key=self._key)
        with closing(self._raw()) as here, closing(twin._raw()) as there:
            here.driver_connection.backup(there.driver_connection)
        twin.models, twin.calendars = self.models, self.calendars  # both depend on immutable versions only
        twin.passed = {process: set(ids) for process, ids in self.passed.items()}
        return twin

    def seal(self, session: Session) -> None:
        """Write the events without a seal: this log dies with its database, and nobody checks it."""
        write_unsealed(session)

    def forget(self) -> None:
        """Ask again who is told of what, which pauses there were, and the like: somebody has acted."""
        self.remembered = {}

    def _note_passed(self, instance: ProcessInstance, run: Run) -> None:
        """Keep which elements and flows of each process were passed here, by their ids."""
        elements, flows = passed(run)
        self.passed.setdefault(instance.process, set()).update(elements, flows)

    def _raw(self) -> Any:
        return self.engine.raw_connection()
