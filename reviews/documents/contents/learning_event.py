"""A learning event: its programme, the sheet to sign in on, and certificates of attendance (L1, L4)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from reviews.documents.contents.words import agencies, document_of, fact, on
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import SHARED, WITH_NAMES, Document, Place, parts_of
from reviews.learning_events.attending import who_came
from reviews.learning_events.booking import bookings
from reviews.learning_events.programme import KINDS, items
from reviews.models import EventBooking, LearningEvent
from reviews.permissions import may

PROGRAMME = (
    Place("event", "The event"),
    Place("programme", "Programme", ("What", "Led by", "Minutes")),
    Place("questions", "Questions to think about"),
)
CERTIFICATE = (
    Place("certificate", "This is to certify that"),
    Place("attended", "took part in"),
    Place("signed", "Signed"),
)
SHEET = (
    Place("event", "The event"),
    Place("people", "Please sign in", ("Name", "Agency", "What they do", "Signed")),
)
EMPTY_LINES = 8  # for those who come without a place
SIGNED = "_" * 16
LINE = "_" * 40  # to write a name on
HELD = ("held", "reported")


def _programme_offers(asking: Asking) -> list[Offer]:
    if not may(asking.session, asking.viewer, "see_learning"):
        return []
    return [Offer(row.id, f"Programme of {_called(row)}") for row in _events(asking) if row.programme]


def _certificate_offers(asking: Asking) -> list[Offer]:
    """Each who came has their own. Organisers have everybody's, and one to fill in by hand."""
    mine = select(EventBooking).where(
        EventBooking.person == asking.viewer.person, EventBooking.came.is_(True)
    )
    events = {row.id: row for row in _events(asking)}
    found = [
        Offer(str(row.id), f"Your certificate for {_called(events[row.event])}")
        for row in asking.session.scalars(mine)
    ]
    if not may(asking.session, asking.viewer, "run_event"):
        return found
    found += [
        Offer(row.id, f"Certificate for {_called(row)}") for row in events.values() if row.status in HELD
    ]
    own = {offer.part for offer in found}
    everybody = asking.session.scalars(select(EventBooking).where(EventBooking.came.is_(True)))
    return found + [
        Offer(str(row.id), f"Certificate for {row.name}", listed=False)
        for row in everybody
        if str(row.id) not in own
    ]


def _sheet_offers(asking: Asking) -> list[Offer]:
    if not may(asking.session, asking.viewer, "run_event"):
        return []
    planned = [row for row in _events(asking) if row.status == "planned" and row.held_on]
    return [Offer(row.id, f"Sheet to sign in on, {_called(row)}") for row in planned]


def _events(asking: Asking) -> list[LearningEvent]:
    return list(asking.session.scalars(select(LearningEvent).order_by(LearningEvent.held_on.desc())))


def _called(row: LearningEvent) -> str:
    return ", ".join(filter(None, (row.title or "a learning event", on(row.held_on))))


def _programme(asking: Asking, part: str) -> Document:
    row = asking.session.get_one(LearningEvent, part)
    told = [
        (f"{each.title} ({KINDS[each.kind].lower()})", each.led_by, str(each.minutes))
        for each in items(asking.session, row)
    ]
    parts = parts_of(
        PROGRAMME,
        {"questions": row.questions},
        lines={
            "event": _facts(row),
            "programme": [] if told else row.programme.splitlines(),
        },
        rows={"programme": told},
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


def _facts(row: LearningEvent) -> list[str]:
    until = f" to {row.ends}" if row.ends else ""
    return [
        fact("Date", on(row.held_on)),
        fact("Time", f"{row.begins}{until}" if row.begins else ""),
        fact("Place" if row.begins else "Time and place", row.place),
        fact("For", row.audience),
    ]


def _sheet(asking: Asking, part: str) -> Document:
    row = asking.session.get_one(LearningEvent, part)
    named = agencies(asking.session)
    booked = [each for each in bookings(asking.session, row) if each.state == "booked"]
    booked.sort(key=lambda each: each.name.casefold())
    people = [(each.name, named.get(each.agency or "", ""), each.job, SIGNED) for each in booked]
    parts = parts_of(
        SHEET,
        {},
        lines={"event": _facts(row)},
        rows={"people": [*people, *[(SIGNED, SIGNED, "", SIGNED)] * EMPTY_LINES]},
    )
    return document_of(
        asking, "sign_in_sheet", row.title or "Learning event", parts, classification=WITH_NAMES, name=part
    )


def certificate_for(asking: Asking, booking: EventBooking) -> Document:
    """The certificate of somebody who came."""
    return _certified(asking, asking.session.get_one(LearningEvent, booking.event), booking.name)


def certificates_of(asking: Asking, event: LearningEvent) -> list[tuple[str, Document]]:
    """Everybody's who came, with their name."""
    return [(row.name, certificate_for(asking, row)) for row in who_came(asking.session, event)]


def _certificate(asking: Asking, part: str) -> Document:
    event = asking.session.get(LearningEvent, part)
    if event is not None:
        return _certified(asking, event, LINE)
    return certificate_for(asking, asking.session.get_one(EventBooking, UUID(part)))


def _certified(asking: Asking, row: LearningEvent, name: str) -> Document:
    about = [row.title or "A safeguarding and learning event", on(row.held_on), row.place]
    parts = parts_of(
        CERTIFICATE,
        {"certificate": name, "attended": "\n".join(filter(None, about)), "signed": LINE},
    )
    return document_of(
        asking, "certificate", "Certificate of attendance", parts, classification=SHARED, name=row.id
    )


register(
    Kind("event_programme", "Programme of an event", SHARED, PROGRAMME, _programme_offers, _programme,
         of_review=False)
)  # fmt: skip
register(
    Kind("certificate", "Certificate of attendance", SHARED, CERTIFICATE, _certificate_offers, _certificate,
         of_review=False)
)  # fmt: skip
register(
    Kind("sign_in_sheet", "Sheet to sign in on", WITH_NAMES, SHEET, _sheet_offers, _sheet, of_review=False)
)
