"""Working days: bank holidays by nation, closures, and every count explained.

`working_days` counts on whatever days it is given; `bank_holidays` knows which days those are in each nation.
"""

from engine.calendars.bank_holidays import (
    ENGLAND_AND_WALES,
    HORIZON,
    REGIONS,
    calendar_of,
    england_and_wales,
    northern_ireland,
    published_until,
    scotland,
)
from engine.calendars.wording import long_date, short_date, with_article
from engine.calendars.working_days import Calendar, CalendarEnds, Roll, Sum

__all__ = [
    "ENGLAND_AND_WALES",
    "HORIZON",
    "REGIONS",
    "Calendar",
    "CalendarEnds",
    "Roll",
    "Sum",
    "calendar_of",
    "england_and_wales",
    "long_date",
    "northern_ireland",
    "published_until",
    "scotland",
    "short_date",
    "with_article",
]
