"""The band of ages that stands for a date of birth wherever the child is not named."""

from __future__ import annotations

import datetime as dt

BANDS = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (15, "10 to 14"), (18, "15 to 17"))


def age_band(born: dt.date, on: dt.date) -> str:
    """The band of ages that lists and reports show in place of a date of birth."""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((band for below, band in BANDS if age < below), "18 or over")
