"""Adding, removing and destroying files. Each asks permission first and leaves a trace; none commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, TaskRow, record
from reviews.acting import now_of
from reviews.files.examining import Examined
from reviews.files.kinds import KEPT_AFTER_REMOVAL, MOST_OF_A_REVIEW, size_words
from reviews.files.reading import bytes_kept, file_named, prepares_for, takes_back
from reviews.files.store import Label, destroy_bytes, keep_bytes, seal_label
from reviews.holds import holds_on, lock_records, refuse_if_held
from reviews.models import Action, File, Review
from reviews.permissions import Viewer, acts_for, doing_for, may, sections, visible_reviews

EVIDENCE_STEP = "action_evidence"
VERIFYING_STEP = "action_verification"
OFFICE_WORK = Actor.system("files")


@dataclass(frozen=True)
class Place:
    """What a new file is: its kind, and the agency, action or file that it belongs to."""

    kind: str
    agency: str | None = None
    action: UUID | None = None
    made_from: UUID | None = None


def places_for(session: Session, viewer: Viewer, review: Review) -> list[Place]:
    """Where somebody may add a file to a review: its papers, the referral that they made, the preparation of
    an agency of theirs."""
    if review.ended or not may(session, viewer, "attach", review):
        return []
    opened = sections(session, viewer, review)
    found = [Place("paper")] if "documents" in opened else []
    if "referral" in opened and review.referrer in viewer.acting:
        found.append(Place("referral"))
    if "own_preparation" in opened:
        found += [Place("preparation", agency) for agency in prepares_for(viewer)]
    return found


def attach(
    session: Session,
    viewer: Viewer,
    ref: str,
    examined: Examined,
    *,
    place: Place,
    words: str = "",
    to_scan: bool = False,
) -> File:
    """Add a file to a review. Raises NotFound; Refused for a place that is not theirs, a file that is there
    already, a review that is full."""
    review = session.scalars(visible_reviews(viewer).where(Review.ref == ref)).one_or_none()
    if review is None:
        raise NotFound
    if place not in places_for(session, viewer, review):
        raise Refused("Your role on this review does not include this.", about="place")
    by = Actor(viewer.person, acts_for(session, viewer, "attach", review))
    return keep(session, review, examined, place=place, words=words, by=by, to_scan=to_scan)


def attach_evidence(
    session: Session, viewer: Viewer, task: TaskRow, examined: Examined, *, words: str, to_scan: bool
) -> File:
    """Add a file to the evidence of an action that is not sent yet. Raises NotFound, Refused."""
    action = action_of_step(session, task)
    person = doing_for(session, viewer, task)
    if person is None or task.status != "open":
        raise NotFound
    review = session.get_one(Review, action.review)
    by = Actor(viewer.person, person if person != viewer.person else None)
    place = Place("evidence", action=action.id)
    return keep(session, review, examined, place=place, words=words, by=by, to_scan=to_scan)


def action_of_step(session: Session, task: TaskRow) -> Action:
    """The action whose evidence a step asks for. Raises NotFound for any other step."""
    if task.step != EVIDENCE_STEP:
        raise NotFound
    return action_of_instance(session, task.instance_id)


def action_of_instance(session: Session, instance: UUID) -> Action:
    """The action that a process follows. Raises NotFound."""
    action = session.scalars(select(Action).where(Action.process_instance == instance)).one_or_none()
    if action is None:
        raise NotFound
    return action


def keep(
    session: Session,
    review: Review,
    examined: Examined,
    *,
    place: Place,
    words: str,
    by: Actor,
    to_scan: bool,
    kind_of_trace: str = "file.added",
) -> File:
    """Keep a file that was examined, once its place was allowed. Raises Refused."""
    _check_room(session, review, examined, place)
    now, file_id = now_of(session), uuid4()
    file = File(
        id=file_id,
        review=review.id,
        kind=place.kind,
        agency=place.agency,
        action=place.action,
        made_from=place.made_from,
        sealed=seal_label(session, file_id, Label(examined.name, words.strip())),
        type=examined.type,
        size=len(examined.content),
        sha256=examined.sha256,
        scan="waiting" if to_scan else "unscanned",
        added_by=by.id,
        added_at=now,
    )
    session.add(file)
    session.flush()
    keep_bytes(session, file_id, examined.content)
    _trace(session, review, file, kind_of_trace, by)
    return file


def _check_room(session: Session, review: Review, examined: Examined, place: Place) -> None:
    same = select(File.id).where(
        File.review == review.id,
        File.sha256 == examined.sha256,
        File.kind == place.kind,
        File.agency.is_(None) if place.agency is None else File.agency == place.agency,
        File.action.is_(None) if place.action is None else File.action == place.action,
        File.removed_at.is_(None),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused("This file is there already, whatever its name", about="file")
    left = MOST_OF_A_REVIEW - bytes_kept(session, review.id)
    if len(examined.content) > left:
        words = f"The documents of this review have {size_words(max(left, 0))} left of "
        raise Refused(f"{words}{size_words(MOST_OF_A_REVIEW)}. Ask the Board’s office", about="file")


def remove(session: Session, viewer: Viewer, file_id: UUID, *, reason: str) -> Review:
    """Take a file away: at once from every list, its bytes after 30 days. Raises NotFound, Refused."""
    file, review = file_named(session, viewer, file_id)
    if file.removed_at is not None:
        raise NotFound
    own = takes_back(viewer, review, file)
    if not own and not may(session, viewer, "remove_file", review):
        raise Refused("This document is part of the record. The Board’s office can remove it.")
    if not reason.strip():
        raise Refused("Enter a reason in a few words", about="reason")
    acting = None if own else acts_for(session, viewer, "remove_file", review)
    _trace(session, review, file, "file.removed", Actor(viewer.person, acting))
    file.removed_by, file.removed_at = viewer.person, now_of(session)
    file.removed_why = reason.strip()
    return review


def destroy_now(session: Session, viewer: Viewer, file_id: UUID) -> Review:
    """Destroy the bytes of a removed file without waiting. Raises NotFound, Refused."""
    file, review = file_named(session, viewer, file_id)
    if file.removed_at is None or file.destroyed_at is not None:
        raise NotFound
    if not may(session, viewer, "destroy_file", review):
        raise Refused("The Head of Safeguarding and Learning decides this.")
    refuse_if_held(session, [review.ref])
    by = Actor(viewer.person, acts_for(session, viewer, "destroy_file", review))
    _destroy(session, review, file, by)
    return review


def any_due(session: Session) -> bool:
    """Whether a file was removed 30 days ago, held or not: one indexed look."""
    return session.scalars(_due(session).limit(1)).first() is not None


def destroy_due(session: Session) -> int:
    """Destroy the bytes of files removed 30 days ago, but for those under a legal hold; how many."""
    lock_records(session)
    done = 0
    for file in session.scalars(_due(session).with_for_update(skip_locked=True)).all():
        review = session.get_one(Review, file.review)
        if not holds_on(session, [review.ref]):
            _destroy(session, review, file, OFFICE_WORK)
            done += 1
    return done


def _due(session: Session) -> Select[File]:
    before = now_of(session) - dt.timedelta(days=KEPT_AFTER_REMOVAL)
    return select(File).where(File.removed_at <= before, File.destroyed_at.is_(None))


def _destroy(session: Session, review: Review, file: File, by: Actor) -> None:
    _trace(session, review, file, "file.destroyed", by)
    destroy_bytes(session, file.id)
    file.destroyed_at = now_of(session)


def _trace(session: Session, review: Review, file: File, kind: str, by: Actor) -> None:
    facts = {"file": str(file.id), "what": file.kind}
    record(session, kind=kind, business_key=review.ref, actor=by, subject=file.kind, details=facts)
