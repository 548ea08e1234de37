"""The alert for a theme that comes back (I2): told once when it arises, by a row that stays.

How many reviews within how many months are settings of the partnership (three within twelve at first).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, record
from engine.deadlines.span import add_months
from reviews.acting import mail
from reviews.models import ThemeAlert
from reviews.posts import those_told
from reviews.settings import setting
from reviews.themes.register import REVIEW, counts, mentions

CALENDAR = Actor.system("calendar")
REGISTER = "THEMES"  # the business key of what concerns the register and no review
TOLD = ("qa_chair", "hosl")


def tell_alerts(session: Session, today: dt.date) -> int:
    """Keep and tell each alert that has arisen, and end those that are over; how many have arisen.

    The chair of the QA sub-group and the Head are told; the notice names no theme and no review.
    """
    months = int(setting(session, "theme_alert_months"))
    found = _coming_back(session, today, months)
    standing = {row.theme: row for row in open_alerts(session)}
    for theme, row in standing.items():
        if theme not in found:
            row.over_on = today
            _note(session, "theme_alert_over", theme)
    arisen = sorted(found.keys() - standing.keys())
    for theme in arisen:
        session.add(ThemeAlert(theme=theme, arose_on=today, reviews=found[theme], months=months))
        _note(session, "theme_alert_arose", theme)
    if arisen:
        people = {person for role in TOLD for person in those_told(session, role, None, today)}
        mail(session, sorted(people), "theme_comes_back", REGISTER)
    return len(arisen)


def open_alerts(session: Session) -> list[ThemeAlert]:
    """The alerts that stand, the newest first."""
    query = select(ThemeAlert).where(ThemeAlert.over_on.is_(None))
    return list(session.scalars(query.order_by(ThemeAlert.arose_on.desc(), ThemeAlert.theme)))


def _coming_back(session: Session, today: dt.date, months: int) -> dict[str, int]:
    """Themes in at least as many reviews as the setting says, with how many."""
    least = int(setting(session, "theme_alert"))
    since = add_months(today, -months) + dt.timedelta(days=1)
    named = [each for each in mentions(session, since=since, until=today) if each.source == REVIEW]
    found = {theme: len(counted.reviews) for theme, counted in counts(named).items()}
    return {theme: number for theme, number in found.items() if number >= least}


def _note(session: Session, subject: str, theme: str) -> None:
    record(
        session,
        kind="record.changed",
        business_key=REGISTER,
        actor=CALENDAR,
        subject=subject,
        details={"theme": theme},
    )
