"""The virus check: the worker asks a scanner of every file that waits. It fails closed.

With a scanner set, a file cannot be opened before it was found clean, however long the scanner is away.
Without one, files say that nobody has checked them.
"""

from __future__ import annotations

import logging
from typing import Protocol
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import Actor, Database, StateUnreadable, record
from reviews.acting import mail, now_of, today_of
from reviews.files.store import bytes_of
from reviews.models import File, Review
from reviews.posts import those_told

log = logging.getLogger("roundtable.files")
BATCH = 20
SCANNER = Actor.system("virus_check")


class ScannerAway(Exception):
    """The scanner does not answer, cannot judge, or has signatures too old to trust. Files wait."""


class Scanner(Protocol):
    """Whoever finds viruses."""

    def ready(self) -> None:
        """Raises ScannerAway unless it answers and knows the viruses of this week."""

    def finds(self, content: bytes) -> bool:
        """Whether there is a virus in it. Raises ScannerAway when it cannot say."""


def check_waiting(database: Database, scanner: Scanner) -> int:
    """Ask of every file that waits, and of those from before there was a scanner; how many were judged.

    Raises ScannerAway; what was judged until then is kept. The scanner is asked outside any transaction.
    """
    database.retrying(_all_wait)
    with database.read() as session:
        query = select(File.id).where(_WAITS).order_by(File.added_at).limit(BATCH)
        waiting = list(session.scalars(query))
    if waiting:
        scanner.ready()
    return sum(_check(database, scanner, file) for file in waiting)


_WAITS = (File.scan == "waiting") & File.removed_at.is_(None) & File.destroyed_at.is_(None)


def _all_wait(session: Session) -> None:
    session.execute(update(File).where(File.scan == "unscanned").values(scan="waiting"))


def _check(database: Database, scanner: Scanner, file_id: UUID) -> bool:
    try:
        with database.read() as session:
            content = bytes_of(session, session.get_one(File, file_id))
    except StateUnreadable:
        log.error("A file cannot be read and stays closed: %s", file_id)
        return False
    found = scanner.finds(content)
    return database.retrying(lambda session: _judge(session, file_id, infected=found))


def _judge(session: Session, file_id: UUID, *, infected: bool) -> bool:
    locked = select(File).where(File.id == file_id, _WAITS).with_for_update()
    file = session.scalars(locked).one_or_none()
    if file is None:  # another worker has judged it, or it was removed
        return False
    file.scan, file.scanned_at = ("infected" if infected else "clean"), now_of(session)
    if infected:
        review = session.get_one(Review, file.review)
        facts = {"file": str(file.id), "what": file.kind}
        record(
            session,
            kind="file.refused",
            business_key=review.ref,
            actor=SCANNER,
            subject=file.kind,
            details=facts,
        )
        office = those_told(session, "business_manager", None, today_of(session))
        mail(session, sorted({*office, file.added_by}), "file_infected", review.ref)
    return True
