"""The agenda of a meeting of the Board or a sub-group, as it stands: the next one, and the one before it."""

from __future__ import annotations

import datetime as dt

from reviews.acting import today_of
from reviews.agendas.items import Item
from reviews.agendas.reading import agenda, bodies, meetings
from reviews.bodies import body_facts
from reviews.documents.contents.words import document_of, fact, on, short
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import FOR_THE_BOARD, Document, Place, parts_of

PLACES = (
    Place("meeting", "The meeting"),
    Place("items", "Agenda", ("No.", "Item", "For", "Decided")),
    Place("returned", "What was returned, and answered"),
    Place("carried", "Carried to a later meeting"),
)


def _offers(asking: Asking) -> list[Offer]:
    session, viewer, today = asking.session, asking.viewer, today_of(asking.session)
    found = []
    for body in bodies(session, viewer):
        days = meetings(session, viewer, body)
        wanted = [day for day in days if day >= today][-1:] + [day for day in days if day < today][:1]
        name = body_facts(session, body).name
        found += [Offer(f"{body}-{day.isoformat()}", f"Agenda, {name}, {on(day)}") for day in wanted]
    return found


def _makes(asking: Asking, part: str) -> Document:
    body, day = part.split("-", 1)
    found = agenda(asking.session, asking.viewer, body, day)
    stands = [item for item in found.items if item.carried_to is None]
    parts = parts_of(
        PLACES,
        {},
        lines={
            "meeting": [
                fact("Date", on(found.on)),
                fact("Papers by", on(found.papers_by)),
                fact("In reviews that are not open to you", str(found.hidden) if found.hidden else ""),
            ],
            "returned": [line for item in stands for line in _rounds(item)],
            "carried": [
                f"{item.title}: to {short(item.carried_to)}" for item in found.items if item.carried_to
            ],
        },
        rows={
            "items": [
                (str(number), " ".join((item.title, *item.lines)), item.kind, item.outcome)
                for number, item in enumerate(stands, 1)
            ]
        },
    )
    return document_of(
        asking,
        "body_agenda",
        "Agenda",
        parts,
        classification=FOR_THE_BOARD,
        subtitle=f"{found.name}, {on(dt.date.fromisoformat(day))}",
        name=part,
    )


def _rounds(item: Item) -> list[str]:
    return [
        ". ".join(
            filter(
                None,
                (
                    f"{item.title}, {short(each.on)}: {each.decision}",
                    fact("Asked", " ".join(each.asked.split())),
                    fact("Answered", " ".join(each.answered.split())),
                ),
            )
        )
        for each in item.rounds
    ]


register(
    Kind(
        "body_agenda",
        "Agenda of the Board or a sub-group",
        FOR_THE_BOARD,
        PLACES,
        _offers,
        _makes,
        of_review=False,
        long=frozenset({"pdf"}),
    )
)
