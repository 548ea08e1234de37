"""Whether the service lives, whether it is ready, and its figures: for machines. No version, no detail."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.metrics import allowed, answer
from app.requests import Visit, house
from engine import deployed

health = Blueprint("health", __name__)


@health.get("/health/live")
def live() -> Response:
    """The process answers."""
    return Response("live\n", content_type="text/plain; charset=utf-8")


@health.get("/health/ready")
def ready(at: Visit) -> Response:
    """The database answers, with the tables of this service. Without a process in use the service is ready
    all the same: the first one is approved on its pages; the word says so, and `roundtable doctor`."""
    try:
        words = "ready\n" if deployed(at.session) else "ready, no process in use\n"
    except SQLAlchemyError:
        words = "not ready\n"
    status = 503 if words.startswith("not") else 200
    return Response(words, status=status, content_type="text/plain; charset=utf-8")


@health.get("/metrics")
def metrics(at: Visit) -> Response:
    """The figures of this web process, for who shows ROUNDTABLE_METRICS_TOKEN; for others there is nothing
    here."""
    if not allowed(house().config.metrics_token):
        abort(404)
    return answer(current_app)
