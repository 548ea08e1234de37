"""The action board: every action this person may see, with its colour in words, ordered by due date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Calendar, house, local_date
from reviews.models import OPEN_STATUSES, Action, ActionUpdate, Review
from reviews.permissions import Viewer, visible_actions
from reviews.settings import setting

BRAG: dict[str, tuple[str, str]] = {  # the words, and the tag's colour that repeats them
    "red": ("Late or off track", "red"),
    "amber": ("At risk", "orange"),
    "green": ("On track", "green"),
    "blue": ("Done and verified", "blue"),
    "grey": ("Not started", "grey"),
}
RECENT = 20  # working days: an update every month
SHOWN = {"open": "Open", "closed": "Done or cancelled"}


@dataclass(frozen=True)
class Row:
    """One action on the board."""

    action: Action
    review: str
    brag: str
    words: str
    colour: str


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to."""

    agency: str = ""
    brag: str = ""
    shown: str = "open"
    mine: bool = False
    review: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filters:
        """The filters of an address; what it does not know is left out."""
        brag, shown = asked.get("brag", ""), asked.get("shown", "open")
        return cls(
            asked.get("agency", "").strip()[:60],
            brag if brag in BRAG else "",
            shown if shown in SHOWN else "open",
            asked.get("mine") == "yes",
        )


def board(session: Session, viewer: Viewer, filters: Filters, today: dt.date) -> list[Row]:
    """Every action that fits, earliest due first. The colour is worked out here: it is never stored."""
    updated = (
        select(func.max(ActionUpdate.at)).where(ActionUpdate.action == Action.id).correlate(Action).scalar_subquery()
    )
    query = visible_actions(viewer).add_columns(
        select(Review.ref).where(Review.id == Action.review).correlate(Action).scalar_subquery(), updated
    )
    open_ones = Action.status.in_((*OPEN_STATUSES, "proposed"))
    query = query.order_by(Action.due, Action.ref)
    if filters.shown:
        query = query.where(open_ones if filters.shown == "open" else ~open_ones)
    if filters.review:
        query = query.where(Action.review == select(Review.id).where(Review.ref == filters.review).scalar_subquery())
    if filters.agency:
        query = query.where(Action.agency == filters.agency)
    if filters.mine:
        query = query.where(Action.owner == viewer.person)
    calendar, near = house(session).calendar, int(setting(session, "action_amber_days"))
    rows = [
        _row(action, ref, local_date(at) if at else None, today, calendar, near)
        for action, ref, at in session.execute(query)
    ]
    return [row for row in rows if not filters.brag or row.brag == filters.brag]


def brag(action: Action, updated: dt.date | None, today: dt.date, calendar: Calendar, near: int) -> str:
    """The colour of an action (2.7). Its owner may make it worse, never better."""
    found = _worked_out(action, updated, today, calendar, near)
    order = ("red", "amber", "green")
    if action.worse in order and found in order:
        return min(found, action.worse, key=order.index)
    return found


def _worked_out(action: Action, updated: dt.date | None, today: dt.date, calendar: Calendar, near: int) -> str:
    if action.status == "verified":
        return "blue"
    if action.status in ("proposed", "cancelled"):
        return "grey"
    if action.status == "completed":
        return "green"
    if action.due < today or (action.forecast is not None and action.forecast < today):
        return "red"
    last = updated or action.agreed_on or action.proposed_on
    stale = calendar.between(last, today) > RECENT if last < today else False
    soon = calendar.between(today, action.due) <= near
    if (soon and stale) or (action.forecast is not None and action.forecast > action.due):
        return "amber"
    return "green"


def _row(
    action: Action, ref: str, updated: dt.date | None, today: dt.date, calendar: Calendar, near: int
) -> Row:
    colour = brag(action, updated, today, calendar, near)
    words, tag = BRAG[colour]
    if action.status == "cancelled":
        words = "Cancelled"
    elif action.status == "completed":
        words = "Evidence sent, to be verified"
    return Row(action, ref, colour, words, tag)
