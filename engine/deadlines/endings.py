"""What may end a deadline sentence: what becomes of a day on which nobody works, and a time of day."""

from __future__ import annotations

import re
from datetime import time

from engine.calendars import Roll
from engine.deadlines.errors import DeadlineError

_ENDINGS = re.compile(
    r"(?P<count>.*?)(?:,\s*or the (?P<roll>next working day|working day before))?"
    r"(?:,\s*by (?P<by>\d{1,2}:\d{2}))?\s*",
    re.IGNORECASE | re.DOTALL,
)


def endings(text: str) -> tuple[str, Roll, time | None]:
    """What stands before these endings, and what they say. Raises DeadlineError for a time that is none."""
    found = _ENDINGS.fullmatch(text)
    assert found is not None  # every part of it may be empty
    rolled = (found["roll"] or "").lower()
    roll = Roll.FORWARD if "next" in rolled else Roll.BACK if rolled else Roll.KEEP
    if not found["by"]:
        return found["count"], roll, None
    hour, minute = map(int, found["by"].split(":"))
    if hour > 23 or minute > 59:
        raise DeadlineError("A time of day is between 0:00 and 23:59.", found.start("by"), "by 12:00")
    return found["count"], roll, time(hour, minute)
