"""What is published as far as the caller may see it: briefings, measures, and one's own calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from app.api.calls import Calls
from app.api.cursors import cursor_at, place_after
from app.api.shapes import published as shapes
from app.pages.meetings import CALENDAR_TYPE
from app.requests import Visit
from reviews.calendar_feed import calendar_of
from reviews.library import Published, published, theme_names
from reviews.measures.figures import Figure
from reviews.measures.periods import chosen
from reviews.measures.reading import Reading, dashboard

learning = Calls("learning", "What was learned, as far as it is published")
measures = Calls("measures", "The measures")
calendar = Calls("calendar", "One's own calendar")


@learning.reads(
    "/learning", query=shapes.LearningQuery(), answer=shapes.LearningPage(), example=shapes.LEARNING
)
def index(at: Visit, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Published learning

    Seven-minute briefings, the newest first."""
    found = published(at.session, at.viewer, words=asked["q"].strip(), theme=asked["theme"])
    found.sort(key=_place, reverse=True)
    after, most = tuple(place_after(at, asked)), asked["limit"]
    rows = [row for row in found if not after or _place(row) < after][: most + 1]
    names = theme_names(at.session)
    return {
        "items": [_briefing(row, names) for row in rows[:most]],
        "next": cursor_at(at, asked, _place(rows[most - 1])) if len(rows) > most else None,
    }


@measures.reads("/measures", query=shapes.MeasureQuery(), answer=shapes.Measures(), example=shapes.MEASURES)
def board(at: Visit, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The measures of a body

    Each with its figures, its targets and its trend over the quarters."""
    days = {"from": asked.get("since"), "to": asked.get("until")}
    told = {name: day.isoformat() for name, day in days.items() if day} | {"period": asked["period"]}
    period = chosen(at.session, told, at.today)
    found = dashboard(at.session, at.viewer, asked["body"], period, at.today)
    return {
        "body": asked["body"],
        "period": {"id": period.id, "name": period.name, "first": period.first, "last": period.last},
        "items": [_measure(reading) for reading in found],
    }


@calendar.reads_file("/calendar.ics", CALENDAR_TYPE, "What a calendar program reads (RFC 5545)")
def mine(at: Visit) -> Response:
    """My calendar

    Due dates and meetings, for calendar programs that can send a token. Others take the secret address that
    one makes on the page “My calendar”."""
    return Response(calendar_of(at.session, at.viewer), content_type=CALENDAR_TYPE)


def _place(row: Published) -> tuple[str, str]:
    return row.briefing.published_on.isoformat(), row.ref


def _briefing(row: Published, names: Mapping[str, str]) -> dict[str, Any]:
    kept = row.briefing
    return {
        "ref": row.ref,
        "title": kept.title,
        "published_on": kept.published_on,
        "themes": [names.get(each, each) for each in kept.themes],
        "sections": [
            {"heading": each.get("heading", ""), "text": each.get("text", "")} for each in kept.sections
        ],
    }


def _measure(reading: Reading) -> dict[str, Any]:
    measure = reading.measure
    return {
        "number": measure.number,
        "name": measure.name,
        "formula": measure.formula,
        "exact": reading.exact,
        "figures": [_figure(each) for each in reading.figures],
        "trend": [
            {"quarter": quarter.name, "value": figure.value, "words": figure.words}
            for quarter, figure in reading.trend
        ],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "id": figure.part.id,
        "name": figure.part.name,
        "value": figure.value,
        "words": figure.words,
        "cases": figure.cases,
        "target": figure.target,
        "on_target": figure.on_target,
    }
