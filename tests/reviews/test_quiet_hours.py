"""Notices leave when people are at work; an urgent one leaves at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Kind, OwnDay, change_calendar
from engine.clock import ZONE
from engine.models import Outbox
from engine.outbox import queue_mail
from reviews.models import Setting
from reviews.quiet_hours import quiet_until


def london(day: str, time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "time", "leaves_on", "leaves_at"),
    [
        ("2026-05-06", "09:30", "2026-05-06", "09:30"),
        ("2026-05-06", "06:59", "2026-05-06", "07:00"),
        ("2026-05-06", "19:00", "2026-05-07", "07:00"),
        ("2026-05-08", "20:00", "2026-05-11", "07:00"),  # Friday night
        ("2026-05-03", "11:00", "2026-05-05", "07:00"),  # Sunday before the Early May bank holiday
        ("2026-03-27", "21:00", "2026-03-30", "07:00"),  # the clocks go forward on Sunday
        ("2026-10-23", "21:00", "2026-10-26", "07:00"),  # and back
    ],
)
def test_a_notice_waits_until_people_are_at_work(
    session: Session, day: str, time: str, leaves_on: str, leaves_at: str
) -> None:
    assert quiet_until(session, london(day, time)) == london(leaves_on, leaves_at)


def test_a_closure_of_the_partnership_is_quiet_too(session: Session) -> None:
    closed = OwnDay(dt.date(2026, 5, 7), Kind.CLOSURE, "Staff day")
    change_calendar(session, "england-and-wales", [closed], by=Actor("u_office"))
    assert quiet_until(session, london("2026-05-06", "20:00")) == london("2026-05-08", "07:00")


def test_the_hours_are_the_partnerships_to_choose(session: Session) -> None:
    now = london("2026-05-06", "09:30")
    session.add(Setting(id="notices_from", value="10:00"))
    assert quiet_until(session, now) == london("2026-05-06", "10:00")
    session.add(Setting(id="notices_to", value="10:00"))
    assert quiet_until(session, now) == now, "no hours at all: nothing waits"


def test_an_urgent_notice_does_not_wait(session: Session) -> None:
    night = dt.timedelta(hours=9)
    database = session.info["house"]
    database.domain = replace(database.domain, quiet_until=lambda _session, moment: moment + night)
    for text, urgent in (("invitation", False), ("handed_over", True)):
        queue_mail(session, to="u_csc", text=text, about="MALR-2026-001", facts={}, urgent=urgent)
    session.flush()
    waits = {row.payload["text"]: row.next_at - row.created_at for row in session.scalars(select(Outbox))}
    assert waits == {"invitation": dt.timedelta(hours=9), "handed_over": dt.timedelta(0)}
