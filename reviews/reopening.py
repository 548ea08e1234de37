"""Opening an ended review again: a new review carries it on, under a reference of its own (1.7 no. 19).

What has ended stays as it is, with its record, its learning and the day until which it is kept. The new one
begins as a referral that is filled in with what is known, so that the statutory screen, the talk and the
decision, which no review goes without, are made again on what has changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, record, save_draft, start, submission, tasks
from engine.models import UserTask
from reviews.access import in_conflict, keep_out, named_on, restrict
from reviews.acting import asked_on, disclose, mail, now_of, today_of
from reviews.completing import ask
from reviews.identity import read_identity
from reviews.models import Conflict, Review
from reviews.permissions import Viewer
from reviews.referrals import begin_referral

TEXT = "review_opened_again"
# What only the one who refers now can say: who they are, whether a child is at risk today, what they declare.
SAID_ANEW = frozenset(
    {
        "child_at_risk_now",
        "risk_reported",
        "referrer_name",
        "referrer_agency",
        "referrer_role",
        "referrer_phone",
        "referrer_email",
        "contact_channel",
        "contact_on",
        "lead_considers_learning",
        "declared_by",
        "declaration",
    }
)


def reopen(session: Session, viewer: Viewer, ref: str, *, reason: str) -> Review:
    """The review that carries an ended one on: its referral is the viewer's, as a draft.

    Raises NotFound; Refused for a review at work, or one that is carried on already.
    """
    review = asked_on(session, viewer, "reopen", ref, reason)
    if not review.ended:
        raise Refused("This review has not ended. It can go on as it is.")
    at_work = next((row.ref for row in carried_on_by(session, review) if not row.ended), None)
    if at_work is not None:
        raise Refused(f"This review was opened again already, as {at_work}.")
    by = Actor(viewer.person)

    def begin(process: str, *, business_key: str, variables: Mapping[str, Any]) -> UUID:
        return start(session, process, business_key=business_key, variables=variables, by=by)

    later = begin_referral(
        session,
        referrer=viewer.person,
        agency=review.referring_agency,
        now=now_of(session),
        start=begin,
    )
    later.carries_on, later.carries_on_reason, later.title = review.ref, reason, review.title
    record(session, kind="record.changed", business_key=later.ref, actor=by, subject="carries_on")
    _close_to_the_same(session, review, later, by)
    _fill_in(session, viewer, review, later)
    told = {review.referrer, *([review.chair] if review.chair else [])} - {viewer.person}
    mail(session, sorted(who for who in told if not in_conflict(session, review, who)), TEXT, review.ref)
    return later


def carried_on_by(session: Session, review: Review) -> list[Review]:
    """The reviews as which one was opened again, oldest first. The caller shows those the viewer may see."""
    query = select(Review).where(Review.carries_on == review.ref).order_by(Review.started_at)
    return list(session.scalars(query))


def _close_to_the_same(session: Session, review: Review, later: Review, by: Actor) -> None:
    """Whom the ended review is closed to, the new one is closed to from its first moment."""
    now, why = now_of(session), f"As on {review.ref}"
    for row in session.scalars(select(Conflict).where(Conflict.review == review.id)).all():
        keep_out(session, later, row.person, reason=row.reason, by=by, now=now)
    if review.restricted:
        named = [by.id, *(row.person for row in named_on(session, review))]
        restrict(session, later, reason=review.restricted_reason or why, names=named, by=by, now=now)


def _fill_in(session: Session, viewer: Viewer, review: Review, later: Review) -> None:
    """What was referred, as the draft of the new referral; who the child is goes with it, and is logged."""
    sent = select(UserTask.id).where(
        UserTask.business_key == review.ref, UserTask.step == "referral", UserTask.status == "completed"
    )
    known = session.scalars(sent).first()
    answers = submission(session, known) if known is not None else None
    if answers is None:
        return
    first = next(row for row in tasks(session, business_keys=[later.ref]) if row.step == "referral")
    form = ask(session, first.id, viewer, today=today_of(session)).form
    identity = read_identity(session, review.id)
    kept = {key: value for key, value in answers.items() if key not in SAID_ANEW}
    filled = form.join({**kept, "what_happened": review.what_happened}, identity)
    save_draft(session, first.id, form.merge(filled, {}), by=Actor(viewer.person), revision=0)
    if identity:
        by = Actor(viewer.person)
        record(session, kind="identity.shown", business_key=review.ref, actor=by, subject="identity")
        disclose(session, viewer, review.id, "identity", purpose=f"Opened again as {later.ref}")
