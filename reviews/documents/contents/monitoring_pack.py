"""The pack for the next meeting of the Monitoring sub-group: every open action that its reader may see."""

from __future__ import annotations

import datetime as dt

from reviews.acting import today_of
from reviews.action_board import ActionCard, action_board
from reviews.board_dates import next_meeting
from reviews.documents.contents.words import agencies, document_of, on, people, short
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import FOR_THE_BOARD, Document, Place, parts_of
from reviews.permissions import may

MONITORING = "monitoring"
COLUMNS = ("Action", "What is done", "Agency and owner", "Due", "Standing", "Last update")
PLACES = (
    Place("numbers", "In numbers"),
    Place("decide", "Waiting for the sub-group"),
    Place("late", "Late", COLUMNS),
    Place("at_risk", "At risk", COLUMNS),
    Place("due_soon", "Due before the meeting or soon after", COLUMNS),
    Place("others", "All other open actions", COLUMNS),
)
SOON = dt.timedelta(days=28)


def _offers(asking: Asking) -> list[Offer]:
    if not may(asking.session, asking.viewer, "take_monitoring_pack"):
        return []
    on_day = next_meeting(asking.session, MONITORING, today_of(asking.session))
    return [Offer(on_day.isoformat(), f"Pack for the Monitoring sub-group on {on(on_day)}")]


def _makes(asking: Asking, part: str) -> Document:
    meeting, today = dt.date.fromisoformat(part), today_of(asking.session)
    cards = action_board(asking.session, asking.viewer, today=today)
    groups: dict[str, list[ActionCard]] = {place.key: [] for place in PLACES}
    for card in cards:
        groups[_group(card, meeting)].append(card)
    named, persons = agencies(asking.session), people(asking.session, (card.owner for card in cards))
    waiting = [f"{card.ref}: more time is asked for" for card in cards if card.waits_for_decision]
    waiting += [f"{card.ref}: done, to be verified" for card in cards if card.status == "completed"]
    counts = [(len(groups[key]), words) for key, words in (("late", "late"), ("at_risk", "at risk"))]
    parts = parts_of(
        PLACES,
        {} if cards else {"numbers": "No action is open."},
        lines={
            "numbers": [f"{len(cards)} open", *(f"{number} {words}" for number, words in counts)]
            if cards
            else [],
            "decide": waiting,
        },
        rows={key: [_row(card, named, persons) for card in found] for key, found in groups.items()},
    )
    return document_of(
        asking,
        "monitoring_pack",
        "Actions to look at",
        parts,
        classification=FOR_THE_BOARD,
        subtitle=f"Monitoring sub-group, {on(meeting)}",
        name=part,
    )


def _group(card: ActionCard, meeting: dt.date) -> str:
    if card.brag == "red":
        return "late"
    if card.brag == "amber":
        return "at_risk"
    return "due_soon" if card.due <= meeting + SOON else "others"


def _row(card: ActionCard, named: dict[str, str], persons: dict[str, str]) -> tuple[str, ...]:
    return (
        card.ref,
        card.text,
        f"{named.get(card.agency, '')}, {persons.get(card.owner, '')}",
        short(card.due),
        ". ".join(filter(None, (card.brag_words, card.late_words))),
        short(card.last_update) or "None yet",
    )


register(
    Kind(
        "monitoring_pack",
        "Monitoring pack",
        FOR_THE_BOARD,
        PLACES,
        _offers,
        _makes,
        of_review=False,
        long=frozenset({"word", "pdf"}),
    )
)
