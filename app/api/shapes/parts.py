"""Parts that several answers share, and the small words in which shapes are written."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate


class Lasting(Schema):
    """A shape that is made once, where its call is declared, and never changed: a copy of it is itself.

    flask-smorest copies all it has been told about a call at each of the ten decorators of that call, so the
    shapes of all calls stood in memory ten times (docs/decisions/0032).
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Lasting:
        return self


class Shape(Lasting):
    """What is answered: every part is always there, and is null where there is none."""


def _told(words: str) -> dict[str, str]:
    return {"description": words} if words else {}


def a_text(words: str = "", **more: Any) -> fields.String:
    """A text that is always there."""
    return fields.String(required=True, metadata=_told(words), **more)


def maybe(words: str = "", **more: Any) -> fields.String:
    """A text, or null."""
    return fields.String(required=True, allow_none=True, metadata=_told(words), **more)


def yes_or_no(words: str = "") -> fields.Boolean:
    """True or false."""
    return fields.Boolean(required=True, metadata=_told(words))


def a_number(words: str = "", *, none: bool = False) -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, allow_none=none, metadata=_told(words))


def day(words: str = "", *, none: bool = True) -> fields.Date:
    """A date, as 2026-05-04."""
    return fields.Date(required=True, allow_none=none, metadata=_told(words))


def moment(words: str = "", *, none: bool = True) -> fields.DateTime:
    """A moment in UTC, as 2026-05-04T09:00:00+00:00."""
    return fields.DateTime(required=True, allow_none=none, metadata=_told(words))


def listed(inner: Any, words: str = "") -> fields.List[Any]:
    """A list of shapes or fields."""
    held = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
    return fields.List(held, required=True, metadata=_told(words))


def held(inner: Any, words: str = "", *, none: bool = False) -> fields.Nested:
    """A shape within another."""
    return fields.Nested(inner, required=True, allow_none=none, metadata=_told(words))


def answers_of(words: str) -> fields.Dict:
    """Answers by the key of their question."""
    return fields.Dict(keys=fields.String(), required=True, metadata=_told(words))


def a_reason() -> fields.String:
    """Why something is done."""
    return fields.String(
        required=True,
        validate=validate.Length(1, 2000),
        metadata=_told("Why, in a sentence. Do not name a child or family."),
    )


class Named(Shape):
    """Somebody or something, by id and by name."""

    id = a_text()
    name = a_text()


class Version(Shape):
    """One of two versions of a draft."""

    revision = a_number("The revision it is, or was written over.")
    answers = answers_of("The answers so far.")


class Problem(Shape):
    """What went wrong (RFC 9457)."""

    type = a_text("What kind of problem it is: a part of /api/docs.")
    status = a_number("The status of the answer, once more.")
    title = a_text("What it is, in a few words.")
    detail = a_text("What happened, in a sentence for people.")
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Where a question or a part is wrong: a sentence for each, by its key."},
    )
    closed_by = fields.Nested(
        Named, allow_none=True, metadata={"description": "Who completed the step first, with a 409."}
    )
    closed_at = fields.DateTime(
        allow_none=True, metadata={"description": "When the step was completed, with a 409."}
    )
    current = fields.Nested(Version, metadata={"description": "What is kept, with a 412."})
    yours = fields.Nested(Version, metadata={"description": "What you sent, with a 412."})
