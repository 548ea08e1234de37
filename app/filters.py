"""What templates may call to say things in words."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from app import words
from app.clauses import clause_words
from app.requests import Visit, house


def add_filters(app: Flask) -> None:
    """Register the filters and globals."""
    app.jinja_env.filters.update(
        day=words.day,
        moment=words.moment,
        clock_time=words.clock_time,
        counted=words.counted,
        dashes=lambda step: step.replace("_", "-"),
        clause=clause_words,
    )
    app.jinja_env.globals["due_of"] = _due


def _due(at: Visit, date: dt.date | None, paused: bool = False) -> words.Due:
    """A due date in words, on the day of this visit."""
    return words.due(date, at.today, house().database.calendar, paused=paused)
