"""What is published: learning and measures."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.api.cursors import Paged
from app.api.shapes.parts import Lasting, Shape, a_number, a_text, day, held, listed, maybe, yes_or_no
from reviews.measures.shape import BODIES


class LearningQuery(Paged):
    """Which briefings."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Words that a briefing holds."},
    )
    theme = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"description": "Of one theme, by its id."},
    )


class Section(Shape):
    """One section of a briefing."""

    heading = a_text()
    text = a_text()


class BriefingShape(Shape):
    """A seven-minute briefing."""

    ref = a_text("The reference of its review.")
    title = a_text()
    published_on = day(none=False)
    themes = fields.List(fields.String(), required=True)
    sections = listed(Section)


class LearningPage(Shape):
    """One page of briefings."""

    items = listed(BriefingShape)
    next = maybe("The cursor of the next page; null on the last.")


class MeasureQuery(Lasting):
    """Whose measures, and of which days."""

    body = fields.String(
        load_default="board",
        validate=validate.OneOf(list(BODIES)),
        metadata={"description": "The measures that a body looks at."},
    )
    period = fields.String(
        load_default="",
        validate=validate.Length(max=20),
        metadata={"description": "A period by its id; the present quarter without one."},
    )
    since = fields.Date(metadata={"description": "The first day, with `until` in place of a period."})
    until = fields.Date(metadata={"description": "The last day."})


class Period(Shape):
    """From when until when."""

    id = a_text("Nothing for days of one's own choosing.")
    name = a_text()
    first = day(none=False)
    last = day(none=False)


class FigureShape(Shape):
    """One number of a measure."""

    id = a_text()
    name = a_text()
    value = fields.Float(
        required=True, allow_none=True, metadata={"description": "Null where there is nothing to count."}
    )
    words = a_text("The number as people say it.")
    cases = a_number("Of how many.")
    target = fields.Float(required=True, allow_none=True)
    on_target = fields.Boolean(required=True, allow_none=True)


class Trend(Shape):
    """The headline in one quarter."""

    quarter = a_text()
    value = fields.Float(required=True, allow_none=True)
    words = a_text()


class MeasureShape(Shape):
    """One measure. The first figure is its headline."""

    number = a_number()
    name = a_text()
    formula = a_text("What is counted, in words.")
    exact = yes_or_no("False where small numbers are hidden, so that no one child can be told.")
    figures = listed(FigureShape)
    trend = listed(Trend)


class Measures(Shape):
    """The measures that a body looks at."""

    body = a_text()
    period = held(Period)
    items = listed(MeasureShape)


LEARNING: dict[str, Any] = {
    "items": [
        {
            "ref": "MALR-2026-123",
            "title": "Ask again",
            "published_on": "2026-08-03",
            "themes": ["Neglect"],
            "sections": [{"heading": "What happened", "text": "A child was missing from school."}],
        }
    ],
    "next": None,
}
MEASURES: dict[str, Any] = {
    "body": "board",
    "period": {
        "id": "2026-q1",
        "name": "Quarter 1, April to June 2026",
        "first": "2026-04-01",
        "last": "2026-06-30",
    },
    "items": [
        {
            "number": 1,
            "name": "Decided in time",
            "formula": "Referrals decided within 10 working days, of all that were decided",
            "exact": True,
            "figures": [
                {
                    "id": "in_time",
                    "name": "Decided in time",
                    "value": 80.0,
                    "words": "80% (4 of 5)",
                    "cases": 5,
                    "target": 90.0,
                    "on_target": False,
                }
            ],
            "trend": [{"quarter": "Quarter 4", "value": 75.0, "words": "75% (3 of 4)"}],
        }
    ],
}
