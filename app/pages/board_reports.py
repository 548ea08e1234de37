"""Reports to the Board: all of them, one with its numbers, and the list behind each number (P15)."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.documents import lines_for
from app.paging import PER_PAGE, Listing, page_number
from app.requests import Visit
from engine import tasks
from reviews.board_reports.reading import list_behind, read, report_of, report_on, reports
from reviews.models import BoardReport
from reviews.permissions import may_do

board_reports = Blueprint("board_reports", __name__, url_prefix="/board-reports")


@board_reports.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """The report that is being written, and those that were sent."""
    found = reports(at.session, at.viewer)
    return render_template(
        "pages/board_reports.html",
        at=at,
        writing=[row for row in found if row.written_on is None],
        sent=[row for row in found if row.written_on is not None],
    )


@board_reports.get("/<board_on>")
def show(at: Visit, board_on: str) -> ResponseReturnValue:
    """One report: as it would be today, or as it was sent with today beside."""
    row = report_on(at.session, at.viewer, board_on)
    return render_template(
        "pages/board_report.html",
        at=at,
        report=read(at.session, row, at.today),
        step=_step(at, row),
        documents=lines_for(at, "board_report", piece=row.board_on.isoformat()),
    )


@board_reports.get("/<board_on>/numbers/<figure>")
def behind(at: Visit, board_on: str, figure: str) -> ResponseReturnValue:
    """The list behind one number: as it was sent, or as it is today."""
    row, now = report_on(at.session, at.viewer, board_on), request.args.get("as") == "today"
    found = list_behind(at.session, at.viewer, row, figure, at.today, now=now)
    page = page_number(request.args.get("page"))
    rows = found.lines[(page - 1) * PER_PAGE : page * PER_PAGE]
    address = url_for(".behind", board_on=board_on, figure=figure)
    return render_template(
        "pages/board_figure.html",
        at=at,
        row=row,
        found=found,
        kept=row.written_on is not None and not now,
        linked=at.open_to_them(line.review for line in rows if line.review),
        list=Listing(rows, len(found.lines), page, address, {"as": "today"} if now else {}),
    )


def numbers_behind(at: Visit) -> dict[str, str] | None:
    """For the step that writes a report, and the one that notes it: where its numbers are."""
    row = report_of(at.session, at.viewer, at.task.instance_id)
    if row is None:
        return None
    href = url_for("board_reports.show", board_on=row.board_on.isoformat())
    return {"text": "The report’s numbers, and the list behind each", "href": href}


def _step(at: Visit, row: BoardReport) -> dict[str, str] | None:
    """What this person does next with a report: writes it, or notes it."""
    if row.process_instance is None:
        return None
    for task in tasks(at.session, instance_id=row.process_instance, status="open"):
        if may_do(at.session, at.viewer, task):
            href = url_for("steps.show", task_id=task.id, step=task.step.replace("_", "-"))
            return {"text": task.name, "href": href}
    return None
