"""What people decide about records on the list: keep, propose to destroy, approve, send back; the batch.

Two people for everything of a case: the business manager proposes, the Head approves, never the same person.
One approval for a batch of unsent drafts and old notices (decision 13).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import mail, now_of, today_of
from reviews.case_rows import case_of
from reviews.destroying import (
    Counts,
    destroy_case,
    destroy_draft,
    destroy_event_names,
    destroy_notices,
    destroy_plan,
    destroy_preparations,
    digest_of,
)
from reviews.holds import refuse_if_held
from reviews.models import Briefing, DestructionCertificate, RecordDue
from reviews.permissions import Viewer, may
from reviews.posts import those_told
from reviews.record_list import in_batch, is_whole, record_named
from reviews.record_types import EVENT_NAMES, NOTICES, PLAN, PREPARATION
from reviews.records_due import month_of
from reviews.retention import FIXED, rule_for

ABOUT = "records"  # the business key of what is about no one case


def keep_until(session: Session, viewer: Viewer, record_id: UUID, *, until: dt.date, reason: str) -> None:
    """Keep a record until a day on which it is listed again. Raises NotFound, Refused."""
    row = _undecided(session, viewer, record_id)
    if until <= today_of(session):
        raise Refused("The date must be after today.", about="until")
    row.state, row.look_on, row.listed_on = "waiting", until, None
    row.kept_by, row.kept_reason = viewer.person, reason
    _note(session, viewer, row.about, "record_kept", {"record": row.record, "until": until.isoformat()})


def propose(
    session: Session, viewer: Viewer, record_id: UUID, *, reason: str, learning: bool = False
) -> None:
    """Propose to destroy a record; the Head is told and decides. Raises NotFound, Refused, UnderHold."""
    row = _undecided(session, viewer, record_id)
    case = case_of(session, row.about)
    refuse_if_held(session, case.keys)
    if case.review is not None and not case.review.ended:
        raise Refused("This review is at work again.")
    row.state, row.proposed_by, row.proposed_at = "proposed", viewer.person, now_of(session)
    row.proposed_reason, row.with_learning = reason, learning and has_learning(session, row)
    row.sent_back_by, row.sent_back_reason = None, ""
    _note(session, viewer, row.about, "destruction_proposed", {"record": row.record})
    heads = [each for each in those_told(session, "hosl", None, today_of(session)) if each != viewer.person]
    mail(session, heads, "destruction_proposed", ABOUT)


def send_back(session: Session, viewer: Viewer, record_id: UUID, *, seen: str, reason: str) -> None:
    """Do not approve: the record is on the list again, with the reason. Raises NotFound, Refused."""
    row = _proposed(session, viewer, record_id, seen)
    proposer, row.state, row.proposed_by = row.proposed_by, "listed", None
    row.sent_back_by, row.sent_back_reason = viewer.person, reason
    _note(session, viewer, row.about, "destruction_sent_back", {"record": row.record})
    if proposer:
        mail(session, [proposer], "destruction_sent_back", ABOUT)


def approve(session: Session, viewer: Viewer, record_id: UUID, *, seen: str) -> DestructionCertificate:
    """Destroy what another person proposed; the certificate. Raises NotFound, Refused, UnderHold.

    `seen` is the moment of the proposal that was read: another one is not approved unread.
    """
    row = _proposed(session, viewer, record_id, seen)
    case = case_of(session, row.about)
    if case.review is not None and not case.review.ended:
        raise Refused("This review is at work again.")
    told = _Told(
        about=[row.about],
        whole=is_whole(row),
        records=[row.record],
        rules=[f"{rule_for(session, row.record).words} {row.why}"],
        reason=row.proposed_reason,
        learning_kept=not row.with_learning and has_learning(session, row),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
    )
    learning, kind = row.with_learning, row.record
    if not is_whole(row):
        session.delete(row)
        session.flush()
    if kind == PREPARATION:
        counts = destroy_preparations(session, case)
    elif kind == PLAN:
        counts = destroy_plan(session, case)
    else:
        counts = destroy_case(session, case, learning=learning, by=Actor(viewer.person))
    return _certify(session, viewer, told, counts)


def approve_batch(session: Session, viewer: Viewer, chosen: Collection[UUID]) -> DestructionCertificate:
    """Destroy drafts, months of notices and names of events: all that were chosen, or none.

    Raises Refused, UnderHold.
    """
    if not may(session, viewer, "retain"):
        raise Refused("Drafts and notices are destroyed by the Board's business manager.")
    rows = [row for row in in_batch(session, viewer) if row.id in chosen]
    if not rows:
        raise Refused("Select what is to be destroyed.", about="chosen")
    if len(rows) < len(chosen):
        raise Refused("The list has changed. Look at it again.", about="chosen")
    kinds = list(dict.fromkeys(row.record for row in rows))
    told = _Told(
        about=sorted({row.about for row in rows}),
        records=kinds,
        rules=[rule_for(session, kind).words for kind in kinds],
    )
    counts: Counts = Counts()
    for kind, about, item in [(row.record, row.about, row.item) for row in rows]:
        counts.update(_destroy_one(session, kind, about, item, Actor(viewer.person)))
    for row in session.scalars(select(RecordDue).where(RecordDue.id.in_(chosen))):
        session.delete(row)
    return _certify(session, viewer, told, counts)


def may_approve(session: Session, viewer: Viewer, row: RecordDue) -> bool:
    """Whether this viewer may decide about a proposal: the Head, and never who proposed it."""
    return may(session, viewer, "approve_destruction") and viewer.person != row.proposed_by


def has_learning(session: Session, row: RecordDue) -> bool:
    """Whether a record of the list is a whole case with published learning."""
    case = case_of(session, row.about)
    if not is_whole(row) or case.review is None:
        return False
    return session.scalar(select(Briefing.id).where(Briefing.review == case.review.id)) is not None


def certificates(session: Session) -> list[DestructionCertificate]:
    """Every certificate, newest first."""
    newest = DestructionCertificate.destroyed_at.desc(), DestructionCertificate.number.desc()
    return list(session.scalars(select(DestructionCertificate).order_by(*newest)))


def certificate_named(session: Session, number: str) -> DestructionCertificate:
    """One certificate. Raises NotFound."""
    row = session.get(DestructionCertificate, number)
    if row is None:
        raise NotFound
    return row


def certificate_of(session: Session, ref: str) -> DestructionCertificate | None:
    """The certificate of a whole case that was destroyed, by its reference."""
    rows = session.scalars(select(DestructionCertificate).where(DestructionCertificate.whole.is_(True)))
    return next((row for row in rows if ref in row.about), None)


# --- the parts ---


@dataclass
class _Told:
    """What a certificate says beside its counts."""

    about: list[str]
    records: list[str]
    rules: list[str]
    whole: bool = False
    reason: str = ""
    learning_kept: bool = False
    proposed_by: str | None = None
    proposed_at: dt.datetime | None = None


def _undecided(session: Session, viewer: Viewer, record_id: UUID) -> RecordDue:
    if not may(session, viewer, "retain"):
        raise Refused("This is decided by the Board's business manager.")
    row = record_named(session, viewer, record_id, lock=True)
    if row.state != "listed":
        raise Refused("Its destruction is proposed already.")
    return row


def _proposed(session: Session, viewer: Viewer, record_id: UUID, seen: str) -> RecordDue:
    row = record_named(session, viewer, record_id, lock=True)
    if row.state != "proposed" or row.proposed_at is None or row.proposed_at.isoformat() != seen:
        raise Refused("This proposal has changed since you opened it. Look at the list again.")
    if not may(session, viewer, "approve_destruction"):
        raise Refused("Destruction is approved by the Head of Safeguarding and Learning.")
    if viewer.person == row.proposed_by:
        raise Refused("You proposed this. Another person has to approve it.")
    return row


def _destroy_one(session: Session, kind: str, about: str, item: str, by: Actor) -> Counts:
    if kind == NOTICES:
        return destroy_notices(session, month_of(about))
    if kind == EVENT_NAMES:
        return destroy_event_names(session, about)
    if item:
        return destroy_draft(session, item)
    return destroy_case(session, case_of(session, about), learning=True, by=by)


def _certify(session: Session, viewer: Viewer, told: _Told, counts: Counts) -> DestructionCertificate:
    now = now_of(session)
    row = DestructionCertificate(
        number=_next_number(session, today_of(session).year),
        about=told.about,
        whole=told.whole,
        records=told.records,
        counts=dict(sorted(counts.items())),
        rules=told.rules,
        reason=told.reason,
        learning_kept=told.learning_kept,
        proposed_by=told.proposed_by,
        proposed_at=told.proposed_at,
        approved_by=viewer.person,
        destroyed_at=now,
        digest=digest_of(told.about, counts, told.rules, now),
    )
    session.add(row)
    session.flush()
    for about in told.about if len(told.about) == 1 else [ABOUT]:
        record(
            session,
            kind="record.destroyed",
            business_key=about,
            actor=Actor(viewer.person),
            subject=",".join(told.records),
            details={"certificate": row.number, "proposed_by": told.proposed_by},
        )
    return row


def _next_number(session: Session, year: int) -> str:
    """Numbers of a year without gaps: whoever destroys holds the lock of records."""
    begin = f"DC-{year}-"
    found = select(func.count()).select_from(DestructionCertificate)
    given = session.scalar(found.where(DestructionCertificate.number.startswith(begin))) or 0
    return f"{begin}{given + 1:03d}"


def fixed_lines() -> Iterable[tuple[str, str]]:
    """The lines of the schedule that have no period, with what holds for them."""
    return FIXED.items()


def _note(session: Session, viewer: Viewer, about: str, what: str, details: dict[str, str]) -> None:
    record(
        session,
        kind="record.changed",
        business_key=about,
        actor=Actor(viewer.person),
        subject=what,
        details=details,
    )
