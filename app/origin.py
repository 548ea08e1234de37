"""Two locks: a request that changes something must bring the CSRF token of one of our own pages, and must not
come from another site. A program's token at the API needs no first one: no browser sends it by itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden

from app.auth.bearer import at_api, bearer_token
from app.requests import READS, session_token


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


def protect_forms(app: Flask) -> None:
    """Ask every unsafe request for its CSRF token, but for those that a program's token speaks for."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf = CSRFProtect(app)

    @app.before_request
    def check_csrf() -> None:
        if at_api() and not session_token():  # a program without a token is told so
            return
        if app.config["WTF_CSRF_ENABLED"] and bearer_token() is None:
            csrf.protect(apply_exemptions=True)
