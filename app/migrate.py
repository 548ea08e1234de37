"""Bringing a database's tables to this release: alembic, one line of numbered steps.

Releases run side by side while hosts are brought to a new one: the tables are brought first, and what runs
still is of the release before. So a step only adds (docs/decisions/0030). One that takes away what the code
of older tables reads says so, with the number of the oldest tables whose code can still serve (`REACH`).
"""

from __future__ import annotations

import time
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import OperationalError

from reviews.searching.indexing import keep_missing_words

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
REACH = "oldest_tables_served"  # the setting by which a step that takes away says whose code can still serve
ATTEMPTS, PAUSE = 6, 2.0  # who is at work holds a table for a moment: it is asked for again
BUSY = {"55P03", "40P01"}
ONE_AT_A_TIME = 7290331  # the number of the lock that an upgrade holds: two hosts may begin one at once


class Standing(Enum):
    """How a database stands to this release."""

    CURRENT = "current"
    BEHIND = "behind"  # a step is missing: this release cannot work with it
    AHEAD = "ahead"  # a newer release has brought it on, and this one can still work with it
    AWAY = "away"  # a newer release has taken away what this one needs


def upgrade(database_url: str, to: str = "head", *, secret_key: bytes = b"") -> None:
    """Apply every step that the database has not seen. `secret_key` is the deployment's: a database that
    holds an audit log from before it was sealed needs it, to be sealed."""
    from alembic import command  # with its templates: a web process never needs it

    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine, config = _engine(database_url), _config()
    config.attributes["secret_key"] = secret_key
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with engine.begin() as connection:
                    if engine.dialect.name == "postgresql":
                        connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
                    config.attributes["connection"] = connection
                    command.upgrade(config, to)
                    if to == "head":
                        keep_missing_words(connection)
                return
            except OperationalError as fault:
                if attempt == ATTEMPTS or getattr(fault.orig, "sqlstate", None) not in BUSY:
                    raise
                time.sleep(PAUSE)
    finally:
        engine.dispose()


def is_current(database_url: str) -> bool:
    """Whether a database has seen every step. Raises SQLAlchemyError where it cannot be read."""
    return standing(database_url) is Standing.CURRENT


def standing(database_url: str) -> Standing:
    """How a database stands to this release. Raises SQLAlchemyError where it cannot be read."""
    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            seen, newest = _seen(connection), steps()[-1]
            if seen == newest:
                return Standing.CURRENT
            if seen is None or knows(seen):
                return Standing.BEHIND
            return Standing.AHEAD if _reach(connection) <= newest else Standing.AWAY
    finally:
        engine.dispose()


def steps() -> list[str]:
    """The numbers of this release's steps, oldest first, as their files begin: what alembic says, for 20 MB
    that a web process has no other use for."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _seen(connection: Connection) -> str | None:
    """The newest step that a database has seen, or None."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _reach(connection: Connection) -> str:
    """The oldest tables whose code can still serve; "" where nothing was ever taken away."""
    if not inspect(connection).has_table("setting"):
        return ""
    found = connection.scalar(text("SELECT value FROM setting WHERE id = :id"), {"id": REACH})
    return str(found or "").strip('"')


def knows(revision: str) -> bool:
    """Whether a step with this number is one of this release's."""
    return revision in steps()


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, connect_args={"options": "-c lock_timeout=5000"})
    engine = create_engine(url, module=pysqlite3)
    # The driver would commit before each change of a table: an upgrade that fails must leave no half.
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _config() -> AlembicConfig:
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
