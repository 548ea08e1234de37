"""Subject access requests: choose whom, say why, then all that is held on one page to print, or as JSON."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from engine import NotFound
from reviews.audit_log import people_in_log
from reviews.models import Person
from reviews.subject_access import SubjectReport, as_json, child_report, staff_report

subject_access = Blueprint("subject_access", __name__)
SHORTEST_REASON = 5
Report = Callable[[str], SubjectReport]


@subject_access.get("/subject-access/")
def index(at: Visit) -> ResponseReturnValue:
    """Of a child, by the reference of the review, or of a member of staff."""
    if ref := request.args.get("ref", "").strip()[:60]:
        return redirect(url_for(".ask_child", ref=ref), 303)
    if person := request.args.get("person", "")[:100]:
        return redirect(url_for(".ask_staff", person=person), 303)
    people = people_in_log(at.session)
    at.names.need(people)
    return render_template("pages/subject_access.html", at=at, people=sorted(people, key=at.names.person))


@subject_access.get("/reviews/<ref>/subject-access")
def ask_child(at: Visit, ref: str) -> ResponseReturnValue:
    """Why all that is held of a child is needed."""
    return _page(f"The child of {ref}", [])


@subject_access.post("/reviews/<ref>/subject-access")
def child(at: Visit, ref: str) -> ResponseReturnValue:
    """All that is held of the child."""
    return _answer(f"The child of {ref}", lambda why: child_report(at.session, at.viewer, ref, reason=why))


@subject_access.get("/subject-access/staff/<person>")
def ask_staff(at: Visit, person: str) -> ResponseReturnValue:
    """Why all that is held of a member of staff is needed."""
    return _page(_name(at, person), [])


@subject_access.post("/subject-access/staff/<person>")
def staff(at: Visit, person: str) -> ResponseReturnValue:
    """All that is held of the member of staff."""
    return _answer(_name(at, person), lambda why: staff_report(at.session, at.viewer, person, reason=why))


def _name(at: Visit, person: str) -> str:
    found = at.session.get(Person, person)
    if found is None:
        raise NotFound
    return found.name


def _answer(subject: str, make: Report) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()[:500]
    if len(reason) < SHORTEST_REASON:
        return _page(subject, [{"text": "Enter the request that this answers", "href": "#reason"}]), 422
    report = make(reason)
    if request.form.get("do") == "json":
        response = Response(as_json(report), content_type="application/json; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="subject-access.json"'
        return response
    return render_template("pages/subject_access_report.html", report=report, subject=subject)


def _page(subject: str, errors: list[dict[str, str]]) -> str:
    typed = request.form.get("reason", "")
    return render_template("pages/subject_access_ask.html", subject=subject, errors=errors, typed=typed)
