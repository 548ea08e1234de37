"""Dates and times as people write them: three boxes, a month by number or by name, "9:30am" or "14:00"."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from forms.questions import lower_first

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
PARTS = ("day", "month", "year")
EARLIEST, LATEST = 1900, 2100  # outside these years a date is a slip of the keyboard
_LONGEST_PART = 20
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm|a\.m\.|p\.m\.)?")
_NAMED_TIMES = {"midday": dt.time(12), "noon": dt.time(12), "midnight": dt.time(0)}
_NOON_HOUR = 12


class DateParts(NamedTuple):
    """The three boxes as typed, trimmed."""

    day: str
    month: str
    year: str


class DateProblem(ValueError):
    """What is wrong with a date: a sentence, with `{name}` for the answer's name, and its boxes."""

    def __init__(self, sentence: str, parts: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.parts = parts

    def about(self, name: str) -> str:
        """The sentence for the answer called `name`."""
        return self.sentence.replace("{name}", name)


def parts_of(raw: object) -> DateParts:
    """The boxes of what was sent: a mapping of the three, an ISO date, or "13 Feb 2026". Never raises."""
    if isinstance(raw, dict):
        return DateParts(*(_part(raw.get(part)) for part in PARTS))
    if not isinstance(raw, str):
        return DateParts("", "", "") if raw is None else DateParts("?", "?", "?")
    text = raw.strip()[: 3 * _LONGEST_PART]
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text):
        return DateParts(iso[3], iso[2], iso[1])
    pieces = [piece for piece in re.split(r"[\s/.,-]+", text) if piece]
    if len(pieces) > len(PARTS):
        return DateParts("?", "?", "?")
    return DateParts(*(pieces + [""] * (len(PARTS) - len(pieces))))


def parse_date(raw: object) -> dt.date:
    """The date that was typed. Raises DateProblem, the most specific fault first."""
    parts = parts_of(raw)
    missing = tuple(part for part, typed in zip(PARTS, parts, strict=True) if not typed)
    if missing:
        raise DateProblem(f"{{name}} must include {_listed(missing)}", missing)
    day, month, year = _number(parts.day, 2), _month(parts.month), _number(parts.year, 4)
    if year is not None and len(parts.year) != 4:
        raise DateProblem("{name} must include a year with 4 numbers, like 2026", ("year",))
    if month is None or year is None or day is None:
        wrong = tuple(p for p, n in zip(PARTS, (day, month, year), strict=True) if n is None)
        raise DateProblem("{name} must be a real date", wrong)
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise DateProblem("{name} must be a real date", PARTS) from None
    if not EARLIEST <= found.year <= LATEST:
        raise DateProblem(f"{{name}} must be between the years {EARLIEST} and {LATEST}", ("year",))
    return found


def check_range(found: dt.date, *, earliest: Bound | None, latest: Bound | None) -> None:
    """Raise DateProblem when `found` is before `earliest` or after `latest` (both inclusive)."""
    if earliest and found < earliest.date:
        raise DateProblem("{name} must be " + earliest.words("today or in the future", "or after"), PARTS)
    if latest and found > latest.date:
        raise DateProblem("{name} must be " + latest.words("today or in the past", "or before"), PARTS)


class Bound(NamedTuple):
    """One end of a range: the date, and where it comes from: today, another answer, or the form itself."""

    date: dt.date
    today: bool = False
    named: str = ""

    def words(self, if_today: str, side: str) -> str:
        """This bound in an error sentence."""
        if self.today:
            return if_today
        if self.named:
            return f"the same as {side} the {lower_first(self.named)}".replace("the the ", "the ")
        return f"on {side} {long_date(self.date)}"


def long_date(date: dt.date) -> str:
    """23 November 2026."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def parse_time(raw: object) -> dt.time | None:
    """The time that was typed ("9:30am", "2pm", "14:00", "midday"), or None when it is not one."""
    if not isinstance(raw, str):
        return None
    text = raw.strip().lower()[:_LONGEST_PART]
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text]
    match = _TIME.fullmatch(text)
    if not match or not (match[2] or match[3]):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    if half:
        if not 1 <= hour <= _NOON_HOUR:
            return None
        hour = hour % _NOON_HOUR + (_NOON_HOUR if half == "pm" else 0)
    try:
        return dt.time(hour, minute)
    except ValueError:
        return None


def spoken_time(text: str) -> str:
    """A kept time as people read it: "09:30" -> "9:30am", "14:00" -> "2pm"."""
    time = dt.time.fromisoformat(text)
    hour = time.hour % _NOON_HOUR or _NOON_HOUR
    half = "am" if time.hour < _NOON_HOUR else "pm"
    return f"{hour}:{time.minute:02}{half}" if time.minute else f"{hour}{half}"


def _part(typed: object) -> str:
    if isinstance(typed, bool) or not isinstance(typed, str | int):
        return "" if typed is None else "?"
    return str(typed).strip()[:_LONGEST_PART]


def _number(text: str, digits: int) -> int | None:
    # ASCII digits only: int() would take digits of every script, and spaces and underscores.
    return int(text) if re.fullmatch(f"[0-9]{{1,{digits}}}", text) else None


def _month(text: str) -> int | None:
    number = _number(text, 2)
    if number is not None:
        return number
    word = text.lower().rstrip(".")
    for index, name in enumerate(MONTHS, start=1):
        if word in (name.lower(), name[:3].lower()):
            return index
    return 9 if word == "sept" else None


def _listed(parts: tuple[str, ...]) -> str:
    return "a " + " and ".join(parts)
