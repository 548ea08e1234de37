"""A learning event: its programme, and the certificate of attendance (L1, L4)."""

from __future__ import annotations

from sqlalchemy import select

from reviews.documents.contents.words import document_of, fact, on
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import SHARED, Document, Place, parts_of
from reviews.models import LearningEvent
from reviews.permissions import may

PROGRAMME = (
    Place("event", "The event"),
    Place("programme", "Programme"),
    Place("questions", "Questions to think about"),
)
CERTIFICATE = (
    Place("certificate", "This is to certify that"),
    Place("attended", "took part in"),
    Place("signed", "Signed"),
)
LINE = "_" * 40  # to write a name on
HELD = ("held", "reported")


def _programme_offers(asking: Asking) -> list[Offer]:
    if not may(asking.session, asking.viewer, "see_learning"):
        return []
    return [Offer(row.id, f"Programme of {_called(row)}") for row in _events(asking) if row.programme]


def _certificate_offers(asking: Asking) -> list[Offer]:
    """Those who plan events fill it in for whoever took part: who that was is not kept by name."""
    if not may(asking.session, asking.viewer, "plan_event"):
        return []
    return [Offer(row.id, f"Certificate for {_called(row)}") for row in _events(asking) if row.status in HELD]


def _events(asking: Asking) -> list[LearningEvent]:
    return list(asking.session.scalars(select(LearningEvent).order_by(LearningEvent.held_on.desc())))


def _called(row: LearningEvent) -> str:
    return ", ".join(filter(None, (row.title or "a learning event", on(row.held_on))))


def _programme(asking: Asking, part: str) -> Document:
    row = asking.session.get_one(LearningEvent, part)
    parts = parts_of(
        PROGRAMME,
        {"questions": row.questions},
        lines={
            "event": [fact("Date", on(row.held_on)), fact("Time and place", row.place)],
            "programme": row.programme.splitlines(),
        },
    )
    return document_of(
        asking,
        "event_programme",
        row.title or "Learning event",
        parts,
        classification=SHARED,
        subtitle="Programme of a safeguarding and learning event",
        name=part,
    )


def _certificate(asking: Asking, part: str) -> Document:
    row = asking.session.get_one(LearningEvent, part)
    about = [row.title or "A safeguarding and learning event", on(row.held_on), row.place]
    parts = parts_of(
        CERTIFICATE,
        {"certificate": LINE, "attended": "\n".join(filter(None, about)), "signed": LINE},
    )
    return document_of(
        asking, "certificate", "Certificate of attendance", parts, classification=SHARED, name=part
    )


register(
    Kind("event_programme", "Programme of an event", SHARED, PROGRAMME, _programme_offers, _programme,
         of_review=False)
)  # fmt: skip
register(
    Kind("certificate", "Certificate of attendance", SHARED, CERTIFICATE, _certificate_offers, _certificate,
         of_review=False)
)  # fmt: skip
