"""Copies for sharing: a file without what it tells beside its words, read by a second person, then shared.

The original stays with the case, unchanged. Shared is what two people have looked at: one made the copy, the
other says that nobody can be recognised from it (policy A12, practice 2.9).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import now_of
from reviews.disclosure_check.checking import Checker
from reviews.disclosure_check.file_texts import UNREAD, words_of_file
from reviews.disclosure_check.gathering import checker_for, unlogged_checker
from reviews.disclosure_check.judging import Check, Judged, checked, refuse_what_must_go, say_of_mark
from reviews.files.commands import Place, keep
from reviews.files.examining import Examined, examine
from reviews.files.kinds import COPIED_KINDS, TYPES
from reviews.files.names import renamed
from reviews.files.reading import file_named, is_open
from reviews.files.store import bytes_of, label_of
from reviews.files.stripping import stripped
from reviews.models import READER, File, Review
from reviews.permissions import Viewer, acts_for, may


def copy_for_sharing(session: Session, viewer: Viewer, file_id: UUID, *, to_scan: bool) -> File:
    """Make a copy without names of authors, places, history and hidden parts. Raises NotFound; Refused where
    that cannot be done, with what to do."""
    file, review = _sharable(session, viewer, file_id)
    if file.kind not in COPIED_KINDS:
        raise NotFound
    label = label_of(session, file)
    plain = stripped(file.type, bytes_of(session, file))
    name = renamed(label.name, " (copy for sharing)", file.type)
    copy = examine(name, plain)
    place = Place("shareable", made_from=file.id)
    by = Actor(viewer.person, acts_for(session, viewer, "share_file", review))
    return keep(
        session,
        review,
        Examined(copy.name, copy.type, plain),
        place=place,
        words=label.words,
        by=by,
        to_scan=to_scan,
        kind_of_trace="file.copied",
    )


def marks_of_copy(session: Session, viewer: Viewer, file_id: UUID, *, by: Actor | None = None) -> Check:
    """What the disclosure check finds in a copy. Raises NotFound, Refused.

    Without `by` the caller has left in the log that the identity is compared.
    """
    file, review = _sharable(session, viewer, file_id)
    checker = checker_for(session, review, by=by) if by else unlogged_checker(session, review)
    return _checked(session, review, file, checker)


def share(session: Session, viewer: Viewer, file_id: UUID, *, why: str = "") -> File:
    """Share a copy with everybody who sees what the review shares; `why` says of its marks why they may stay.

    Raises NotFound; Refused where something in it must go, or a mark has no word.
    """
    file, review = _sharable(session, viewer, file_id)
    if file.kind != "shareable":
        raise NotFound
    if file.shared_at is not None:
        raise Refused("This copy is shared already.")
    if file.added_by == viewer.person:
        raise Refused("Somebody other than the one who made the copy reads and shares it.")
    by = Actor(viewer.person, acts_for(session, viewer, "share_file", review))
    _settle(session, review, file, why, by=by)
    facts = {"file": str(file.id), "type": TYPES[file.type].words}
    record(session, kind="file.shared", business_key=review.ref, actor=by, subject="shareable", details=facts)
    file.shared_by, file.shared_at = viewer.person, now_of(session)
    return file


def _settle(session: Session, review: Review, file: File, why: str, *, by: Actor) -> None:
    checker = checker_for(session, review, by=by)
    check = _checked(session, review, file, checker)
    refuse_what_must_go(check, about="read")
    for row in check.to_answer:
        try:
            say_of_mark(session, review, str(file.id), row, why, part=READER, by=by, checker=checker)
        except Refused as no:
            raise Refused(str(no), about="why") from no


def _checked(session: Session, review: Review, file: File, checker: Checker) -> Check:
    """The marks of a copy's words and of its name; one more where not all of it could be read."""
    texts, whole = words_of_file(file.type, bytes_of(session, file))
    label = label_of(session, file)
    texts = {"Name of the file": label.name, "Words about it": label.words, **texts}
    found = checked(session, review, str(file.id), texts, checker)
    if whole:
        return found
    return Check(texts, [*found.rows, Judged(len(found.rows) + 1, UNREAD)])


def _sharable(session: Session, viewer: Viewer, file_id: UUID) -> tuple[File, Review]:
    file, review = file_named(session, viewer, file_id)
    if not is_open(file):
        raise NotFound
    if not may(session, viewer, "share_file", review):
        raise Refused("Your role on this review does not include this.")
    return file, review
