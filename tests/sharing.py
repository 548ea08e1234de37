"""What is made once a run and read by every worker of it: furnished databases, stages, the demonstration.

The workers of one run (pytest-xdist) share a folder. Whoever first asks for something makes it, while whoever
else asks for the same waits; what is kept there is only ever copied, so no test sees another's rows. The
last worker to leave drops the PostgreSQL databases that were kept; a folder is pytest's own to remove.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from tests.postgresql import PostgreSQL

T = TypeVar("T")


class Shelf:
    """A folder of one run, with what its workers have made for each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives (anything that can be pickled), made by the first who asks for `name`.

        `make` may ask for other things here, as long as none of them asks for `name` in turn.
        """
        place = self.folder / hashlib.sha256(name.encode()).hexdigest()
        with self.alone(place.name):
            if not place.exists():
                made = make()
                half = place.with_suffix(".half")
                half.write_bytes(pickle.dumps(made))
                half.rename(place)
                return made
        found: T = pickle.loads(place.read_bytes())
        return found

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """While nobody else in this run does the same; the lock of a worker that dies is free again."""
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def path(self, name: str) -> Path:
        """Where a file of that name is kept."""
        return self.folder / name


class Kept:
    """The PostgreSQL databases that a run keeps to copy from, dropped by the last worker to leave."""

    def __init__(self, folder: Path, server: PostgreSQL) -> None:
        self.shelf, self.server = Shelf(folder), server

    @contextmanager
    def joined(self) -> Iterator[Kept]:
        """Be one of those who copy from what is kept."""
        self._note(workers=1)
        try:
            yield self
        finally:
            self._note(workers=-1)

    def empty(self) -> str:
        """The name of a new empty database."""
        return self.copy(None)

    def copy(self, template: str | None) -> str:
        """The name of a new database made from another, to which nobody is connected."""
        name = self.server.make(template)
        self._note(name=name)
        return name

    def _note(self, *, workers: int = 0, name: str = "") -> None:
        book = self.shelf.path("book.json")
        with self.shelf.alone("book"):
            found = json.loads(book.read_text()) if book.exists() else {"workers": 0, "names": []}
            found["workers"] += workers
            found["names"] += [name] if name else []
            if workers < 0 and not found["workers"]:
                for each in found["names"]:
                    self.server.drop(each)
                for file in self.shelf.folder.iterdir():
                    if file.suffix != ".lock":  # somebody may be waiting for it
                        file.unlink()
                return
            book.write_text(json.dumps(found))


def folder_of_run(config: pytest.Config, factory: pytest.TempPathFactory) -> Path:
    """The folder that the workers of this run share; without workers, this run's own."""
    own = factory.getbasetemp()
    return own.parent if hasattr(config, "workerinput") else own
