"""What templates may call to say things in words."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from app import words
from app.addresses import address
from app.clauses import clause_words
from app.pages.any_time import open_changes
from app.requests import Visit
from app.states import colour_of
from engine import working_calendar


def add_filters(app: Flask) -> None:
    """Register the filters and globals."""
    app.jinja_env.filters.update(
        day=words.day,
        moment=words.moment,
        clock_time=words.clock_time,
        counted=words.counted,
        dashes=lambda step: step.replace("_", "-"),
        clause=clause_words,
        spoken_time=words.spoken_time,
        date_words=words.date_words,
    )
    app.jinja_env.globals.update(address=address, due_of=_due, colour_of=colour_of, changes_for=open_changes)


def _due(at: Visit, date: dt.date | None, paused: bool = False) -> words.Due:
    """A due date in words, on the day of this visit."""
    return words.due(date, at.today, working_calendar(at.session), paused=paused)
