"""Small column shapes that every table of this package shares."""

from __future__ import annotations

import uuid
from typing import Annotated

from sqlalchemy import JSON, CheckConstraint, String, Text, Uuid
from sqlalchemy.orm import mapped_column

Key = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
Name = Annotated[str, mapped_column(String(200))]
Code = Annotated[str, mapped_column(String(60))]
PersonId = Annotated[str, mapped_column(String(80))]
Words = Annotated[str, mapped_column(Text, default="")]
Codes = Annotated[list[str], mapped_column(JSON, default=list)]


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A check, named after its column, that keeps it to the listed words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
