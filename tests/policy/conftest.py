"""A whole partnership of invented people with every process deployed, on both databases, and time that
moves when told.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from flask import Flask
from sqlalchemy import make_url, select

from app import create_app
from app.config import Config
from app.post import written
from engine import Actor, Database, VirtualClock, local_date, tick
from engine.clock import at_local
from engine.models import Outbox
from reviews.demonstration.reference import load_reference
from reviews.domain import LEARNING_REVIEWS
from reviews.models import UndeliveredNotice
from reviews.notices import Notice
from reviews.shipped import deploy_shipped
from tests.compiled import compiled_once
from tests.conftest import make_tables
from tests.policy.browsing import Person
from tests.policy.stages import Databases, Files, Stages, Unseen, looks
from tests.postgresql import PostgreSQL
from tests.sharing import Kept, Shelf

SECRET = "only for tests: a key that is long enough to be taken"
MORNING = dt.time(9, 30)


class Partnership:
    """Everybody, the letters they get, and the days that pass."""

    def __init__(self, database: Database, app: Flask, stages: Stages, unseen: Unseen) -> None:
        self.database = database
        self.unseen = unseen
        self.app = app
        self.stages = stages
        self.letters: list[tuple[str, Notice]] = []
        self._people: dict[str, Person] = {}

    def __getattr__(self, name: str) -> Person:
        """`partnership.morgan` is u_morgan at their browser."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._people:
            self._people[name] = Person(self.app, f"u_{name}")
        return self._people[name]

    def sign_everybody_out(self) -> None:
        """Everybody signs in again before they do something."""
        for person in self._people.values():
            person.signed_in = False

    def send(self, session: object, notice: Outbox) -> None:
        """The post office of this partnership."""
        letter = written(session, notice, "https://roundtable.example")  # type: ignore[arg-type]
        if letter is not None:
            self.letters.append((notice.recipient or "", letter))

    @property
    def today(self) -> dt.date:
        return local_date(self.database.clock.now())

    def days_pass(self, days: int) -> None:
        """Live through some days: the worker looks once each morning."""
        clock = self.database.clock
        assert isinstance(clock, VirtualClock)
        for _ in range(days):
            clock.advance_to(at_local(self.today + dt.timedelta(days=1), MORNING))
            self.tick()

    def until(self, day: dt.date) -> None:
        """Live until the morning of a day."""
        self.days_pass((day - self.today).days)

    def tick(self) -> None:
        """One look of the worker; nothing may fail."""
        report = tick(self.database, self)
        assert report.failed == []

    def told(self, person: str, words: str) -> bool:
        """Whether somebody has had a letter with these words in subject or body."""
        return any(
            to == f"u_{person}" and words in f"{letter.subject} {letter.body}" for to, letter in self.letters
        )

    def letters_to(self, person: str) -> list[str]:
        """The subjects of the letters that somebody has had."""
        return [letter.subject for to, letter in self.letters if to == f"u_{person}"]


def _open(url: str) -> Database:
    """The partnership's database, as it stands on Monday 13 April 2026, 9:30 in the morning."""
    return Database(
        url,
        clock=VirtualClock(dt.datetime(2026, 4, 13, 8, 30, tzinfo=dt.UTC)),
        domain=LEARNING_REVIEWS,
        secret_key=SECRET.encode(),
    )


def _furnish(url: str) -> None:
    """Everybody of the partnership, and every process, in a database whose tables are made."""
    database = _open(url)
    tree = yaml.safe_load(files("reviews.demonstration").joinpath("demo.yaml").read_text(encoding="utf-8"))
    with database.write() as session:
        load_reference(session, tree)
        deploy_shipped(session, by=Actor("u_devon"), note="first", approved_by="u_jude")
    database.dispose()


@pytest.fixture(scope="session")
def _sqlite_template(shelf: Shelf) -> Path:
    """Here a test begins with a furnished database: made once a run, copied for each test."""

    def make() -> Path:
        path = shelf.path("furnished.sqlite")
        make_tables(f"sqlite:///{path}")
        _furnish(f"sqlite:///{path}")
        return path

    return shelf.once("furnished", make)


@pytest.fixture(scope="session")
def _postgresql_template(kept: Kept) -> str:
    def make() -> str:
        name = kept.copy(None)
        make_tables(kept.server.url(name))
        _furnish(kept.server.url(name))
        return name

    return kept.shelf.once("furnished", make)


@pytest.fixture(scope="session")
def _sqlite_stages(shelf: Shelf) -> Stages:
    return Stages(shelf, Files(shelf.folder))


@pytest.fixture(scope="session")
def _postgresql_stages(kept: Kept) -> Stages:
    return Stages(kept.shelf, Databases(kept))


@pytest.fixture
def _postgresql_copy(_postgresql: PostgreSQL, _postgresql_template: str) -> Iterator[str]:
    """Here the name of a database that is made when somebody first looks into it: see `partnership`."""
    name = f"roundtable_test_{uuid.uuid4().hex[:12]}"
    yield _postgresql.url(name)
    _postgresql.drop(name)


@pytest.fixture
def _postgresql_make(_postgresql: PostgreSQL, _postgresql_template: str) -> Callable[[str], object]:
    return lambda url: _postgresql.make(_postgresql_template, str(make_url(url).database))


@pytest.fixture
def _sqlite_make() -> Callable[[str], object]:
    """A file has been copied by then, which costs nothing."""
    return lambda url: None


@pytest.fixture
def partnership(
    database_url: str, database_kind: str, request: pytest.FixtureRequest
) -> Iterator[Partnership]:
    """The invented partnership on Monday 13 April 2026, 9:30 in the morning."""
    database = _open(database_url)
    stages: Stages = request.getfixturevalue(f"_{database_kind}_stages")
    unseen = Unseen(database, partial(request.getfixturevalue(f"_{database_kind}_make"), database_url))
    stages.untouched = stages.untouched or looks(database)
    config = Config(secret_key=SECRET, identity_keys=(SECRET[::-1],), demonstration=True, testing=True)
    app = compiled_once(create_app(config, database))
    yield Partnership(database, app, stages, unseen)
    assert _unsent(database) == []
    database.dispose()


def _unsent(database: Database) -> list[str]:
    """Notices that were given up and that nobody has dealt with."""
    settled = select(UndeliveredNotice.notice).where(UndeliveredNotice.settled_at.is_not(None))
    query = select(Outbox).where(Outbox.status == "dead", Outbox.key.not_in(settled))
    with database.read() as session:
        return [row.key for row in session.scalars(query)]
