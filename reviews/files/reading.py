"""Which files somebody sees: as the part of the review that each belongs to is open to them, and no other.

Papers: who sees the documents. Papers of the referral: who sees the referral. An agency's preparation: that
agency, and who reads all preparations.
Evidence: who sees the action, once it was sent; before that who adds it. A copy for sharing: who sees the
documents, and once a second reader has shared it who sees what is shared.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from engine import NotFound
from reviews.files.kinds import COPIED_KINDS, KEPT_AFTER_REMOVAL, KIND_WORDS, TYPES, size_words
from reviews.files.store import label_of
from reviews.models import FILE_KINDS, Action, File, Review
from reviews.permissions import Viewer, may, sections, visible_actions, visible_reviews
from reviews.relations import Condition
from reviews.viewers import Part

SCAN_WORDS = {
    "unscanned": "Not checked for viruses: this service has no scanner",
    "waiting": "Waiting for the virus check. It cannot be opened until then",
    "clean": "Checked for viruses",
    "infected": "Held back: a virus was found in it",
}


@dataclass(frozen=True)
class FileRow:
    """One file as a list shows it."""

    file: File
    name: str
    words: str
    may_copy: bool = False
    may_share: bool = False
    may_remove: bool = False

    @property
    def type_words(self) -> str:
        """ "Word, 1.2 MB"."""
        return f"{TYPES[self.file.type].words}, {size_words(self.file.size)}"

    @property
    def opens(self) -> bool:
        """Whether it can be downloaded now."""
        return is_open(self.file)

    @property
    def scan_words(self) -> str:
        """What the virus check has said."""
        return SCAN_WORDS[self.file.scan]

    @property
    def bytes_go_on(self) -> dt.datetime | None:
        """When the bytes of a removed file are destroyed."""
        removed = self.file.removed_at
        return removed + dt.timedelta(days=KEPT_AFTER_REMOVAL) if removed else None


def is_open(file: File) -> bool:
    """Whether a file can be downloaded: it is there, and the virus check does not hold it."""
    return file.removed_at is None and file.destroyed_at is None and file.scan in ("unscanned", "clean")


def may_see(session: Session, viewer: Viewer, review: Review) -> Condition:
    """The condition on `file` for those of one review that a viewer may know of, removed ones too."""
    opened = sections(session, viewer, review)
    seen_actions = select(Action.id).where(
        Action.id.in_(visible_actions(viewer).with_only_columns(Action.id))
    )
    own_drafts = or_(File.added_by == viewer.person, File.action.in_(_owned(viewer)))
    found: list[Condition] = [
        and_(
            File.kind == "evidence",
            File.action.in_(seen_actions),
            or_(File.evidence.is_not(None), own_drafts),
        )
    ]
    if "documents" in opened:
        found.append(File.kind.in_(("paper", "shareable")))
    if "referral" in opened:
        found.append(File.kind == "referral")
    if "preparations" in opened:
        found.append(File.kind == "preparation")
    if "own_preparation" in opened:
        own = or_(*(File.agency.in_(_prepares_for(part)) for part in viewer.parts))
        found.append(and_(File.kind == "preparation", own))
    if "sharing" in opened:
        found.append(and_(File.kind == "shareable", File.shared_at.is_not(None)))
    return and_(File.review == review.id, or_(false(), *found))


def prepares_for(viewer: Viewer) -> list[str]:
    """The agencies for whose preparation somebody may add files."""
    return sorted({agency for part in viewer.parts for agency in _prepares_for(part)})


def file_named(session: Session, viewer: Viewer, file: UUID) -> tuple[File, Review]:
    """A file and its review. Raises NotFound where the viewer may not know of it."""
    row = session.get(File, file)
    reviews = visible_reviews(viewer).where(Review.id == row.review) if row else None
    review = session.scalars(reviews).one_or_none() if reviews is not None else None
    if row is None or review is None:
        raise NotFound
    if session.scalar(select(File.id).where(File.id == file, may_see(session, viewer, review))) is None:
        raise NotFound
    return row, review


def listed(session: Session, viewer: Viewer, review: Review, *more: Condition) -> list[FileRow]:
    """The files of a review that are there, oldest first, with what this viewer may do with each."""
    rows = session.scalars(
        select(File)
        .where(may_see(session, viewer, review), File.removed_at.is_(None), *more)
        .order_by(File.added_at, File.id)
    )
    shares = not review.ended and may(session, viewer, "share_file", review)
    office = may(session, viewer, "remove_file", review)
    return [
        _row(
            session,
            row,
            may_copy=shares and row.kind in COPIED_KINDS and is_open(row),
            may_share=shares and _waits_for_second_reader(viewer, row),
            may_remove=office or takes_back(viewer, review, row),
        )
        for row in rows
    ]


def by_kind(rows: list[FileRow]) -> list[tuple[str, list[FileRow]]]:
    """Rows under the words of their kind, kinds without a row left out."""
    grouped = [(KIND_WORDS[kind], [row for row in rows if row.file.kind == kind]) for kind in FILE_KINDS]
    return [(words, found) for words, found in grouped if found]


def removed(session: Session, viewer: Viewer, review: Review) -> list[FileRow]:
    """Files that were removed, newest first, for those who may remove."""
    if not may(session, viewer, "remove_file", review):
        return []
    rows = session.scalars(
        select(File)
        .where(may_see(session, viewer, review), File.removed_at.is_not(None))
        .order_by(File.removed_at.desc())
    )
    return [_row(session, row) for row in rows]


def takes_back(viewer: Viewer, review: Review, file: File) -> bool:
    """Whether somebody who sees a file may take it back: evidence until it is sent, anything else that they
    added until the meeting was held. After that it is part of the record, and the office's."""
    if file.removed_at is not None:
        return False
    if file.kind == "evidence":  # until it is sent nobody else sees it
        return file.evidence is None
    return file.added_by == viewer.person and review.met_on is None


def evidence_to_send(session: Session, action: UUID) -> list[FileRow]:
    """The files added for the evidence of an action that was not sent yet."""
    rows = session.scalars(
        select(File)
        .where(File.action == action, File.evidence.is_(None), File.removed_at.is_(None))
        .order_by(File.added_at, File.id)
    )
    return [_row(session, row, may_remove=True) for row in rows]


def evidence_sent(session: Session, action: UUID) -> list[FileRow]:
    """The files that were sent as evidence of an action, newest first."""
    rows = session.scalars(
        select(File)
        .where(File.action == action, File.evidence.is_not(None), File.removed_at.is_(None))
        .order_by(File.added_at.desc(), File.id)
    )
    return [_row(session, row) for row in rows]


def row_of(session: Session, file: File) -> FileRow:
    """One file as a list shows it."""
    return _row(session, file)


def files_of(session: Session, review: Review) -> list[FileRow]:
    """Every file of a review, removed ones too, for an export; the caller has asked permission."""
    rows = session.scalars(select(File).where(File.review == review.id).order_by(File.added_at, File.id))
    return [_row(session, row) for row in rows]


def bytes_kept(session: Session, review: UUID) -> int:
    """How many bytes the files of a review take."""
    kept = select(func.coalesce(func.sum(File.size), 0)).where(
        File.review == review, File.destroyed_at.is_(None)
    )
    return int(session.scalar(kept) or 0)


def _row(session: Session, file: File, **may_be_done: bool) -> FileRow:
    label = label_of(session, file)
    return FileRow(file, label.name, label.words, **may_be_done)


def _waits_for_second_reader(viewer: Viewer, file: File) -> bool:
    return (
        file.kind == "shareable"
        and file.shared_at is None
        and file.added_by != viewer.person
        and is_open(file)
    )


def _prepares_for(part: Part) -> tuple[str, ...]:
    return tuple({*part.agencies_as("safeguarding_lead"), *part.agencies_as("agency_manager")})


def _owned(viewer: Viewer) -> Select[UUID]:
    return select(Action.id).where(Action.owner.in_(viewer.acting))
