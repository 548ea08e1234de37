"""The retention schedule, legal holds, and certificates of destruction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.requests import Visit, house
from engine import NotFound
from reviews.holds import all_holds, end_hold, hold_named, place_hold
from reviews.permissions import may
from reviews.record_decisions import certificate_named, certificates
from reviews.record_list import forget_dates
from reviews.record_types import RECORDS, REVIEW, TABLES
from reviews.records_due import said_of
from reviews.retention import DEFAULTS, FIXED, Rule, change_rule, history_of, rule_for, schedule

retention = Blueprint("retention", __name__, url_prefix="/records")


@retention.get("/schedule")
def index(at: Visit) -> ResponseReturnValue:
    """How long each kind of record is kept."""
    may_change = may(at.session, at.viewer, "retain")
    facts = {"rules": schedule(at.session), "fixed": FIXED, "kinds": RECORDS, "may_change": may_change}
    return render_template("pages/retention.html", at=at, **facts)


@retention.get("/schedule/<record>")
def rule(at: Visit, record: str) -> ResponseReturnValue:
    """One line of the schedule, to be changed, with its history."""
    return _rule_page(at, record, _rule_questions(at, record))


@retention.post("/schedule/<record>")
def change(at: Visit, record: str) -> ResponseReturnValue:
    """Change it."""
    asked = _rule_questions(at, record)

    def act(told: dict[str, Any]) -> None:
        least, by = told.get("least_years"), told.get("confirmed_by") or ""
        new = Rule(record, told["amount"], told["unit"], told["afterwards"], least, by)
        change_rule(at.session, at.viewer, new, reason=told["reason"])
        forget_dates(at.session, record)

    if not asked.sent(at, act):
        return _rule_page(at, record, asked), 422
    flash("The schedule is changed. What is due is counted again.")
    return redirect(url_for(".index"), 303)


@retention.get("/holds")
def holds(at: Visit) -> ResponseReturnValue:
    """Legal holds: those that stand, and those that have ended."""
    rows = all_holds(at.session, at.viewer)
    at.names.need(person for row in rows for person in (row.placed_by, row.ended_by))
    return render_template("pages/holds.html", at=at, rows=rows, linked=at.open_to_them(_refs(rows)))


@retention.get("/holds/new")
def ask_hold(at: Visit) -> ResponseReturnValue:
    """What is held, for whom and why."""
    about = request.args.get("about", "")[:60]
    known = {"hold.about": about, "hold.covers": "one" if about else None}
    return questions("legal_hold", at, known=known).page("hold_new", at)


@retention.post("/holds/new")
def hold(at: Visit) -> ResponseReturnValue:
    """Place the hold."""
    asked = questions("legal_hold", at)

    def act(told: dict[str, Any]) -> None:
        about, authority = told.get("about"), told["authority"]
        place_hold(at.session, at.viewer, about, reason=told["reason"], authority=authority)

    if not asked.sent(at, act):
        return asked.page("hold_new", at), 422
    flash("The legal hold stands. Nothing it covers can be destroyed.")
    return redirect(url_for(".holds"), 303)


@retention.get("/holds/<uuid:hold_id>/end")
def ask_end(at: Visit, hold_id: UUID) -> ResponseReturnValue:
    """Why a hold ends."""
    row = hold_named(at.session, at.viewer, hold_id)
    at.names.need([row.ended_by])
    return questions("reason", at).page("hold_ended" if row.ended_at else "hold_end", at, row=row)


@retention.post("/holds/<uuid:hold_id>/end")
def end(at: Visit, hold_id: UUID) -> ResponseReturnValue:
    """End it."""
    row, asked = hold_named(at.session, at.viewer, hold_id), questions("reason", at)
    if row.ended_at:
        return asked.page("hold_ended", at, row=row), 409
    if not asked.sent(at, lambda told: end_hold(at.session, at.viewer, hold_id, reason=told["reason"])):
        return asked.page("hold_end", at, row=row), 422
    flash("The legal hold has ended. The schedule holds again.")
    return redirect(url_for(".holds"), 303)


@retention.get("/certificates")
def certified(at: Visit) -> ResponseReturnValue:
    """Every certificate of destruction."""
    rows = certificates(at.session)
    at.names.need(row.approved_by for row in rows)
    office = may(at.session, at.viewer, "see_records")  # an auditor reads certificates alone
    return render_template(
        "pages/certificates.html", at=at, rows=rows, kinds=RECORDS, office=office, said_of=said_of
    )


@retention.get("/certificates/<number>")
def certificate(at: Visit, number: str) -> ResponseReturnValue:
    """One certificate, to read and to print."""
    row = certificate_named(at.session, number)
    counts = [(TABLES[name].holds if name in TABLES else name, count) for name, count in row.counts.items()]
    own_file = house().database.url.get_backend_name() == "sqlite"
    facts = {"row": row, "counts": counts, "kinds": RECORDS, "own_file": own_file, "said_of": said_of}
    return render_template("pages/certificate.html", at=at, **facts)


def _refs(rows: list[Any]) -> list[str]:
    return [row.about for row in rows if row.about]


def _rule_questions(at: Visit, record: str) -> Questions:
    if record not in DEFAULTS:
        raise NotFound
    now = rule_for(at.session, record)
    known = {
        "rule.amount": now.amount,
        "rule.unit": now.unit,
        "rule.least_years": now.least_years,
        "rule.afterwards": now.then,
        "rule.confirmed_by": now.confirmed_by,
    }
    return questions("retention_review" if record == REVIEW else "retention_rule", at, known=known)


def _rule_page(at: Visit, record: str, asked: Questions) -> str:
    history = history_of(at.session, record)
    at.names.need(row.changed_by for row in history)
    now = rule_for(at.session, record)
    return asked.page("retention_rule", at, kind=RECORDS[record], rule=now, history=history)
