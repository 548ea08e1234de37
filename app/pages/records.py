"""Records: what somebody has to look at, one record and its decision, and the batch of drafts and notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, after_this_request, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, date_in, questions
from app.requests import Visit, house
from engine import Refused
from reviews import record_decisions as deciding
from reviews.holds import holds_on
from reviews.models import RecordDue
from reviews.permissions import may
from reviews.record_list import in_batch, record_named, to_review, wipe_what_is_left
from reviews.record_types import RECORDS
from reviews.records_due import MONTH
from reviews.retention import rule_for

records = Blueprint("records", __name__, url_prefix="/records")


@records.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """The records to look at, those that wait for approval, and how many drafts and notices are due."""
    listed, proposed = to_review(at.session, at.viewer), to_review(at.session, at.viewer, state="proposed")
    at.names.need(row.proposed_by for row in proposed)
    return render_template(
        "pages/records.html",
        at=at,
        listed=listed,
        proposed=proposed,
        batch=len(in_batch(at.session, at.viewer)),
        linked=at.open_to_them(row.about for row in (*listed, *proposed)),
        held=lambda row: bool(holds_on(at.session, [row.about])),
        kinds=RECORDS,
        may_retain=may(at.session, at.viewer, "retain"),
    )


@records.get("/<uuid:record_id>")
def show(at: Visit, record_id: UUID) -> ResponseReturnValue:
    """One record: what it is, why it is due, by which rule; and the decision that waits."""
    row = record_named(at.session, at.viewer, record_id)
    return _page(at, row, _questions(at, row))


@records.post("/<uuid:record_id>")
def decide(at: Visit, record_id: UUID) -> ResponseReturnValue:
    """Keep it, or propose to destroy it."""
    row = record_named(at.session, at.viewer, record_id)
    asked = questions("record_decision", at)

    def act(told: dict[str, Any]) -> None:
        until, reason = date_in(told, "until"), told["reason"]
        if until is not None:
            deciding.keep_until(at.session, at.viewer, record_id, until=until, reason=reason)
        else:
            learning = request.form.get("with_learning") == "yes"
            deciding.propose(at.session, at.viewer, record_id, reason=reason, learning=learning)

    if not asked.sent(at, act):
        return _page(at, row, asked), 422
    flash("Decided. A proposal waits for the Head of Safeguarding and Learning.")
    return redirect(url_for(".index"), 303)


@records.post("/<uuid:record_id>/approval")
def approve(at: Visit, record_id: UUID) -> ResponseReturnValue:
    """Approve what another proposed, or send it back."""
    row = record_named(at.session, at.viewer, record_id)
    asked, seen = questions("record_approval", at), request.form.get("seen", "")
    numbers: list[str] = []

    def act(told: dict[str, Any]) -> None:
        if told["decision"] == "approve":
            numbers.append(deciding.approve(at.session, at.viewer, record_id, seen=seen).number)
        else:
            deciding.send_back(at.session, at.viewer, record_id, seen=seen, reason=told["reason"])

    if not asked.sent(at, act):
        return _page(at, row, asked), 422
    if not numbers:
        flash("Sent back. It is on the list again.")
        return redirect(url_for(".index"), 303)
    return _destroyed(numbers[0])


@records.get("/drafts-and-notices")
def batch(at: Visit) -> ResponseReturnValue:
    """The unsent drafts and months of notices that are due."""
    return _batch(at, [])


@records.post("/drafts-and-notices")
def approve_batch(at: Visit) -> ResponseReturnValue:
    """Destroy those that were ticked."""
    try:
        chosen = {UUID(each) for each in request.form.getlist("chosen")}
        with at.session.begin_nested():
            row = deciding.approve_batch(at.session, at.viewer, chosen)
    except ValueError:
        return _batch(at, [{"text": "Select what is to be destroyed", "href": "#chosen"}]), 422
    except Refused as no:
        return _batch(at, [{"text": str(no), "href": "#chosen"}]), 422
    return _destroyed(row.number)


def _destroyed(number: str) -> ResponseReturnValue:
    """To the certificate; once the transaction is over, the freed space is overwritten."""

    @after_this_request
    def wipe(response: Response) -> Response:
        wipe_what_is_left(house().database)
        return response

    flash("Destroyed. This is the certificate.")
    return redirect(url_for("retention.certificate", number=number), 303)


def _questions(at: Visit, row: RecordDue) -> Questions:
    return questions("record_approval" if row.state == "proposed" else "record_decision", at)


def _page(at: Visit, row: RecordDue, asked: Questions) -> str:
    holds = holds_on(at.session, [row.about])
    decides = may(at.session, at.viewer, "retain") if row.state == "listed" else None
    return asked.page(
        "record",
        at,
        row=row,
        kind=RECORDS[row.record],
        rule=rule_for(at.session, row.record),
        holds=holds,
        decides=decides,
        approves=row.state == "proposed" and deciding.may_approve(at.session, at.viewer, row),
        learning=deciding.has_learning(at.session, row),
        linked=at.open_to_them([row.about]),
        asked_learning=request.form.get("with_learning") == "yes",
        may_hold=may(at.session, at.viewer, "hold_records"),
    )


def _batch(at: Visit, errors: list[dict[str, str]]) -> str:
    rows = in_batch(at.session, at.viewer)
    return render_template(
        "pages/records_batch.html",
        at=at,
        rows=rows,
        kinds=RECORDS,
        month=MONTH,
        held=lambda row: bool(holds_on(at.session, [] if row.about.startswith(MONTH) else [row.about])),
        errors=errors,
        may_retain=may(at.session, at.viewer, "retain"),
    )
