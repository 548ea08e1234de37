"""Small column shapes that every table of this package shares."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from sqlalchemy import JSON, CheckConstraint, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

Key = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
Name = Annotated[str, mapped_column(String(200))]
Code = Annotated[str, mapped_column(String(60))]
PersonId = Annotated[str, mapped_column(String(80))]
Words = Annotated[str, mapped_column(Text, default="")]
Codes = Annotated[list[str], mapped_column(JSON, default=list)]


class AnswerOnALadder:
    """What is kept of each answer on a ladder of escalation: on which step, what, and who gave it."""

    step: Mapped[Code]
    decision: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[Words]
    new_date: Mapped[dt.date | None]
    given_by: Mapped[PersonId]
    given_on: Mapped[dt.date]


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A check, named after its column, that keeps it to the listed words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
