"""Bringing a database's tables to this release: alembic, one line of numbered steps."""

from __future__ import annotations

from pathlib import Path

import pysqlite3
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, make_url

from reviews.searching.indexing import keep_missing_words

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(database_url: str, to: str = "head", *, secret_key: bytes = b"") -> None:
    """Apply every step that the database has not seen. `secret_key` is the deployment's: a database that
    holds an audit log from before it was sealed needs it, to be sealed."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine, config = _engine(database_url), _config()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            config.attributes["secret_key"] = secret_key
            command.upgrade(config, to)
            if to == "head":
                keep_missing_words(connection)
    finally:
        engine.dispose()


def is_current(database_url: str) -> bool:
    """Whether a database has seen every step. Raises SQLAlchemyError where it cannot be read."""
    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            seen = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return seen == ScriptDirectory.from_config(_config()).get_current_head()


def knows(revision: str) -> bool:
    """Whether a step with this number is one of this release's."""
    return revision in {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url, module=pysqlite3)
    # The driver would commit before each change of a table: an upgrade that fails must leave no half.
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
