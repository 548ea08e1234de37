"""Bringing a database's tables to this release: alembic, one line of numbered steps."""

from __future__ import annotations

from pathlib import Path

import pysqlite3
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import create_engine, make_url

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(database_url: str, to: str = "head", *, secret_key: bytes = b"") -> None:
    """Apply every step that the database has not seen. `secret_key` is the deployment's: a database that
    holds an audit log from before it was sealed needs it, to be sealed."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, module=pysqlite3)
    else:
        engine = create_engine(url)
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            config.attributes["secret_key"] = secret_key
            command.upgrade(config, to)
    finally:
        engine.dispose()
