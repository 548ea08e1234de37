"""Two releases work side by side on one database, so a migration only adds (docs/decisions/0030)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory

from app.migrate import _config, upgrade
from tests.conftest import SECRET_KEY

# Migrations that take away all the same, each with the reason why that does no harm.
BEFORE = "there was no release before it whose processes could run beside"
ALLOWED = dict.fromkeys("0003 0004 0006 0007 0009 0011 0019 0020 0026 0029 0030".split(), BEFORE)


@dataclass(frozen=True)
class Columns:
    """The columns of the tables by name: whether each must be given, and what is unique."""

    must: dict[tuple[str, str], bool]
    unique: dict[str, frozenset[tuple[str, ...]]]


def test_no_migration_takes_away_what_the_release_before_needs(tmp_path: Path) -> None:
    steps = [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]
    path = tmp_path / "steps.sqlite"
    before, found = Columns({}, {}), {}
    for step in steps:
        upgrade(f"sqlite:///{path}", step, secret_key=SECRET_KEY)
        after = _columns(path)
        if taken := _taken_away(before, after):
            found[step] = taken
        before = after
    unexpected = {step: taken for step, taken in found.items() if step not in ALLOWED}
    assert unexpected == {}, "expand now, contract a release later"
    assert set(ALLOWED) <= set(found), "an exception that nothing needs any more"


def _columns(path: Path) -> Columns:
    must, unique = {}, {}
    with sqlite3.connect(path) as database:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        for (table,) in database.execute(names).fetchall():
            for _, name, _, needed, default, key in database.execute(f"PRAGMA table_info('{table}')"):
                must[table, name] = bool(needed) and default is None and not key
            indexes = database.execute(f"PRAGMA index_list('{table}')").fetchall()
            unique[table] = frozenset(
                tuple(row[2] or "" for row in database.execute(f"PRAGMA index_info('{index}')"))
                for _, index, once, *_ in indexes
                if once
            )
    database.close()
    return Columns(must, unique)


def _taken_away(before: Columns, after: Columns) -> list[str]:
    """What code that knows the tables before would miss, or be refused, with the tables after."""
    found = [f"{table}.{name} is gone" for table, name in before.must if (table, name) not in after.must]
    for (table, name), needed in after.must.items():
        if table in before.unique and needed and not before.must.get((table, name), False):
            found.append(f"{table}.{name} must be given")
    for table, rules in before.unique.items():
        new = [
            columns
            for columns in after.unique.get(table, frozenset()) - rules
            if all((table, name) in before.must for name in columns if name)  # a new column it leaves empty
        ]
        found += [f"{table}: {', '.join(columns)} must be unique" for columns in sorted(new)]
    return sorted(found)
