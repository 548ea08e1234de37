"""The database: two ways in (read, write), one place that commits.

SQLite: WAL, synchronous FULL, writers BEGIN IMMEDIATE (a deferred transaction that turns into a writer fails
without waiting),
a library without the WAL-reset fault (pysqlite3). PostgreSQL: READ COMMITTED with row locks taken in one
order.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

import pysqlite3
from sqlalchemy import Connection, Engine, Select, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from engine.audit_chain import seal_events
from engine.audit_guards import guards
from engine.calendars import Calendar
from engine.clock import Clock, SystemClock
from engine.domain import Domain
from engine.models import Base
from engine.secrecy import derive_key

# 23505: somebody else has just added the same row (a person's letter of the day); the second look finds it.
RETRYABLE_STATES = {"23505", "40001", "40P01", "55P03", "57P01", "08000", "08003", "08006"}
MAX_ATTEMPTS = 5
# A host that loses its way to PostgreSQL hears nothing, not even a no. Both ends ask within seconds whether
# the other is still there: so a request is answered with an error instead of hanging, and the locks that a
# lost host held are free for the others.
CONNECTING = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 5,
    "tcp_user_timeout": 8000,
    "options": "-c lock_timeout=5000 -c statement_timeout=30000 -c tcp_keepalives_idle=3"
    " -c tcp_keepalives_interval=1 -c tcp_keepalives_count=5 -c tcp_user_timeout=8000",
}
IN_TRANSACTION = 2  # as libpq says it: a transaction is open, and none of its statements has failed
PLANS_KEPT = "plans kept"  # in a session's own notes
# Statements that an engine keeps made ready, some 38 kB each (and half as many more until the oldest go). A
# walk over a hundred pages has 217, a step at most 26. SQLAlchemy's own 500 would take 19 to 28 MB of a
# process that lives long (docs/decisions/0032).
KEPT_STATEMENTS = 200
KNOWN = "known"  # under which a session keeps what its transaction has found
T = TypeVar("T")
R = TypeVar("R", bound=Base)


class Database:
    """One database and what every transaction on it needs: clock, domain, keys, and the caches of
    compiled models and calendars."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        secret_key: bytes,
        domain: Domain | None = None,
        identity_keys: Sequence[bytes] = (),
    ) -> None:
        self.url = make_url(url)
        self._kind = self.url.get_backend_name()
        self.clock: Clock = clock or SystemClock()
        self.domain = domain or Domain()
        self.calendars: dict[str, Calendar] = {}
        self.state_key = derive_key(secret_key, "state")
        self.identity_keys = tuple(derive_key(key, "identity") for key in identity_keys or (secret_key,))
        self.draft_key = derive_key(secret_key, "draft")
        self.file_key = derive_key(secret_key, "file")
        self.audit_key = derive_key(secret_key, "audit")
        self.models: dict[Any, Any] = {}
        self.alone = False  # True for a rehearsal's, which has one session, and nobody else at work in it
        self.remembered: dict[Any, Any] | None = None  # kept between transactions by a rehearsal only
        self.watch: Callable[[Any, Any], None] | None = None  # told of each (instance, run) that is saved
        self.anchored_at: datetime | None = None  # when this process last saw to an anchor of the audit log
        self.engine, self._reader = _engines(self.url)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: its events sealed and all committed at the end, rolled back on any
        exception."""
        with self.session_to_write() as session:
            try:
                yield session
                self.seal(session)
                session.commit()
            except BaseException:
                session.rollback()
                self.undone(session)
                raise

    @contextmanager
    def session_to_write(self) -> Iterator[Session]:
        """The session of one writing transaction: a new one, closed behind it."""
        with Session(self.engine, info={"house": self}, expire_on_commit=False) as session:
            yield session

    def undone(self, session: Session) -> None:
        """What follows when a writing transaction was rolled back: nothing, as its session is closed."""

    def seal(self, session: Session) -> None:
        """Seal the events of a transaction: the last thing before its commit."""
        seal_events(session, self.audit_key)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading transaction. Whatever it changes by mistake is rolled back."""
        with Session(self._reader, info={"house": self}, autoflush=False) as session:
            try:
                yield session
            finally:
                session.expunge_all()  # rows that were read stay readable; nothing of them is written
                self._end_reading(session)
                session.rollback()

    def _end_reading(self, session: Session) -> None:
        """Roll back beside psycopg, which forgets all that it has prepared when it does so itself: then every
        page would have its questions planned anew."""
        if self._kind != "postgresql" or not (session.in_transaction() and session.is_active):
            return
        if (connection := session.connection()).invalidated:
            return
        driver: Any = connection.connection.driver_connection
        if driver.info.transaction_status == IN_TRANSACTION:  # nothing went wrong
            with suppress(driver.Error):  # the connection is lost: whoever rolls back says so
                driver.pgconn.exec_(b"ROLLBACK")

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

    def wipe_deleted(self) -> bool:
        """Overwrite what deleted rows left in the file and its log; False while somebody else is writing.

        SQLite keeps deleted text in free pages until it is rebuilt. PostgreSQL's own VACUUM does this.
        """
        if self._kind != "sqlite":
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy
        except pysqlite3.OperationalError:
            return False
        finally:
            connection.close()

    def learn_sizes(self) -> None:
        """Let SQLite look how its tables are filled, where that has changed: by it, it chooses its indexes.

        PostgreSQL's autovacuum does this by itself.
        """
        if self._kind == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA optimize=0x10002")
                connection.commit()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._reader.dispose()


def house(session: Session) -> Database:
    """The Database a session came from."""
    found = session.info["house"]
    assert isinstance(found, Database)
    return found


def locked(session: Session, kind: type[R], key: Any, *, skip_locked: bool = False) -> R | None:
    """A row under its lock, as it is now; None when there is none, or (`skip_locked`) somebody holds it.

    Where nobody else is at work, what the session knows of it is how it is.
    """
    if house(session).alone:
        return session.get(kind, key)
    return session.get(kind, key, populate_existing=True, with_for_update={"skip_locked": skip_locked})


def locked_some(session: Session, query: Select[R]) -> list[R]:
    """The rows that a query finds, under their locks and as they are now; without those that somebody holds.

    A row that has changed since the statement began is looked at again: whether it is still meant, too.
    """
    if house(session).alone:
        return list(session.scalars(query))
    taken = query.with_for_update(skip_locked=True)
    return list(session.scalars(taken.execution_options(populate_existing=True)))


def read_again(session: Session, row: Base) -> None:
    """Read a row again that was read before its case was locked."""
    if not house(session).alone:
        session.refresh(row)


def remembered(session: Session, key: Hashable, find: Callable[[], T]) -> T:
    """What `find` finds. Found once only in a rehearsal, where nobody else changes what it knows meanwhile,
    and in one transaction that does very many things at one moment (`remembering`)."""
    known = _known(session)
    if known is None:
        return find()
    if key not in known:
        known[key] = find()
    found: T = known[key]
    return found


def remember(session: Session, key: Hashable, value: object) -> None:
    """What `remembered` finds from now on: this transaction has made it so."""
    known = _known(session)
    if known is not None:
        known[key] = value


def remembering(session: Session) -> None:
    """Let this transaction find everything once only, from now on to its end."""
    session.info.setdefault(KNOWN, {})


def forget_found(session: Session) -> None:
    """Let such a transaction find everything anew: it has done something that may have changed it."""
    session.info.get(KNOWN, {}).clear()


def _known(session: Session) -> dict[Any, Any] | None:
    known = house(session).remembered
    return known if known is not None else session.info.get(KNOWN)


def keep_plans(session: Session) -> None:
    """Let PostgreSQL answer what this transaction asks from now on by the plans it has kept, instead of
    planning anew for each value: for a long question whose every part is read from an index that takes longer
    than the answer. SQLite keeps its plans anyway."""
    if session.get_bind().dialect.name == "postgresql" and not session.info.get(PLANS_KEPT):
        session.info[PLANS_KEPT] = True
        session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))


def create_schema(engine: Engine) -> None:
    """Create every table at once, with what refuses changes to the audit log: for tests and first starts of
    an embedded database. Upgrades go through alembic."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in guards(engine.dialect.name):
            connection.exec_driver_sql(statement)


def _engines(url: Any) -> tuple[Engine, Engine]:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            query_cache_size=KEPT_STATEMENTS,
            connect_args=CONNECTING,
        )
        return engine, engine
    writer, reader = _sqlite(url), _sqlite(url)
    if url.database is None:  # in memory there is one connection, which is the database
        reader = writer
    for engine, begin in {writer: "BEGIN IMMEDIATE", reader: "BEGIN"}.items():
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _beginner(begin))
    return writer, reader


def _sqlite(url: Any) -> Engine:
    return create_engine(
        url,
        module=pysqlite3,
        hide_parameters=True,
        query_cache_size=KEPT_STATEMENTS,
        connect_args={"timeout": 10, "check_same_thread": False},
        **({"poolclass": StaticPool} if url.database is None else {}),
    )


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
        "cache_size=-8000",  # kB of each connection: a page of a long list reads some hundred rows
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
