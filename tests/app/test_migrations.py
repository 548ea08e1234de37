"""The steps of `migrations/` lead from nothing to exactly the tables that the code expects, on both
databases.
"""

from __future__ import annotations

import pysqlite3
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, make_url

import app.auth.models
import reviews.models
from app.migrate import upgrade
from engine.models import Base, Moment

assert app.auth.models
assert reviews.models


def test_every_step_together_makes_the_tables_of_the_code(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    engine = _engine(empty_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _differs})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_second_upgrade_changes_nothing(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    upgrade(empty_database_url)
    engine = _engine(empty_database_url)
    assert "process_instance" in inspect(engine).get_table_names()
    engine.dispose()


def _differs(context: object, column: object, wanted: object, found: object, kind: object) -> bool | None:
    """A moment is a date-time with a zone; everything else is compared as alembic does."""
    return False if isinstance(kind, Moment) else None


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    return (
        create_engine(parsed, module=pysqlite3)
        if parsed.get_backend_name() == "sqlite"
        else create_engine(parsed)
    )
