"""Calendars: one meeting as a file, and a person's own feed at a secret address, filtered at every look by
what they may see that day; by reference only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.calendar_mail import add_calendar
from app.post import SmtpPost
from engine.models import Outbox
from reviews.models import CalendarAddress, Conflict, Invitation, Meeting, Person, PersonRole, Review
from tests.app.conftest import SECRET_NAME, A, B, Browser, House
from tests.app.test_post import Box, box

__all__ = ["box"]
SignIn = Callable[[str], Browser]
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/calendar/[\w-]+\.ics)")


def address(browser: Browser) -> str:
    """Make an address on the page; where it leads."""
    found = ADDRESS.search(browser.post("/work/calendar").text)
    assert found
    return found[1]


def summaries(text: str) -> list[str]:
    return sorted(str(event["SUMMARY"]) for event in Calendar.from_ical(text).walk("VEVENT"))


def test_a_feed_holds_due_dates_and_meetings_by_reference(sign_in: SignIn, visitor: Browser) -> None:
    feed = visitor.get(address(sign_in("u_police")))
    assert feed.status_code == 200
    assert feed.content_type == "text/calendar; charset=utf-8"
    assert feed.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in feed.headers
    assert summaries(feed.text) == [f"Due: Prepare for the meeting, {A}", f"Review meeting {A}"]
    assert SECRET_NAME not in feed.text
    (task,) = [event for event in Calendar.from_ical(feed.text).walk("VEVENT") if "Due" in event["SUMMARY"]]
    assert task["DTSTART"].params["VALUE"] == "DATE", "a whole day"


def test_a_calendar_program_may_ask_for_the_head_only(sign_in: SignIn, visitor: Browser) -> None:
    where = address(sign_in("u_police"))
    assert visitor.client.head(where).status_code == 200
    assert visitor.client.post(where).status_code in (403, 405)


def test_a_feed_shows_nothing_of_another_agencys_review(sign_in: SignIn, visitor: Browser) -> None:
    police, housing = address(sign_in("u_police")), address(sign_in("u_housing"))
    assert A not in visitor.get(housing).text
    assert B not in visitor.get(police).text


def test_an_invitation_does_not_outlive_the_right_to_see(
    house: House, sign_in: SignIn, visitor: Browser
) -> None:
    where = address(sign_in("u_housing"))
    with house.database.write() as session:  # invited once, but the agency has no part in the review
        meeting = session.scalars(select(Meeting)).one()
        session.add(Invitation(meeting=meeting.id, agency="hou", person="u_housing"))
    assert A not in visitor.get(where).text


def test_a_feed_is_filtered_on_the_day_it_is_read(house: House, sign_in: SignIn, visitor: Browser) -> None:
    where = address(sign_in("u_police"))
    assert A in visitor.get(where).text
    with house.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == A)).one()
        now = house.clock.now()
        session.add(
            Conflict(review=review.id, person="u_police", reason="", declared_at=now, declared_by="u_hosl")
        )
    assert summaries(visitor.get(where).text) == []


def test_a_restricted_review_leaves_the_feeds_of_those_it_does_not_name(
    house: House, sign_in: SignIn, visitor: Browser
) -> None:
    where = address(sign_in("u_police"))
    with house.database.write() as session:
        session.scalars(select(Review).where(Review.ref == A)).one().restricted = True
    assert summaries(visitor.get(where).text) == []


def test_somebody_whose_role_has_ended_reads_an_empty_calendar(
    house: House, sign_in: SignIn, visitor: Browser
) -> None:
    where = address(sign_in("u_police"))
    with house.database.write() as session:
        role = session.scalars(select(PersonRole).where(PersonRole.person == "u_police")).one()
        role.to_on = house.clock.now().date() - timedelta(days=1)
    assert summaries(visitor.get(where).text) == []


def test_an_inactive_person_and_an_unknown_token_get_404(
    house: House, sign_in: SignIn, visitor: Browser
) -> None:
    where = address(sign_in("u_police"))
    with house.database.write() as session:
        session.get_one(Person, "u_police").active = False
    for path in (where, "/calendar/nothing.ics"):
        answer = visitor.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_is_shown_once_replaced_and_ended(house: House, sign_in: SignIn, visitor: Browser) -> None:
    police = sign_in("u_police")
    assert "no calendar address yet" in police.get("/work/calendar").text
    first = address(police)
    token = first.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in police.get("/work/calendar").text, "shown once"
    with house.database.read() as session:
        row = session.scalars(select(CalendarAddress)).one()
        assert row.digest == hashlib.sha256(token.encode()).hexdigest(), "only its digest is kept"
    second = address(police)
    assert visitor.get(first).status_code == 404
    assert visitor.get(second).status_code == 200
    assert police.post("/work/calendar/end").status_code == 303
    assert visitor.get(second).status_code == 404


def test_who_is_invited_or_sees_the_meetings_takes_the_meeting_along(sign_in: SignIn) -> None:
    path = f"/reviews/{A}/meeting.ics"
    for person in ("u_police", "u_chair", "u_office"):
        answer = sign_in(person).get(path)
        assert answer.status_code == 200, person
        assert summaries(answer.text) == [f"Review meeting {A}"]
        assert path in sign_in(person).get(f"/reviews/{A}{'/meetings' if person != 'u_police' else ''}").text
    assert sign_in("u_housing").get(path).status_code == 404


def test_who_sees_the_review_but_was_not_invited_gets_no_file(house: House, sign_in: SignIn) -> None:
    with house.database.write() as session:
        for row in session.scalars(select(Invitation).where(Invitation.person == "u_police2")):
            session.delete(row)
    assert sign_in("u_police2").get(f"/reviews/{A}").status_code == 200
    assert sign_in("u_police2").get(f"/reviews/{A}/meeting.ics").status_code == 404


def test_an_invitation_leaves_as_words_with_the_calendar_beside_them(
    house: House, box: tuple[Box, str]
) -> None:
    taken, where = box
    with house.database.read() as session:
        notice = session.scalars(
            select(Outbox).where(
                Outbox.kind == "mail",
                Outbox.recipient == "u_police",
                Outbox.payload["text"].as_string() == "invitation",
            )
        ).one()
        SmtpPost(where, "https://roundtable.example").send(session, notice)
    (letter,) = taken.taken
    words = letter.get_body(("plain",))
    assert words is not None and A in words.get_content()
    (part,) = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    assert part["Content-Type"].params["method"] == "REQUEST"
    calendar: Any = Calendar.from_ical(part.get_content())
    assert calendar["METHOD"] == "REQUEST"
    (event,) = calendar.walk("VEVENT")
    assert event["ORGANIZER"] == "mailto:no-reply@roundtable.example"
    assert SECRET_NAME not in letter.as_string()


@pytest.mark.parametrize("part", [None, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_a_letter_about_no_meeting_stays_as_it_is(part: bytes | None) -> None:
    letter = EmailMessage()
    letter.set_content("Words")
    add_calendar(letter, part)
    assert letter.get_content_type() == "text/plain"
