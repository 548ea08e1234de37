"""Stages that many tests begin at: each is lived through once a run, through its pages, and then copied, by
whichever worker of the run needs it.

A copy is taken only of a partnership that nothing has happened to before, so a test that arranges something
first (another post, another setting) lives through its stage by itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol

from sqlalchemy import event, select
from sqlalchemy.engine import make_url

from engine import Database, VirtualClock
from engine.models import Base
from reviews.notices import Notice
from tests.sharing import Kept, Shelf

if TYPE_CHECKING:
    from tests.policy.conftest import Partnership

P = ParamSpec("P")
NOT_COMPARED = ("sign_in_session",)  # who has signed in so far changes nothing


class Keep(Protocol):
    """Where copies of a database are kept during a run."""

    def save(self, url: str) -> str:
        """Copy the database at `url`, to which nobody is connected; the copy's name."""

    def load(self, copy: str, url: str) -> None:
        """Put a copy in place of the database at `url`, to which nobody is connected."""


@dataclass
class Files:
    """Copies of SQLite files."""

    folder: Path

    def save(self, url: str) -> str:
        """A file beside the others; the last connection that closes has emptied the write-ahead log."""
        copy = self.folder / f"{uuid.uuid4()}.sqlite"
        copy.write_bytes(_file(url).read_bytes())
        return str(copy)

    def load(self, copy: str, url: str) -> None:
        """The file's content."""
        for log in ("-wal", "-shm"):
            Path(f"{_file(url)}{log}").unlink(missing_ok=True)
        _file(url).write_bytes(Path(copy).read_bytes())


@dataclass
class Databases:
    """Copies of PostgreSQL databases, dropped at the end of the run."""

    kept: Kept

    def save(self, url: str) -> str:
        """A database made from the test's own."""
        return self.kept.copy(make_url(url).database)

    def load(self, copy: str, url: str) -> None:
        """The test's database, made anew from the copy."""
        name = str(make_url(url).database)
        self.kept.server.drop(name)
        self.kept.server.make(copy, name)


class Unseen:
    """A database that is made only when somebody first looks into it: most tests go to a stage instead, and
    would have a database made only to put another in its place. As long as it is unseen nothing has happened
    to it."""

    def __init__(self, database: Database, make: Callable[[], object]) -> None:
        self.still = True
        self._begins, self._make = database.clock.now(), make
        for engine in {database.engine, database._reader}:
            event.listen(engine, "do_connect", self._looked_into)

    def at_its_beginning(self, database: Database) -> bool:
        """Whether nobody has looked, and no time has passed."""
        return self.still and database.clock.now() == self._begins

    def _looked_into(self, *_connection: object) -> None:
        if self.still:
            self.still = False
            self._make()


@dataclass(frozen=True)
class Stage:
    """What a stage came to: a copy of the database, the moment, the letters so far, the case's reference."""

    copy: str
    now: dt.datetime
    letters: list[tuple[str, Notice]]
    ref: str


class Stages:
    """The stages of one kind of database that this run has lived through."""

    def __init__(self, shelf: Shelf, keep: Keep) -> None:
        self.shelf = shelf
        self.keep = keep
        self.untouched = ""  # what a partnership looks like that nothing has happened to

    def noted(self, partnership: Partnership, ref: str) -> Stage:
        """The stage at which a partnership is, kept."""
        partnership.database.dispose()
        copy = self.keep.save(_url(partnership.database))
        return Stage(copy, partnership.database.clock.now(), list(partnership.letters), ref)

    def go_to(self, partnership: Partnership, stage: Stage) -> None:
        """Be at a stage that is known."""
        clock = partnership.database.clock
        assert isinstance(clock, VirtualClock)
        partnership.database.dispose()
        self.keep.load(stage.copy, _url(partnership.database))
        partnership.unseen.still = False
        clock.advance_to(stage.now)
        partnership.letters[:] = stage.letters
        partnership.sign_everybody_out()


def stage(
    lived: Callable[Concatenate[Partnership, P], str],
) -> Callable[Concatenate[Partnership, P], str]:
    """Mark a function that brings a new case to a stage and gives its reference."""

    @wraps(lived)
    def at(partnership: Partnership, *args: P.args, **kwargs: P.kwargs) -> str:
        stages, here = partnership.stages, []
        begins = partnership.unseen.at_its_beginning(partnership.database)
        if not begins and looks(partnership.database) != stages.untouched:
            return lived(partnership, *args, **kwargs)

        def live() -> Stage:
            here.append(lived(partnership, *args, **kwargs))
            return stages.noted(partnership, here[0])

        name = f"{lived.__module__}.{lived.__qualname__} {args!r} {sorted(kwargs.items())!r}"
        found = stages.shelf.once(name, live)
        if not here:
            stages.go_to(partnership, found)
        return found.ref

    return at


def looks(database: Database) -> str:
    """A digest of every row and of the moment: the same for two partnerships that stand alike."""
    seen = hashlib.sha256(database.clock.now().isoformat().encode())
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in NOT_COMPARED:
                rows = session.execute(select(table).order_by(*table.primary_key.columns))
                seen.update(repr([table.name, *map(tuple, rows)]).encode())
    return seen.hexdigest()


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def _file(url: str) -> Path:
    return Path(str(make_url(url).database))
