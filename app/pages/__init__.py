"""The pages, one module per subject; each view loads, validates, makes one call and redirects. Access is in
`routes.py`."""

from __future__ import annotations

from flask import Flask

from app.auth.views import auth
from app.auth.views import demonstration as people_to_be
from app.pages.actions import actions
from app.pages.any_time import any_time
from app.pages.calendars import calendars
from app.pages.health import health
from app.pages.help import pages
from app.pages.learning import learning, search
from app.pages.mail import mail
from app.pages.reviews import reviews
from app.pages.starts import starts
from app.pages.steps import steps
from app.pages.stuck import stuck
from app.pages.work import work


def add_pages(app: Flask, *, demonstration: bool) -> None:
    """Register every page; those of the demonstration only in one."""
    for blueprint in (
        auth,
        health,
        pages,
        steps,
        work,
        reviews,
        any_time,
        actions,
        learning,
        search,
        starts,
        calendars,
        stuck,
    ):
        app.register_blueprint(blueprint)
    if demonstration:
        app.register_blueprint(people_to_be)
        app.register_blueprint(mail)
