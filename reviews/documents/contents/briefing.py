"""The seven-minute briefing of a review, once it is published (A14). Anybody with a role may have it."""

from __future__ import annotations

from reviews.documents.contents.words import document_of, on
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import SHARED, Document, Part, Place, clean, paragraphs_of
from reviews.library import published
from reviews.permissions import may

# The seven headings of the form; a briefing's own headings stand in their place.
PLACES = tuple(
    Place(f"block_{number}", f"{number}. {heading}")
    for number, heading in enumerate(
        (
            "Background",
            "Why it matters",
            "What happened",
            "What worked",
            "What we learned",
            "What to do",
            "Questions for your team",
        ),
        start=1,
    )
)


def _offers(asking: Asking) -> list[Offer]:
    if not may(asking.session, asking.viewer, "see_learning"):
        return []
    rows = published(asking.session, asking.viewer)
    return [Offer(row.ref, row.briefing.title) for row in rows]


def _makes(asking: Asking, part: str) -> Document:
    found = next(row for row in published(asking.session, asking.viewer) if row.ref == part)
    parts = tuple(
        Part(f"block_{number}", clean(f"{number}. {block['heading']}"), paragraphs_of(str(block["text"])))
        for number, block in enumerate(found.briefing.sections, start=1)
    )
    return document_of(
        asking,
        "briefing",
        found.briefing.title,
        parts,
        classification=SHARED,
        subtitle=f"Seven-minute briefing, {on(found.briefing.published_on)}",
        name=found.ref,
    )


register(Kind("briefing", "Seven-minute briefing", SHARED, PLACES, _offers, _makes, of_review=False))
