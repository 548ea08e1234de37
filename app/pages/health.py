"""Whether the service lives, and whether it is ready: a word each, for machines. No version, no detail."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from app.requests import Visit
from engine import deployed

health = Blueprint("health", __name__, url_prefix="/health")


@health.get("/live")
def live() -> Response:
    """The process answers."""
    return Response("live\n", content_type="text/plain; charset=utf-8")


@health.get("/ready")
def ready(at: Visit) -> Response:
    """The database answers, with the tables of this service. Without a process in use the service is ready
    all the same: the first one is approved on its pages; the word says so, and `roundtable doctor`."""
    try:
        words = "ready\n" if deployed(at.session) else "ready, no process in use\n"
    except SQLAlchemyError:
        words = "not ready\n"
    status = 503 if words.startswith("not") else 200
    return Response(words, status=status, content_type="text/plain; charset=utf-8")
