"""The database: two ways in (read, write), one place that commits.

SQLite: WAL, synchronous FULL, writers BEGIN IMMEDIATE (a deferred transaction that turns into a writer fails
without waiting),
a library without the WAL-reset fault (pysqlite3). PostgreSQL: READ COMMITTED with row locks taken in one
order.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.calendars import Calendar
from engine.clock import Clock, SystemClock
from engine.models import Base, UserTask
from engine.secrecy import derive_key
from engine.services import ServiceRegistry

# 23505: somebody else has just added the same row (a person's letter of the day); the second look finds it.
RETRYABLE_STATES = {"23505", "40001", "40P01", "55P03", "57P01", "08000", "08003", "08006"}
MAX_ATTEMPTS = 5
T = TypeVar("T")
PostFor = Callable[[Session, str, str | None], tuple[str, str | None]]
"""Who does a step that is meant for a role (of an agency): the same, or whoever stands in for an empty
post."""
Beginnings = Callable[["Database"], int]
"""What time itself begins, looked at with every tick: how many cases it began."""
Recipients = Callable[[Session, UserTask, str], list[str]]
"""Who a reminder goes to: (session, task, who the chasing table names) -> ids of persons. The domain
knows."""


QuietUntil = Callable[[Session, datetime], datetime]
"""When a notice may leave that is ready at a moment: then, or when the quiet hours are over."""


class Database:
    """One database and what every transaction on it needs: clock, services, keys, and the caches of
    compiled models and calendars."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        services: ServiceRegistry | None = None,
        secret_key: bytes,
        recipients: Recipients | None = None,
        post_for: PostFor | None = None,
        beginnings: Beginnings | None = None,
        quiet_until: QuietUntil | None = None,
        identity_keys: Sequence[bytes] = (),
    ) -> None:
        self.url = make_url(url)
        self.clock: Clock = clock or SystemClock()
        self.services = services or ServiceRegistry()
        self.calendars: dict[str, Calendar] = {}
        self.recipients: Recipients = recipients or _assignee
        self.post_for: PostFor = post_for or _as_drawn
        self.beginnings: Beginnings = beginnings or _nothing_begins
        self.quiet_until: QuietUntil = quiet_until or _at_once
        self.state_key = derive_key(secret_key, "state")
        self.identity_keys = tuple(derive_key(key, "identity") for key in identity_keys or (secret_key,))
        self.draft_key = derive_key(secret_key, "draft")
        self.models: dict[Any, Any] = {}
        self.engine, self._reader = _engines(self.url)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: committed at the end, rolled back on any exception."""
        with Session(self.engine, info={"house": self}, expire_on_commit=False) as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading transaction. Whatever it changes by mistake is rolled back."""
        with Session(self._reader, info={"house": self}, autoflush=False) as session:
            try:
                yield session
            finally:
                session.expunge_all()  # rows that were read stay readable; nothing of them is written
                session.rollback()

    def retrying(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a writing transaction, again from the start when the database lost a race or its
        connection."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                with self.write() as session:
                    return work(session)
            except DBAPIError as fault:
                if attempt == MAX_ATTEMPTS or not _is_retryable(fault):
                    raise
                time.sleep(random.uniform(0, min(2.0, 0.02 * 2**attempt)))  # noqa: S311  (jitter, not secrecy)
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._reader.dispose()


def house(session: Session) -> Database:
    """The Database a session came from."""
    found = session.info["house"]
    assert isinstance(found, Database)
    return found


def _as_drawn(session: Session, role: str, agency: str | None) -> tuple[str, str | None]:
    """Without a domain a step belongs to whom the diagram says."""
    return role, agency


def _at_once(session: Session, moment: datetime) -> datetime:
    """Without a domain nobody is disturbed by a notice."""
    return moment


def _nothing_begins(database: Database) -> int:
    """Without a domain no case begins by itself."""
    return 0


def _assignee(session: Session, task: UserTask, who: str) -> list[str]:
    """Without a domain only the person who holds the task can be told."""
    return [task.assignee] if task.assignee and who == "assignee" else []


def create_schema(engine: Engine) -> None:
    """Create every table at once: for tests and first starts of an embedded database. Upgrades go through
    alembic."""
    Base.metadata.create_all(engine)


def _engines(url: Any) -> tuple[Engine, Engine]:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"options": "-c lock_timeout=5000 -c statement_timeout=30000"},
        )
        return engine, engine
    writer = create_engine(
        url, module=pysqlite3, hide_parameters=True, connect_args={"timeout": 10, "check_same_thread": False}
    )
    reader = create_engine(
        url, module=pysqlite3, hide_parameters=True, connect_args={"timeout": 10, "check_same_thread": False}
    )
    for engine, begin in ((writer, "BEGIN IMMEDIATE"), (reader, "BEGIN")):
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _beginner(begin))
    return writer, reader


def _set_pragmas(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "mmap_size=0",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _beginner(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def _is_retryable(fault: DBAPIError) -> bool:
    state = getattr(fault.orig, "sqlstate", None)
    return state in RETRYABLE_STATES or "database is locked" in str(fault.orig)
