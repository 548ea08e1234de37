"""Moving the demonstration to the present: every date by whole weeks, so that weekdays stay."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_IN_TEXT = re.compile(rf"\b(\d{{1,2}}) ({MONTHS}) (\d{{4}})\b")


def weeks_between(anchor: dt.date, today: dt.date) -> int:
    """Whole weeks from the anchor's week to today's."""
    monday = today - dt.timedelta(days=today.weekday())
    return (monday - (anchor - dt.timedelta(days=anchor.weekday()))).days // 7


def moved(value: Any, weeks: int) -> Any:
    """The same structure with every date, also those written out in texts, moved by whole weeks."""
    if isinstance(value, dict):
        return {key: moved(inner, weeks) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, weeks) for inner in value]
    if isinstance(value, dt.date):
        return value + dt.timedelta(weeks=weeks)
    if isinstance(value, str) and weeks:
        return _IN_TEXT.sub(lambda found: _moved_words(found.group(0), weeks), value)
    return value


def _moved_words(words: str, weeks: int) -> str:
    day = dt.datetime.strptime(words, "%d %B %Y").replace(tzinfo=dt.UTC).date() + dt.timedelta(weeks=weeks)
    return f"{day.day} {day:%B %Y}"
