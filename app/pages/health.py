"""Whether the service lives, and whether it is ready: a word each, for machines. No version, no detail."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import select
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
    """The database answers, and there is a process to run."""
    try:
        at.session.execute(select(1))
        well = bool(deployed(at.session))
    except SQLAlchemyError:
        well = False
    words = "ready\n" if well else "not ready\n"
    return Response(words, status=200 if well else 503, content_type="text/plain; charset=utf-8")
