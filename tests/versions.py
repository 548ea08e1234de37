"""Putting a version of a process into use as the product does: the first by itself, every later one as a
change that somebody else has approved."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine import Actor, changes, deploy_first, newest_version
from engine.models import ProcessVersion
from engine.scenarios import nothing_played

AUTHOR, APPROVER = Actor("author"), Actor("approver")


def put_into_use(session: Session, files: Mapping[str, str], process: str = "p") -> ProcessVersion:
    """The version that these files become; the one in use where they are its files."""
    newest = newest_version(session, process)
    if newest is None or newest.files == dict(files):
        return deploy_first(session, process, files, note="first", by=AUTHOR)
    change = changes.begin_change(session, process, title="next", by=AUTHOR)
    for name in {**changes.files_of(session, change), **files}:
        changes.save_file(session, change, name, files.get(name), revision=0, by=AUTHOR)
    if changes.has_scenarios(files):  # as if they had been played: these tests are about what follows
        run = changes.ask_run(session, process, files, by=AUTHOR)
        changes.keep_run(session, run, nothing_played(process, files))
    checksum = changes.ask_approval(session, change, why="next", by=AUTHOR)
    changes.approve(session, change, checksum=checksum, comment="", by=APPROVER)
    return changes.deploy(session, change, by=AUTHOR)
