"""The agenda of a round-table meeting, as it was sent (P8, 2.6)."""

from __future__ import annotations

from reviews.calendar_files import is_invited
from reviews.documents.contents.words import document_of, fact, meetings, on, opens
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import RESTRICTED, Document, Place, parts_of
from reviews.models import Meeting
from reviews.settings import setting

PLACES = (
    Place("meeting", "The meeting"),
    Place("agenda", "Agenda"),
    Place("ground_rules", "Ground rules and confidentiality"),
    Place("support", "Someone to talk to"),
)
MODES = {"in_person": "In person", "video": "By video", "both": "In person, with some joining by video"}


def _offers(asking: Asking) -> list[Offer]:
    """For those who see the meetings; before a meeting is held, for those invited to it, too (P8)."""
    every = opens(asking, "meetings")
    return [
        Offer(str(row.number), f"Agenda of meeting {row.number}, {on(row.held_on)}")
        for row in meetings(asking.session, asking.review)
        if row.agenda_sent_on and (every or _comes(asking, row))
    ]


def _comes(asking: Asking, row: Meeting) -> bool:
    waits = row.recorded_on is None and row.cancelled_on is None
    return waits and is_invited(asking.session, row, asking.review, asking.viewer.acting)


def _makes(asking: Asking, part: str) -> Document:
    row = next(each for each in meetings(asking.session, asking.review) if str(each.number) == part)
    first, *points = row.agenda.splitlines() or [""]
    parts = parts_of(
        PLACES,
        {
            "agenda": first,
            "ground_rules": str(setting(asking.session, "ground_rules")),
            "support": str(setting(asking.session, "wellbeing_contact")),
        },
        lines={
            "meeting": [
                fact("Date", on(row.held_on)),
                fact("Begins", row.starts_at),
                fact("How", MODES.get(row.mode, row.mode)),
                fact("Where", row.place),
            ],
            "agenda": points,
        },
    )
    return document_of(
        asking,
        "agenda",
        f"Agenda of meeting {row.number}",
        parts,
        classification=RESTRICTED,
        subtitle=f"Multi-agency learning review {asking.review.ref}",
        name=f"{asking.review.ref}-meeting-{row.number}",
    )


register(Kind("agenda", "Agenda of a meeting", RESTRICTED, PLACES, _offers, _makes))
