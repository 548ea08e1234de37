"""A second lock beside the CSRF token: a request that changes something must come from one of our own
pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import Forbidden

from app.requests import READS


def refuse_foreign_posts(app: Flask) -> None:
    """Refuse an unsafe request whose browser says that it began on another site."""

    @app.before_request
    def check_origin() -> None:
        if request.method in READS:
            return
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site not in (None, "same-origin", "none"):
            raise Forbidden
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise Forbidden
