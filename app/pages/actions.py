"""The action board: by due date, by agency, by how it is going."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.reading import actions as reading
from app.reading.paging import PER_PAGE, Listing, csv_file, page_number
from app.requests import Visit

actions = Blueprint("actions", __name__, url_prefix="/actions")


@actions.get("/")
def board(at: Visit) -> ResponseReturnValue:
    """The board."""
    filters, page = reading.Filters.read(request.args), page_number(request.args.get("page"))
    found = reading.board(at.session, at.viewer, filters, at.today)
    counts = {colour: sum(row.brag == colour for row in found) for colour in reading.BRAG}
    rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    at.names.need(row.action.owner for row in rows)
    asked = {
        "agency": filters.agency,
        "brag": filters.brag,
        "shown": filters.shown if filters.shown != "open" else "",
        "mine": "yes" if filters.mine else "",
    }
    return render_template(
        "pages/actions.html",
        at=at,
        filters=filters,
        counts=counts,
        brag=reading.BRAG,
        shown=reading.SHOWN,
        agencies=sorted({row.action.agency for row in found} | ({filters.agency} - {""}), key=at.names.agency),
        list=Listing(rows, len(found), page, url_for(".board"), asked),
    )


@actions.get("/actions.csv")
def export(at: Visit) -> ResponseReturnValue:
    """The board as a spreadsheet."""
    found = reading.board(at.session, at.viewer, reading.Filters.read(request.args), at.today)
    headings = ["Action", "Review", "What", "Agency", "Owner", "Due", "First due date", "How it is going"]
    cells = (
        [
            row.action.ref,
            row.review,
            row.action.text,
            at.names.agency(row.action.agency),
            at.names.person(row.action.owner),
            row.action.due,
            row.action.original_due,
            row.words,
        ]
        for row in found
    )
    return csv_file("actions", headings, cells)
