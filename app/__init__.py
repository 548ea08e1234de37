"""The pages of Roundtable. This package speaks HTTP and decides nothing: the engine and the reviews do."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from app.api.rates import limit_rates
from app.assets import add_assets
from app.auth.provider import Provider
from app.auth.sessions import Sessions
from app.auth.tokens import Tokens
from app.config import Config
from app.errors import add_errors
from app.filters import add_filters
from app.frame import add_frame
from app.headers import add_headers
from app.logs import log_requests
from app.metrics import add_metrics
from app.origin import protect_forms, refuse_foreign_posts
from app.pages import add_pages
from app.pages.routes import access_for
from app.requests import House, RowNumber, guard_routes
from app.templating import Templates
from app.uploads import UploadRequest, make_room_for_files
from engine import Database
from engine.clock import Clock, SystemClock

__all__ = ["Config", "create_app"]


def create_app(config: Config, database: Database, *, session_clock: Clock | None = None) -> Flask:
    """Put an application together. `session_clock` times sign-in and tokens; the machine's own unless a test
    says otherwise."""
    app = Flask(__name__, static_url_path="/static")
    app.request_class = UploadRequest
    app.jinja_environment = Templates
    app.config.update(_flask_settings(config))
    clock = session_clock or SystemClock()
    app.extensions["roundtable"] = House(
        config,
        database,
        Sessions(database, clock, config.session_idle, config.session_longest),
        Tokens(database, clock),
        Provider(config, clock) if config.organisation_sign_in else None,
    )
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([PackageLoader("app"), govuk])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.url_map.converters["int"] = RowNumber
    log_requests(app)
    add_metrics(app, database)
    refuse_foreign_posts(app)
    make_room_for_files(app)
    protect_forms(app)
    limit_rates(app, config.api_per_minute)
    add_assets(app)
    add_filters(app)
    add_frame(app)
    add_errors(app)
    add_pages(app, demonstration=config.demonstration)
    add_headers(app, secure=config.secure)
    guard_routes(app, access_for(app))
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    prefix = "__Host-" if config.secure else ""
    return {
        "SECRET_KEY": hashlib.sha256(b"cookies|" + config.secret_key.encode()).hexdigest(),
        "MAX_CONTENT_LENGTH": config.largest_request,
        "MAX_FORM_MEMORY_SIZE": config.largest_form,
        "MAX_FORM_PARTS": config.most_form_parts,
        "TRUSTED_HOSTS": None if config.testing else config.trusted_hosts,
        "SESSION_COOKIE_NAME": f"{prefix}roundtable-form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure,
        "SIGN_IN_COOKIE": f"{prefix}roundtable",
        "BROWSER_COOKIE": f"{prefix}roundtable-browser",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session it is bound to
        "WTF_CSRF_SSL_STRICT": False,  # the origin is checked for every request, not only over https
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "TESTING": config.testing,
    }
