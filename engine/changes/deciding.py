"""Deciding on a change: ask, take back, approve or return, discard, put into use.

Who wrote it does not approve it (reliability and security: a second person), and nothing is put into use
that was not approved as it is, file by file, with its scenarios played on these very files. One that does not
hold stops it; what they leave out does not: it is shown to author and approver, who may have a reason.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine.changes.models import Change
from engine.changes.reading import authors, files_of, found, newest_number, version_files
from engine.changes.runs import (
    ask_run,
    has_scenarios,
    refuse_failing,
    refuse_unplayed,
    run_to_stand_on,
)
from engine.changes.writing import being_edited, trace
from engine.db import house
from engine.deployment import checksum_of, errors_of, store_version
from engine.errors import BundleRefused, Refused
from engine.models import ProcessVersion
from engine.services import Actor


def ask_approval(session: Session, change_id: UUID, *, why: str, by: Actor) -> str:
    """Ask a second person to approve a change as it now is; the checksum of its files.

    Where its scenarios have not been played yet they are waited for (the change is "trying"): with the last
    of them it is asked for, or goes back to its author (`engine.changes.keep_run`).
    Raises Refused without a reason, without any difference or when a newer version is in use, and
    BundleRefused with the findings that must be put right first, and the scenarios that do not hold.
    """
    row = found(session, change_id, locked=True)
    being_edited(row)
    if not why.strip():
        raise Refused("Say what changes and why: whoever approves it reads this first.", about="why")
    files = files_of(session, change_id)
    _up_to_date(session, row)
    if files == version_files(session, row.process, row.base_number):
        raise Refused("Nothing differs from the version in use.")
    _sound(session, row.process, files)
    played = _played(session, row, files, by)
    row.status, row.why, row.checksum = "asked" if played else "trying", why.strip(), checksum_of(files)
    row.asked_by, row.asked_at = by.id, house(session).clock.now()
    row.decided_by, row.decided_at, row.comment = None, None, ""
    session.flush()
    trace(session, row, "change.asked" if played else "change.trying", by, checksum=row.checksum)
    return row.checksum


def take_back(session: Session, change_id: UUID, *, by: Actor) -> None:
    """Go on editing a change that was asked for or approved: an approval given is gone with it."""
    row = found(session, change_id, locked=True)
    if row.status not in ("trying", "asked", "approved"):
        raise Refused("Approval has not been asked for.")
    row.status, row.checksum, row.decided_by, row.decided_at = "editing", None, None, None
    session.flush()
    trace(session, row, "change.taken_back", by)


def approve(session: Session, change_id: UUID, *, checksum: str, comment: str, by: Actor) -> None:
    """Approve a change as it was when the approver looked at it: `checksum` says which files that were.

    Raises Refused for somebody who wrote it or asked for it, and when it has changed since; BundleRefused
    where a scenario does not hold.
    """
    row = _to_decide(session, change_id, by)
    if checksum != row.checksum:
        raise Refused("The change is no longer what you looked at. Look at it again.")
    refuse_unplayed(session, row.process, files_of(session, change_id))
    row.status, row.comment = "approved", comment.strip()
    row.decided_by, row.decided_at = by.id, house(session).clock.now()
    session.flush()
    trace(session, row, "change.approved", by, checksum=row.checksum)


def return_change(session: Session, change_id: UUID, *, comment: str, by: Actor) -> None:
    """Give a change back to its authors, with what they should do. Raises Refused without a comment."""
    row = _to_decide(session, change_id, by)
    if not comment.strip():
        raise Refused("Say what should be different.", about="comment")
    row.status, row.comment, row.checksum = "returned", comment.strip(), None
    row.decided_by, row.decided_at = by.id, house(session).clock.now()
    session.flush()
    trace(session, row, "change.returned", by)


def discard_change(session: Session, change_id: UUID, *, by: Actor) -> None:
    """Put a change aside. Its texts are kept, and it can be brought back."""
    row = found(session, change_id, locked=True)
    if row.status in ("deployed", "discarded"):
        raise Refused("This change has already ended.")
    row.status, row.checksum = "discarded", None
    session.flush()
    trace(session, row, "change.discarded", by)


def bring_back(session: Session, change_id: UUID, *, by: Actor) -> None:
    """Go on with a change that was discarded."""
    row = found(session, change_id, locked=True)
    if row.status != "discarded":
        raise Refused("Only a discarded change can be brought back.")
    row.status, row.decided_by, row.decided_at = "editing", None, None
    session.flush()
    trace(session, row, "change.brought_back", by)


def deploy(session: Session, change_id: UUID, *, by: Actor, note: str = "") -> ProcessVersion:
    """Put an approved change into use as a new version: new cases start on it, running ones stay where they
    are. `note` says why where the reason that was approved does not.

    Raises Refused while it is not approved as it is, its scenarios were not played as it is, or a newer
    version is in use; BundleRefused with findings (a rule of a newer release, a scenario that does not hold).
    """
    row = found(session, change_id, locked=True)
    files = files_of(session, change_id)
    if row.status != "approved" or row.decided_by is None or row.checksum != checksum_of(files):
        raise Refused("Nobody has approved this change as it is. Ask for approval first.")
    if row.decided_by in authors(session, change_id):
        raise Refused("The one who approved this change also wrote some of it. Ask somebody else.")
    _up_to_date(session, row)
    _sound(session, row.process, files)
    refuse_unplayed(session, row.process, files)
    version = store_version(
        session, row.process, files, note=note or row.why, by=by, approved_by=row.decided_by
    )
    row.status, row.deployed_number = "deployed", version.number
    session.flush()
    return version


def _to_decide(session: Session, change_id: UUID, by: Actor) -> Change:
    row = found(session, change_id, locked=True)
    if row.status != "asked":
        raise Refused("Nobody asks for approval of this change now.")
    if by.id in authors(session, change_id):
        raise Refused("You wrote some of this change or asked for it. Somebody else decides on it.")
    return row


def _played(session: Session, row: Change, files: dict[str, str], by: Actor) -> bool:
    """Whether the scenarios of a change were played as it is; else they are asked for. Raises BundleRefused
    where one does not hold."""
    if not has_scenarios(files):
        return True
    run = run_to_stand_on(session, row.process, files)
    if run is None:
        ask_run(session, row.process, files, by=by, change_id=row.id)
        return False
    refuse_failing(run)
    return True


def _up_to_date(session: Session, row: Change) -> None:
    newest = newest_number(session, row.process)
    if newest != row.base_number:
        raise Refused(
            f"Version {newest} was put into use since this change began from version {row.base_number}. "
            "Bring it in first."
        )


def _sound(session: Session, process: str, files: dict[str, str]) -> None:
    errors = errors_of(session, process, files)
    if errors:
        raise BundleRefused(errors)
