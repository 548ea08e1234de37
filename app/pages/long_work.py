"""Long work: how far it is, its result, stopping it. To be left and come back to."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from reviews.long_work import every_kind  # noqa: F401  (registers what there is to make)
from reviews.long_work.asking import UNDER_WAY, open_result, work_of
from reviews.long_work.asking import stop as stop_work
from reviews.long_work.results import KEPT

long_work = Blueprint("long_work", __name__, url_prefix="/work/made-for-you/<uuid:work_id>")
LOOK_AGAIN = 3  # seconds until the page of work that is under way is asked for again


@long_work.get("/")
def show(at: Visit, work_id: UUID) -> ResponseReturnValue:
    """How far it is, or what came of it."""
    row = work_of(at.session, at.viewer, work_id)
    until = row.ended_at + KEPT if row.ended_at else None
    answer = make_response(render_template("pages/long_work.html", at=at, row=row, until=until))
    if row.state in UNDER_WAY:
        answer.headers["Refresh"] = str(LOOK_AGAIN)  # without a script; it ends with the work
    return answer


@long_work.post("/file")
def take(at: Visit, work_id: UUID) -> Response:
    """The file, to be saved: never shown in a page of ours (OWASP ASVS 5.0, 5.4)."""
    row, content = open_result(at.session, at.viewer, work_id)
    return send_file(
        io.BytesIO(content),
        mimetype=row.file_type,
        as_attachment=True,
        download_name=row.file_name,
        conditional=False,
        etag=False,
    )


@long_work.post("/stop")
def stop(at: Visit, work_id: UUID) -> ResponseReturnValue:
    """Stop it, or take its result away."""
    row = stop_work(at.session, at.viewer, work_id)
    flash(f"“{row.title}” is taken away.")
    return redirect(url_for("work.inbox"), 303)
