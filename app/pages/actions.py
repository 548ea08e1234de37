"""The action board: by due date, by agency, by how it is going."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.paging import PER_PAGE, Listing, csv_file, page_number
from app.requests import Visit
from reviews.action_board import ActionCard, action_board
from reviews.brag import WORDS

actions = Blueprint("actions", __name__, url_prefix="/actions")
SHOWN = {"open": "Open", "all": "All, with those done"}
ORDER = ("red", "amber", "green", "blue", "grey")


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to."""

    agency: str = ""
    brag: str = ""
    shown: str = "open"
    mine: bool = False

    def address(self) -> dict[str, str]:
        """The filters as an address says them."""
        return {
            "agency": self.agency,
            "brag": self.brag,
            "shown": self.shown if self.shown != "open" else "",
            "mine": "yes" if self.mine else "",
        }


@actions.get("/")
def board(at: Visit) -> ResponseReturnValue:
    """The board."""
    filters, page = _filters(), page_number(request.args.get("page"))
    every = _cards(at, filters)
    found = [card for card in every if not filters.brag or card.brag == filters.brag]
    rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    at.names.need(card.owner for card in rows)
    return render_template(
        "pages/actions.html",
        at=at,
        filters=filters,
        counts={colour: sum(card.brag == colour for card in every) for colour in ORDER},
        brag={colour: WORDS[colour] for colour in ORDER},
        shown=SHOWN,
        agencies=sorted({card.agency for card in every} | ({filters.agency} - {""}), key=at.names.agency),
        linked=at.open_to_them(card.review for card in rows),
        list=Listing(rows, len(found), page, url_for(".board"), filters.address()),
    )


@actions.get("/actions.csv")
def export(at: Visit) -> ResponseReturnValue:
    """The board as a spreadsheet."""
    filters = _filters()
    found = [card for card in _cards(at, filters) if not filters.brag or card.brag == filters.brag]
    at.names.need(card.owner for card in found)
    headings = ["Action", "Review", "What", "Agency", "Owner", "Due", "First due date", "How it is going"]
    cells = (
        [
            card.ref,
            card.review,
            card.text,
            at.names.agency(card.agency),
            at.names.person(card.owner),
            card.due,
            card.original_due,
            card.brag_words,
        ]
        for card in found
    )
    return csv_file("actions", headings, cells)


def _filters() -> Filters:
    asked = request.args
    brag, shown = asked.get("brag", ""), asked.get("shown", "open")
    return Filters(
        asked.get("agency", "").strip()[:60],
        brag if brag in WORDS else "",
        shown if shown in SHOWN else "open",
        asked.get("mine") == "yes",
    )


def _cards(at: Visit, filters: Filters) -> list[ActionCard]:
    cards = action_board(
        at.session,
        at.viewer,
        today=at.today,
        agency=filters.agency or None,
        open_only=filters.shown == "open",
    )
    return [card for card in cards if card.mine or not filters.mine]
