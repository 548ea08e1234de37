"""The steps of `migrations/` lead from nothing to exactly the tables that the code expects, on both
databases.
"""

from __future__ import annotations

import json
from uuid import uuid4

import pysqlite3
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import app.auth.models
import reviews.models
from app.migrate import MIGRATIONS, steps, upgrade
from engine import verify_log
from engine.deployment import checksum_of, newest_version
from engine.models import Base, Moment
from reviews.models import Setting
from reviews.models.searching import AS_WRITTEN, STEMS
from tests.conftest import SECRET_KEY

assert app.auth.models
assert reviews.models


def test_every_step_together_makes_the_tables_of_the_code(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    engine = _engine(empty_database_url)
    with engine.connect() as connection:
        opts = {"compare_type": _differs, "include_name": _is_no_full_text}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_steps_stand_in_the_order_of_their_files() -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    line = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()]
    assert steps() == line[::-1]
    assert len(line) == len(list((MIGRATIONS / "versions").glob("*.py")))


def test_a_second_upgrade_changes_nothing(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    upgrade(empty_database_url)
    engine = _engine(empty_database_url)
    assert "process_instance" in inspect(engine).get_table_names()
    engine.dispose()


def _is_no_full_text(name: str | None, kind: str, _parents: object) -> bool:
    """What the database makes of `search_text` for itself; tests of the search say whether it is there."""
    if kind == "index":
        return name != "ix_search_text_words"
    return kind != "table" or not str(name).startswith((STEMS, AS_WRITTEN))


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


def test_a_log_from_before_it_was_sealed_is_sealed_and_guarded(empty_database_url: str) -> None:
    """More entries than one batch, of two cases in turn; without the key the upgrade says what it needs."""
    upgrade(empty_database_url, to="0008")
    engine = _engine(empty_database_url)
    add = text(
        "insert into event (at, actor, kind, business_key, details)"
        " values ('2026-05-05 09:00:00.000001', 'alex', 'case.read', :key, :details)"
    )
    rows = [{"key": f"CASE-{number % 2}", "details": '{"b": "Zoë", "a": 1.5}'} for number in range(1205)]
    with engine.begin() as connection:
        connection.execute(add, rows)
    with pytest.raises(RuntimeError, match="ROUNDTABLE_SECRET_KEY"):
        upgrade(empty_database_url)
    upgrade(empty_database_url, secret_key=SECRET_KEY)
    with engine.connect() as connection:
        said = verify_log(connection, SECRET_KEY)
        assert (said.findings, said.entries, said.cases) == ([], 1205, 2)
    with pytest.raises(DBAPIError, match="only ever added"), engine.begin() as connection:
        connection.execute(text("delete from event"))
    engine.dispose()


def test_the_offices_words_of_notices_become_a_version_of_the_reminders(empty_database_url: str) -> None:
    upgrade(empty_database_url, to="0019")
    engine = _engine(empty_database_url)
    with engine.begin() as connection:
        setting = text("INSERT INTO setting (id, value, title) VALUES (:id, :value, 't')")
        own = json.dumps({"subject": "Ours", "body": "Dear {name}"})
        connection.execute(setting, {"id": "text:agency_notice", "value": own})
        connection.execute(setting, {"id": "board_name", "value": '"A Board"'})
        connection.execute(
            text(
                "INSERT INTO process_version (id, process, number, checksum, files, note, deployed_by,"
                " deployed_at) VALUES (:id, 'chasing', 3, 'x', :files, '', 'u', '2026-01-01 00:00:00+00:00')"
            ),
            {"id": uuid4().hex, "files": json.dumps({"chasing.dmn": "<a/>"})},
        )
    upgrade(empty_database_url)
    with Session(engine) as session:
        version = newest_version(session, "chasing")
        assert version is not None and version.number == 4
        assert version.files == {"chasing.dmn": "<a/>", "agency_notice.notice": "Ours\n\nDear {name}\n"}
        assert version.checksum == checksum_of(version.files)
        assert session.scalars(select(Setting.id)).all() == ["board_name"]
    engine.dispose()
