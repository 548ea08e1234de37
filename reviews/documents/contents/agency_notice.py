"""The letter that tells one agency of a review and asks it to prepare (P4): nothing of who the child is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.models import Submission, UserTask
from reviews.documents.contents.words import agencies, document_of, fact, meetings, on, opens
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import RESTRICTED, Document, Place, parts_of
from reviews.models import Involvement
from reviews.settings import setting

PLACES = (
    Place("to", "To"),
    Place("why", "Why this review is held"),
    Place("prepare", "What we ask you to prepare"),
    Place("meeting", "The meeting"),
    Place("sharing", "What is shared, with whom and why"),
    Place("support", "Support for your staff"),
    Place("reply", "How to answer"),
)
REPLY = (
    "Please answer in Roundtable, under the reference above. Do not send anything about the child or the "
    "family by e-mail."
)


def _offers(asking: Asking) -> list[Offer]:
    named = agencies(asking.session)
    return [
        Offer(row.agency, f"Notice to {named.get(row.agency, row.agency)}")
        for row in _told(asking)
        if _may_have(asking, row.agency)
    ]


def _told(asking: Asking) -> list[Involvement]:
    query = select(Involvement).where(
        Involvement.review == asking.review.id, Involvement.notified_on.is_not(None)
    )
    return list(asking.session.scalars(query.order_by(Involvement.agency)))


def _may_have(asking: Asking, agency: str) -> bool:
    """Who sees who takes part may have every letter; an agency has its own."""
    own = agency in asking.viewer.agencies and opens(asking, "own_preparation")
    return own or opens(asking, "agencies")


def _makes(asking: Asking, part: str) -> Document:
    row = next(each for each in _told(asking) if each.agency == part)
    told, session = _answers(asking), asking.session
    planned = [each for each in meetings(session, asking.review) if each.recorded_on is None]
    when = [fact("Date", on(planned[-1].held_on)), fact("Begins", planned[-1].starts_at)] if planned else []
    parts = parts_of(
        PLACES,
        {
            "to": f"The safeguarding lead of {agencies(session).get(part, part)}",
            "why": told.get("why") or "",
            "prepare": told.get("prepare") or str(setting(session, "what_to_prepare")),
            "sharing": told.get("sharing") or str(setting(session, "what_is_shared")),
            "support": told.get("wellbeing_contact") or str(setting(session, "wellbeing_contact")),
            "reply": REPLY,
        },
        lines={"meeting": when},
    )
    return document_of(
        asking,
        "agency_notice",
        "Notice of a multi-agency learning review",
        parts,
        classification=RESTRICTED,
        subtitle=f"{asking.review.ref}, told on {on(row.notified_on)}",
        name=f"{asking.review.ref}-{part}",
    )


def _answers(asking: Asking) -> dict[str, Any]:
    """What was written when the agencies were told."""
    query = (
        select(Submission.answers)
        .join(UserTask, UserTask.id == Submission.task_id)
        .where(UserTask.business_key == asking.review.ref, Submission.step == "agency_notice")
    )
    return asking.session.scalars(query.order_by(Submission.at.desc()).limit(1)).first() or {}


register(Kind("agency_notice", "Notice to an agency", RESTRICTED, PLACES, _offers, _makes))
