"""Witnesses: files outside the database that say what left it and what people were told."""

from __future__ import annotations

import os
import time
from pathlib import Path

from sqlalchemy.orm import Session

from engine.models import Outbox

MOMENT = 0.001


class Witness:
    """A file to which lines are only ever added, each with one write: it survives who wrote it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, *words: str) -> None:
        """Add a line of words."""
        os.write(self._file, ("\t".join(words) + "\n").encode())


class LetterBox:
    """The post office: it takes every letter and writes down its key, for whom it is and about what."""

    def __init__(self, path: Path) -> None:
        self._witness = Witness(path)

    def send(self, session: Session, notice: Outbox) -> None:
        """Take a letter. That lasts a moment before and after, as over a network."""
        time.sleep(MOMENT)
        tasks = [item["task"] for item in notice.payload["facts"].get("items", [])]
        self._witness.write(notice.key, notice.recipient or "", ",".join(tasks))
        time.sleep(MOMENT)


def lines(path: Path) -> list[list[str]]:
    """The lines of a witness file, in words."""
    return [line.split("\t") for line in path.read_text().splitlines()] if path.exists() else []
