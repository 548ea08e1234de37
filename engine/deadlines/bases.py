"""What a deadline counts from: the opening of a step, a process variable, or another deadline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.clock import end_of_day, in_utc, local_date, start_of_day
from engine.deadlines.errors import DeadlineError

# The name of the deadline of the task that an event is attached to.
DUE = "due"

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")
# A year outside these is a slip of the keyboard (0026, 20266), not a date to count from.
_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a count starts: its local day, and the moment from which hours are counted."""

    day: date
    moment: datetime


def opening(start: datetime) -> Origin:
    """The opening of the step, an aware moment. Raises ValueError without a time zone."""
    return Origin(local_date(start), in_utc(start))


def origin(base: str, position: int, variables: Mapping[str, object], due: date | None) -> Origin | None:
    """The value of a base, or None while it is not known. Raises DeadlineError when it is no date.

    Hours count from the first moment of a day that is a variable, and from the end of a day that is a
    deadline, since a deadline is met until then.
    """
    if base == DUE:
        return None if due is None else Origin(due, end_of_day(due))
    value = _find(base, position, variables)
    if value is None:
        return None
    found = _read(value)
    if found is None or found.year not in _YEARS:
        raise DeadlineError(
            f"A deadline counts from {base}, which holds {_shown(value)}. It must hold a date such as "
            "2026-12-03, or a date and time with its offset such as 2026-12-03T14:00:00+00:00.",
            position,
        )
    if isinstance(found, datetime):
        return opening(found)
    return Origin(found, start_of_day(found))


def _find(path: str, position: int, variables: Mapping[str, object]) -> object | None:
    """Walk a dotted path; None where something is missing on the way."""
    value: object = variables
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise DeadlineError(
                f"A deadline counts from {path}, but what comes before {name} has no parts.", position
            )
        value = value.get(name)
    return value


def _read(value: object) -> date | None:
    """A date, an aware datetime, or None for anything else."""
    if isinstance(value, datetime):
        return value if value.utcoffset() is not None else None
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
        return datetime.fromisoformat(value) if _DATE_TIME.fullmatch(value) else None
    except ValueError:
        return None


def _shown(value: object) -> str:
    """Enough of a wrong value to recognise the mistake; never a text, which could name a person."""
    if isinstance(value, datetime) and value.utcoffset() is None:
        return "a date and time without its offset"
    if isinstance(value, str) and re.fullmatch(r"[\d:TZ+./ -]{1,40}", value):
        return f'"{value}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    kinds = {str: "a text", bool: "yes or no", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "something else")
