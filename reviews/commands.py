"""What people do outside a step: begin a referral, suggest a case, and what may happen at any time.

Each asks permission first, calls the engine's verb, and leaves a trace in the audit log. None commits.
Somebody who may not know of a review gets NotFound; somebody who may, but not this, gets Refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import (
    Actor,
    NotFound,
    Refused,
    assign,
    instances,
    pause,
    record,
    resume,
    send_message,
    set_variables,
    start,
    tasks,
)
from reviews.access import keep_out, name_person
from reviews.acting import asked_on, disclose, mail, now_of, spine, tell_team, today_of
from reviews.holders import holders
from reviews.identity import ShownIdentity, earlier_identity, read_identity
from reviews.models import (
    Agency,
    Conflict,
    Person,
    Preparation,
    Review,
    Suggestion,
)
from reviews.permissions import Viewer, may
from reviews.posts import those_told
from reviews.references import next_suggestion_key
from reviews.referrals import begin_referral
from reviews.sealed_notes import open_note

NEVER_PAUSED = "emergency_access"  # somebody opened the review: that is looked at, paused or not


def start_referral(session: Session, viewer: Viewer, *, agency: str | None = None) -> Review:
    """Begin a referral as a draft (P1). The agency is the viewer's own, unless it is taken by phone.

    Raises Refused for somebody who may not refer, or who acts for several agencies and names none.
    """
    if not may(session, viewer, "start_referral"):
        raise Refused("A referral is made by an agency's safeguarding lead. You can suggest a case to yours.")
    return begin_referral(
        session,
        referrer=viewer.person,
        agency=_referring_agency(session, viewer, agency),
        now=now_of(session),
        start=_starter(session, viewer),
    )


def suggest_case(session: Session, viewer: Viewer, *, agency: str | None = None) -> Suggestion:
    """Begin a suggestion to one's own safeguarding lead (C1). Raises Refused without an agency."""
    if not may(session, viewer, "suggest_case"):
        raise Refused("Your role cannot suggest a case.")
    own = agency or next(iter(sorted(viewer.agencies)), None)
    if own is None or own not in viewer.agencies:
        raise Refused("Choose one of your agencies.")
    row = Suggestion(key=next_suggestion_key(session), made_by=viewer.person, agency=own)
    session.add(row)
    session.flush()
    row.process_instance = start(
        session,
        "case_suggestion",
        business_key=row.key,
        variables={"by": {"person": viewer.person, "agency": own}},
        by=Actor(viewer.person),
    )
    return row


def statutory_threshold(session: Session, viewer: Viewer, ref: str, *, reason: str) -> None:
    """Serious harm has come to light: hand over to the statutory route; the review ends (A4)."""
    review = asked_on(session, viewer, "statutory_threshold", ref, reason)
    _message(session, viewer, review, "statutory_threshold", {"reason": reason})


def withdraw(
    session: Session, viewer: Viewer, ref: str, *, reason: str, duplicate_of: str | None = None
) -> None:
    """Withdraw a review with a reason; those involved are told."""
    review = asked_on(session, viewer, "withdraw", ref, reason)
    told = {"reason": reason, "duplicate_of": duplicate_of}
    _message(session, viewer, review, "withdraw", {name: value for name, value in told.items() if value})


def pause_review(session: Session, viewer: Viewer, ref: str, *, reason: str) -> None:
    """Stop every clock of a review, its actions and its sharing, with a reason (1.7 no. 20)."""
    review = asked_on(session, viewer, "pause", ref, reason)
    if review.held_since is not None:
        raise Refused("This review is paused already.")
    for row in instances(session, review.ref):
        if row.status == "running" and row.process != NEVER_PAUSED:
            pause(session, row.id, reason=reason, by=Actor(viewer.person))
    review.held_since, review.hold_reason = today_of(session), reason
    tell_team(session, review, "review_paused")


def resume_review(session: Session, viewer: Viewer, ref: str, *, reason: str = "") -> None:
    """Let a paused review go on with what its clocks had left. A reason is kept in the audit log."""
    why = {"reason": reason} if reason else {}
    review = asked_on(session, viewer, "resume", ref, **why)
    if review.held_since is None:
        raise Refused("This review is not paused.")
    for row in instances(session, review.ref):
        if row.status == "paused":
            resume(session, row.id, by=Actor(viewer.person))
    review.held_since, review.hold_reason = None, ""
    tell_team(session, review, "review_resumed")


def change_chair(session: Session, viewer: Viewer, ref: str, *, to: str, reason: str) -> None:
    """Put another chair in place; open steps of the former one move to them.

    Raises Refused for somebody with a conflict, or who does not chair.
    """
    review = asked_on(session, viewer, "change_chair", ref, reason)
    if review.chair is None:
        raise Refused("This review has no chair yet. Nominate one first.")
    if to not in holders(session, "chair", today_of(session)):
        raise Refused("This person is not among those who chair.")
    if session.get(Conflict, (review.id, to)) is not None:
        raise Refused("This person has a recorded conflict of interest.")
    put_chair(session, review, to, reason=reason, by=Actor(viewer.person))


def put_chair(session: Session, review: Review, to: str, *, reason: str, by: Actor) -> None:
    """Another chair for a review, whoever decided it; the former one's open steps move to them."""
    before, review.chair = review.chair, to
    if review.restricted:
        name_person(session, review, to, reason=reason, by=by, now=now_of(session))
    set_variables(session, spine(review), {"chair": {"person": to}}, by=by)
    for row in tasks(session, business_keys=[review.ref]):
        if row.role == "chair" and row.assignee != to:
            assign(session, row.id, to, by=by, reason=reason)
    mail(session, [to, *([before] if before else [])], "chair_changed", review.ref)


def declare_conflict(
    session: Session, viewer: Viewer, ref: str, *, reason: str, person: str | None = None
) -> None:
    """Record a conflict of interest, one's own or (for the office) another's. It keeps out at once."""
    verb = "declare_conflict" if person in (None, viewer.person) else "record_conflict"
    review = asked_on(session, viewer, verb, ref, reason)
    out = person or viewer.person
    keep_out(session, review, out, reason=reason, by=Actor(viewer.person), now=now_of(session))
    office = [each for each in those_told(session, "hosl", None, today_of(session)) if each != out]
    mail(session, office, "conflict_declared", ref)


def show_identity(session: Session, viewer: Viewer, ref: str, *, reason: str) -> ShownIdentity:
    """Who the child is, for a stated reason: logged with who asked, and kept as a disclosure (2.9)."""
    review = asked_on(session, viewer, "show_identity", ref, reason)
    told = ShownIdentity(read_identity(session, review.id), earlier_identity(session, review.id))
    record(session, kind="identity.shown", business_key=ref, actor=Actor(viewer.person), subject="identity")
    disclose(session, viewer, review.id, "identity", purpose=reason)
    return told


def show_sealed_note(session: Session, viewer: Viewer, ref: str, *, agency: str) -> str:
    """What an agency wrote that must not be discussed openly; logged with who asked (A8, A9).

    Raises NotFound where there is no such note.
    """
    review = asked_on(session, viewer, "read_sealed_note", ref)
    found = select(Preparation).where(Preparation.review == review.id, Preparation.agency == agency)
    row = session.scalars(found).one_or_none()
    if row is None or row.sealed_note is None:
        raise NotFound("There is no such note.")
    told = open_note(session, row)
    record(
        session,
        kind="note.shown",
        business_key=ref,
        actor=Actor(viewer.person),
        subject="sealed_note",
        details={"agency": agency},
    )
    return told


def _message(session: Session, viewer: Viewer, review: Review, message: str, told: Mapping[str, Any]) -> None:
    heard = send_message(session, message, instance_id=spine(review), payload=told, by=Actor(viewer.person))
    if not heard:
        raise Refused("This review has ended.")


def _referring_agency(session: Session, viewer: Viewer, agency: str | None) -> str:
    own = viewer.agencies_as("safeguarding_lead")
    if agency is None and len(own) == 1:
        return own[0]
    for_any = may(session, viewer, "refer_for_any_agency")
    if agency is None and for_any:
        agency = session.scalar(select(Person.agency).where(Person.id == viewer.person))
    if agency is None:
        raise Refused("Choose the agency that refers.")
    if agency not in own and not for_any:
        raise Refused("You refer for your own agency.", about="agency")
    if session.get(Agency, agency) is None:
        raise Refused("There is no such agency.", about="agency")
    return agency


def _starter(session: Session, viewer: Viewer) -> Any:
    def begin(process: str, *, business_key: str, variables: Mapping[str, Any]) -> UUID:
        return start(
            session, process, business_key=business_key, variables=variables, by=Actor(viewer.person)
        )

    return begin
