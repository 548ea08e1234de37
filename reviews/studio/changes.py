"""Changing a process: a process owner drafts, the Policy sub-group's chair approves, and what was approved is
put into use. Each verb asks for permission first; the engine keeps who may not decide on their own work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine import Actor, Finding, NotFound, Refused, changes, deployed
from engine.changes import ChangeRow
from engine.deployment import bundle_before
from engine.models import ProcessVersion
from engine.neighbours import neighbours_of
from reviews.acting import mail, today_of
from reviews.notice_files import ENDING
from reviews.notice_texts import files_in_use
from reviews.permissions import Viewer, may
from reviews.posts import those_told
from reviews.shipped import CHASING, check_files, shipped_processes
from reviews.studio.titles import title_of

EDIT, APPROVE, SEE = "edit_process", "approve_process", "see_processes"


@dataclass(frozen=True)
class ProcessRow:
    """A process in the list: its newest version, if it has one, and its changes at work."""

    process: str
    title: str
    newest: ProcessVersion | None
    at_work: list[ChangeRow]


def processes(session: Session, viewer: Viewer) -> list[ProcessRow]:
    """Every process that is in use or could be, by name; none for somebody who may not see them."""
    if not may(session, viewer, SEE):
        return []
    newest: dict[str, ProcessVersion] = {}
    for version in deployed(session):
        newest.setdefault(version.process, version)
    open_ones = [row for row in changes.changes(session) if row.status not in ("deployed", "discarded")]
    names = sorted({*newest, *shipped_processes(), CHASING, *(row.process for row in open_ones)})
    return [
        ProcessRow(
            name,
            title_of(name, newest[name].files if name in newest else {}),
            newest.get(name),
            [row for row in open_ones if row.process == name],
        )
        for name in names
    ]


def change_of(session: Session, viewer: Viewer, change_id: UUID) -> ChangeRow:
    """A change, for those who see processes. Raises NotFound."""
    if not may(session, viewer, SEE):
        raise NotFound
    return changes.change(session, change_id)


def findings_now(session: Session, change_id: UUID) -> list[Finding]:
    """What the rules find in a change as it now is, forms included."""
    row = changes.change(session, change_id)
    files, before = changes.files_of(session, change_id), bundle_before(session, row.process)
    return check_files(row.process, files, before, neighbours_of(session))


def begin(session: Session, viewer: Viewer, process: str, *, title: str, number: int | None = None) -> UUID:
    """Begin a change, from the version in use or from an earlier one. Raises Refused, NotFound."""
    if process not in {row.process for row in processes(session, viewer)}:
        raise NotFound("There is no such process.")
    return changes.begin_change(session, process, title=title, by=_owner(session, viewer), number=number)


def save(
    session: Session, viewer: Viewer, change_id: UUID, name: str, text: str | None, *, revision: int
) -> int:
    """Keep a file of a change; its new revision. Raises NotFound, Refused, StaleFile."""
    by = _owner(session, viewer)
    return changes.save_file(session, change_id, name, text, revision=revision, by=by)


def restore(session: Session, viewer: Viewer, change_id: UUID, name: str, to: int, *, revision: int) -> int:
    """Go back to an earlier text of a file. Raises NotFound, Refused, StaleFile."""
    by = _owner(session, viewer)
    return changes.restore_file(session, change_id, name, to, revision=revision, by=by)


def bring_up(session: Session, viewer: Viewer, change_id: UUID, choices: Mapping[str, str]) -> None:
    """Bring a change up to the version in use. Raises NotFound, Refused."""
    changes.bring_in(session, change_id, choices, by=_owner(session, viewer))


def ask(session: Session, viewer: Viewer, change_id: UUID, *, why: str) -> None:
    """Ask for approval, and tell those who may give it: now, or when its scenarios were played (the change is
    "trying" until then). Raises NotFound, Refused, BundleRefused."""
    changes.ask_approval(session, change_id, why=why, by=_owner(session, viewer))
    if changes.change(session, change_id).status == "asked":
        tell_of_asking(session, change_id)


def tell_of_asking(session: Session, change_id: UUID) -> None:
    """Tell those who may approve a change that it waits for them; or its author that it does not, because a
    scenario does not hold."""
    row = changes.change(session, change_id)
    if row.status != "asked":
        mail(session, [row.asked_by or row.begun_by], "change_not_asked", row.process)
        return
    told = set(those_told(session, "policy_approver", None, today_of(session)))
    mail(session, sorted(told - changes.authors(session, change_id)), "change_asked", row.process)


def take_back(session: Session, viewer: Viewer, change_id: UUID) -> None:
    """Go on editing what was asked for or approved. Raises NotFound, Refused."""
    changes.take_back(session, change_id, by=_owner(session, viewer))


def discard(session: Session, viewer: Viewer, change_id: UUID) -> None:
    """Put a change aside. Raises NotFound, Refused."""
    changes.discard_change(session, change_id, by=_owner(session, viewer))


def bring_back(session: Session, viewer: Viewer, change_id: UUID) -> None:
    """Take up a change again that was put aside. Raises NotFound, Refused."""
    changes.bring_back(session, change_id, by=_owner(session, viewer))


def approve(session: Session, viewer: Viewer, change_id: UUID, *, checksum: str, comment: str) -> None:
    """Approve a change as it was looked at, and tell its authors. Raises NotFound, Refused."""
    by = _approver(session, viewer)
    changes.approve(session, change_id, checksum=checksum, comment=comment, by=by)
    _tell_authors(session, change_id, "change_approved")


def give_back(session: Session, viewer: Viewer, change_id: UUID, *, comment: str) -> None:
    """Give a change back to its authors with what to do. Raises NotFound, Refused."""
    changes.return_change(session, change_id, comment=comment, by=_approver(session, viewer))
    _tell_authors(session, change_id, "change_returned")


def put_into_use(session: Session, viewer: Viewer, change_id: UUID) -> ProcessVersion:
    """Make an approved change the version in use. Raises NotFound, Refused, BundleRefused."""
    return changes.deploy(session, change_id, by=_owner(session, viewer))


def propose_files(
    session: Session, viewer: Viewer, process: str, files: Mapping[str, str], *, why: str
) -> UUID:
    """A change that makes a process these files, with approval asked for: what somebody who works in files
    does. Raises NotFound, Refused, BundleRefused."""
    files = _whole(session, process, files)
    change_id = begin(session, viewer, process, title=why)
    now = changes.files_of(session, change_id)
    for name in sorted({*now, *files}):
        save(session, viewer, change_id, name, files.get(name), revision=0)
    ask(session, viewer, change_id, why=why)
    return change_id


def deploy_files(
    session: Session, viewer: Viewer, process: str, files: Mapping[str, str], *, note: str
) -> ProcessVersion:
    """Put a bundle of files into use for which there is an approved change of exactly these. The same files
    as those in use give that version back. Raises Refused, BundleRefused."""
    by, files = _owner(session, viewer), _whole(session, process, files)
    same = changes.in_use(session, process, files)
    if same is not None:
        return same
    approved = changes.approved_with(session, process, files)
    if approved is None:
        raise Refused(
            "Nobody has approved these files. Ask with roundtable processes propose; somebody else approves "
            "in the studio."
        )
    return changes.deploy(session, approved, by=by, note=note)


def _whole(session: Session, process: str, files: Mapping[str, str]) -> Mapping[str, str]:
    """The files of a bundle, with the words of notices in use where the chasing table comes alone."""
    if process != CHASING or any(name.endswith(ENDING) for name in files):
        return files
    words = {name: text for name, text in files_in_use(session).items() if name.endswith(ENDING)}
    return {**words, **files}


def waiting_for(session: Session, viewer: Viewer) -> list[ChangeRow]:
    """The changes with which this viewer is next: to decide on, or, of those they began, to go on with."""
    found: list[ChangeRow] = []
    if may(session, viewer, APPROVE):
        asked = changes.changes(session, status="asked")
        found += [row for row in asked if may_decide(session, viewer, row)]
    if may(session, viewer, EDIT):
        for status in ("returned", "approved"):
            mine = changes.changes(session, status=status)
            found += [row for row in mine if row.begun_by == viewer.person]
    return found


def may_decide(session: Session, viewer: Viewer, row: ChangeRow) -> bool:
    """Whether this viewer may approve a change or give it back: never one they wrote themselves."""
    return (
        row.status == "asked"
        and may(session, viewer, APPROVE)
        and viewer.person not in changes.authors(session, row.id)
    )


def may_edit(session: Session, viewer: Viewer) -> None:
    """Raise Refused for somebody who may not change processes: before something that takes long."""
    _owner(session, viewer)


def _owner(session: Session, viewer: Viewer) -> Actor:
    if not may(session, viewer, EDIT):
        raise Refused("Processes are changed by process owners.")
    return Actor(viewer.person)


def _approver(session: Session, viewer: Viewer) -> Actor:
    if not may(session, viewer, APPROVE):
        raise Refused("Changes of a process are approved by the Policy sub-group’s chair.")
    return Actor(viewer.person)


def _tell_authors(session: Session, change_id: UUID, text: str) -> None:
    row = changes.change(session, change_id)
    mail(session, sorted(changes.authors(session, change_id)), text, row.process)
