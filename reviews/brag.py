"""The colour of an action: calculated, with its word; an owner may only make it worse (practice 2.7)."""

from __future__ import annotations

import datetime as dt

from engine.calendars import Calendar
from reviews.models import Action

WORDS = {
    "blue": "Complete and verified",
    "green": "On track",
    "amber": "At risk",
    "red": "Overdue or off track",
    "grey": "Not started",
}
_RANK = {"green": 0, "amber": 1, "red": 2}
RECENT = 20  # working days in which an update counts as recent


def brag(
    action: Action, *, last_update: dt.date | None, today: dt.date, calendar: Calendar, amber_days: int = 10
) -> str:
    """The colour of an action on a day (Europe/London).

    Blue: verified. Red: overdue, or a forecast missed. Amber: due soon without a recent update, or forecast
    later than due. Grey: not started, or cancelled. Else green.
    """
    if action.status == "verified":
        return "blue"
    if action.status == "cancelled":
        return "grey"
    found = _calculated(action, last_update, today, calendar, amber_days)
    if found == "grey":
        return found
    return max(found, action.worse or "green", key=_RANK.__getitem__)


def _calculated(
    action: Action, last_update: dt.date | None, today: dt.date, calendar: Calendar, amber_days: int
) -> str:
    if action.status == "completed":
        return "green"  # done by its owner in time or not: what is left is the Monitoring chair's to check
    if action.due < today or (action.forecast is not None and action.forecast < today):
        return "red"
    if action.status in ("proposed", "agreed") and last_update is None:
        return "grey"
    recent = last_update is not None and calendar.between(last_update, today) <= RECENT
    due_soon = calendar.between(today, action.due) <= amber_days
    if (due_soon and not recent) or (action.forecast is not None and action.forecast > action.due):
        return "amber"
    return "green"
