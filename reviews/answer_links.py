"""Where a reminder of one step leads: to the page of four answers, for somebody who may do that step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import NotFound, house, local_date, task
from reviews.permissions import PRIVATE_STEPS, may_do, viewer_for


def answer_place(session: Session, recipient: str, items: Sequence[Mapping[str, Any]]) -> str:
    """Where a reminder of one task is answered, for somebody who may do it; "" for every other notice."""
    if len(items) != 1 or not items[0].get("task"):
        return ""
    try:
        row = task(session, UUID(str(items[0]["task"])))
    except NotFound:
        return ""
    viewer = viewer_for(session, recipient, local_date(house(session).clock.now()))
    if row.step in PRIVATE_STEPS or row.status != "open" or not may_do(session, viewer, row):
        return ""
    return f"answer/{row.id}"
