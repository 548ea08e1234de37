"""The audit log for auditors and administrators, and who has looked at a review."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.paging import Listing, csv_file
from app.requests import Visit
from engine import KINDS
from reviews.audit_log import (
    Asked,
    LogPage,
    LogRow,
    export_proof,
    export_rows,
    log_page,
    log_state,
    people_in_log,
    readers,
    sees_references,
)

audit = Blueprint("audit", __name__)
PARTS = {"own_preparation": "Own preparation", "identity": "Who the child is", "audit_log": "The audit log"}


@audit.get("/audit/")
def index(at: Visit) -> ResponseReturnValue:
    """The log, newest first."""
    asked = _asked(at, request.args)
    page = log_page(at.session, at.viewer, asked, before=_key(request.args.get("before")))
    people = people_in_log(at.session)
    at.names.need([*people, *(each for row in page.rows for each in row.people)])
    return render_template(
        "pages/audit.html",
        at=at,
        asked=asked,
        page=page,
        older=_address("audit.index", asked, page),
        newest=_listing("audit.index", asked).address(),
        state=log_state(at.session),
        people=sorted(people, key=at.names.person),
        kinds=sorted(KINDS.items(), key=lambda each: each[1]),
        references=sees_references(at.viewer),
        about=lambda row: _about(at, row),
        details=lambda row: _details(at, row),
    )


@audit.post("/audit/export")
def export(at: Visit) -> ResponseReturnValue:
    """The rows that the filters show, as a file; the export is itself in the log."""
    asked = _asked(at, request.form)
    if request.form.get("do") == "jsonl":
        lines = export_proof(at.session, at.viewer, asked)
        body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        response = Response(body, content_type="application/jsonl; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="audit-log.jsonl"'
        return response
    rows = export_rows(at.session, at.viewer, asked)
    at.names.need(each for row in rows for each in row.people)
    headings = ["Row", "When (UTC)", "Who", "What", "About", "Details"]
    cells = (
        [
            row.seq,
            row.at.isoformat(timespec="seconds"),
            at.names.person(row.actor),
            row.words,
            _about(at, row),
            _details(at, row),
        ]
        for row in rows
    )
    return csv_file("audit-log", headings, cells)


@audit.get("/reviews/<ref>/readers")
def readers_of(at: Visit, ref: str) -> ResponseReturnValue:
    """Who has looked at this review."""
    page = readers(at.session, at.viewer, at.review, before=_key(request.args.get("before")))
    at.names.need(row.actor for row in page.rows)
    return render_template(
        "pages/review_readers.html",
        at=at,
        review=at.review,
        page=page,
        older=url_for(".readers_of", ref=ref, before=page.older) if page.older else "",
        part=lambda row: _part(at, row),
    )


def _asked(at: Visit, given: Mapping[str, str]) -> Asked:
    kind = given.get("kind", "")
    return Asked(
        given.get("ref", "").strip()[:100] if sees_references(at.viewer) else "",
        given.get("person", "")[:100],
        kind if kind in KINDS else "",
        _day(given.get("from", "")),
        _day(given.get("to", "")),
    )


def _day(given: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        return None


def _key(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 16 else 0


def _listing(endpoint: str, asked: Asked) -> Listing[LogRow]:
    filters = {
        "ref": asked.ref,
        "person": asked.person,
        "kind": asked.kind,
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }
    return Listing([], 0, 1, url_for(endpoint), filters)


def _address(endpoint: str, asked: Asked, page: LogPage) -> str:
    return _listing(endpoint, asked).address(before=page.older) if page.older else ""


def _about(at: Visit, row: LogRow) -> str:
    known = at.names.person(row.about) if row.about.startswith("u_") else ""
    return known or row.about


def _details(at: Visit, row: LogRow) -> str:
    """The few facts of a row in words: a step, an agency, whom it was about."""
    told = row.details
    parts = [str(told.get("name") or ""), at.names.agency(str(told.get("agency") or ""))]
    for key, words in (("from", "from"), ("to", "to"), ("person", "about"), ("for", "for")):
        name = at.names.person(str(told[key])) if told.get(key) else ""
        parts.append(f"{words} {name}" if name else "")
    return ", ".join(filter(None, parts))


def _part(at: Visit, row: LogRow) -> str:
    known = PARTS.get(row.about) or at.names.agency(row.about)
    return known or row.about.split(".")[-1].replace("_", " ").capitalize()
