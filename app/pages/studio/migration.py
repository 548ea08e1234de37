"""Moving running cases to another version: choose it, see what would change, have it done, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.paging import PER_PAGE, Listing, page_number
from app.requests import REFUSED, Visit
from engine import NotFound, Refused, cases_of, deployed, migrations, process_title, progress
from reviews.studio import migration as moving
from reviews.studio.words import change_lines

studio_migration = Blueprint("studio_migration", __name__, url_prefix="/studio/<process>/migrate")
MAP = "map."  # in front of a step's id: what is to become of those who are at it
LOOK_AGAIN = 5  # seconds until the page of a move that is under way is asked for again


@studio_migration.get("/")
def ask(at: Visit, process: str) -> ResponseReturnValue:
    """Which version, and what it would change."""
    return _page(at, process, request.args, [])


@studio_migration.post("/")
def start(at: Visit, process: str) -> ResponseReturnValue:
    """Have the cases moved."""
    number, reason = request.form.get("to", type=int) or 0, request.form.get("reason", "")
    try:
        batch = moving.ask_for_move(
            at.session, at.viewer, process, number, _mapping(request.form), reason=reason
        )
    except Refused as no:
        return _page(at, process, request.form, [{"text": str(no), "href": f"#{no.about or 'to'}"}]), 422
    return redirect(url_for(".show", process=process, batch_id=batch.id), 303)


@studio_migration.get("/<uuid:batch_id>")
def show(at: Visit, process: str, batch_id: UUID) -> ResponseReturnValue:
    """How far a move is, and what became of each case."""
    batch = moving.move_of(at.session, at.viewer, process, batch_id)
    found, page = cases_of(at.session, batch.id), page_number(request.args.get("page"))
    rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    now = progress(at.session, batch.id)
    answer = make_response(
        render_template(
            "studio/migration_progress.html",
            at=at,
            process=process,
            title=process_title(at.session, batch.version_id),
            batch=batch,
            now=now,
            list=Listing(rows, len(found), page, request.path, {}),
            known=at.open_to_them(key for _, key in rows),
        )
    )
    if now.waiting:
        answer.headers["Refresh"] = str(LOOK_AGAIN)  # without a script; it ends with the move
    return answer


@studio_migration.post("/<uuid:batch_id>/undo")
def undo(at: Visit, process: str, batch_id: UUID) -> ResponseReturnValue:
    """Bring back all cases of a move, or one."""
    try:
        only = request.form.get("case", type=UUID)
        moving.take_back(at.session, at.viewer, process, batch_id, only=only)
        flash("It is being brought back." if only else "They are being brought back.")
    except Refused as no:
        flash(str(no), REFUSED)
    return redirect(url_for(".show", process=process, batch_id=batch_id), 303)


@studio_migration.post("/<uuid:batch_id>/stop")
def stop(at: Visit, process: str, batch_id: UUID) -> ResponseReturnValue:
    """Leave the cases that still wait as they are."""
    try:
        count = moving.stop_move(at.session, at.viewer, process, batch_id)
        flash(f"Stopped. {count} {'case stays as it is' if count == 1 else 'cases stay as they are'}.")
    except Refused as no:
        flash(str(no), REFUSED)
    return redirect(url_for(".show", process=process, batch_id=batch_id), 303)


def _page(at: Visit, process: str, asked: MultiDict[str, str], errors: list[dict[str, str]]) -> str:
    versions = [version for version in deployed(at.session) if version.process == process]
    if not versions:
        raise NotFound("There is no process of this name.")
    number, page = asked.get("to", type=int), page_number(request.args.get("page"))
    mapping = _mapping(asked)
    prospect, told = None, dict[str, Any]()
    if number in {version.number for version in versions}:
        likely = moving.likely_mapping(at.session, at.viewer, process, number or 0)
        mapping = {old: new for old, new in likely.items() if MAP + old not in asked} | mapping
        first = (page - 1) * PER_PAGE
        prospect = moving.look_ahead(
            at.session, at.viewer, process, number or 0, mapping, first=first, most=PER_PAGE
        )
        told = {"to": number, **{MAP + old: new for old, new in mapping.items()}}
    outcomes = prospect.outcomes if prospect else []
    total = prospect.total if prospect else 0
    return render_template(
        "studio/migration.html",
        at=at,
        process=process,
        title=process_title(at.session, versions[0].id),
        versions=versions,
        number=number or versions[0].number,
        mapping=mapping,
        prospect=prospect,
        asked=told,
        reason=asked.get("reason", ""),
        list=Listing([(each, change_lines(each)) for each in outcomes], total, page, request.path, told),
        known=at.open_to_them(each.business_key for each in outcomes),
        before=migrations(at.session, process),
        errors=errors,
    )


def _mapping(asked: MultiDict[str, str]) -> dict[str, str]:
    return {name.removeprefix(MAP): to for name, to in asked.items() if name.startswith(MAP) and to}
