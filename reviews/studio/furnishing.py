"""Databases in memory for rehearsals: with the office's own people and lists, or with invented ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine import Actor, BundleRefused, deployed
from engine.clock import at_local
from engine.deployment import store_version
from engine.neighbours import neighbours_of
from engine.rehearsal import MemoryDatabase, copy_newest
from engine.scenarios import FOLDER
from reviews.demonstration.loading import as_written
from reviews.demonstration.reference import load_reference
from reviews.domain import LEARNING_REVIEWS
from reviews.shipped import brought, check_files, deploy_shipped
from reviews.studio.copying import copy_office

FIRST_DAY = dt.date(2026, 4, 13)  # a Monday on which the invented partnership is complete
MORNING = dt.time(9, 30)
OWNER = Actor.system("rehearsal")
Files = Mapping[str, str]


def own_partnership(real: Session, now: dt.datetime) -> MemoryDatabase:
    """The office's people, agencies, calendars, settings and lists, and the versions in use, at a moment."""
    made = MemoryDatabase(now, LEARNING_REVIEWS)
    with made.write() as session:
        copy_office(real, session)
    return made


def invented_partnership(real: Session | None = None) -> MemoryDatabase:
    """Invented people on the morning of `FIRST_DAY`, with the versions that `real` has in use; what it has
    none of yet, or without it everything, as the release brings it."""
    made = MemoryDatabase(at_local(FIRST_DAY, MORNING), LEARNING_REVIEWS)
    with made.write() as session:
        load_reference(session, as_written())
        if real is not None:
            copy_newest(real, session)
            _put_the_rest(session)
        else:
            deploy_shipped(session, by=OWNER, note="For rehearsals")
    return made


def _put_the_rest(session: Session) -> None:
    """What a first installation has not put into use yet: processes begin one another."""
    known = {version.process for version in deployed(session)}
    for process, files in brought().items():
        if process not in known:
            store_version(session, process, files, note="Of the release", by=OWNER, approved_by=None)


def put_draft(made: MemoryDatabase, process: str, files: Files | None) -> None:
    """Deploy a draft there, so that what begins from now on runs it; a scenario that cannot be read keeps
    nobody from running the others. Raises BundleRefused."""
    if files is None:
        return
    drawn = {name: text for name, text in files.items() if not name.startswith(FOLDER)}
    with made.write() as session:
        found = check_files(process, drawn, neighbours=neighbours_of(session))
        errors = [each for each in found if each.severity == "error"]
        if errors:
            raise BundleRefused(errors)
        store_version(session, process, files, note="A draft", by=OWNER, approved_by=None)
