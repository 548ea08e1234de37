"""Copies for sharing: a file without what it tells beside its words, read by a second person, then shared.

The original stays with the case, unchanged. Shared is what two people have looked at: one made the copy, the
other says that nobody can be recognised from it (policy A12, practice 2.9).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import now_of
from reviews.files.commands import Place, keep
from reviews.files.examining import Examined, examine
from reviews.files.kinds import COPIED_KINDS, TYPES
from reviews.files.names import renamed
from reviews.files.reading import file_named, is_open
from reviews.files.store import bytes_of, label_of
from reviews.files.stripping import stripped
from reviews.models import File, Review
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


def share(session: Session, viewer: Viewer, file_id: UUID) -> File:
    """Share a copy with everybody who sees what the review shares. Raises NotFound, Refused."""
    file, review = _sharable(session, viewer, file_id)
    if file.kind != "shareable":
        raise NotFound
    if file.shared_at is not None:
        raise Refused("This copy is shared already.")
    if file.added_by == viewer.person:
        raise Refused("Somebody other than the one who made the copy reads and shares it.")
    by = Actor(viewer.person, acts_for(session, viewer, "share_file", review))
    facts = {"file": str(file.id), "type": TYPES[file.type].words}
    record(session, kind="file.shared", business_key=review.ref, actor=by, subject="shareable", details=facts)
    file.shared_by, file.shared_at = viewer.person, now_of(session)
    return file


def _sharable(session: Session, viewer: Viewer, file_id: UUID) -> tuple[File, Review]:
    file, review = file_named(session, viewer, file_id)
    if not is_open(file):
        raise NotFound
    if not may(session, viewer, "share_file", review):
        raise Refused("Your role on this review does not include this.")
    return file, review
