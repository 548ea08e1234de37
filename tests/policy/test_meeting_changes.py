"""A meeting is moved or cancelled at any time (P6, P7): the deadlines around it follow, those invited are
told once, and their calendars with them.
"""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from engine.models import Outbox
from reviews.calendar_files import calendar_part
from tests.policy import answers
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import MEETING, at_agenda, at_meeting, at_meeting_date

MOVED = dt.date(2026, 5, 20)
IN_THE_HOLIDAYS = dt.date(2026, 8, 5)
Parts = list[tuple[str, str, Calendar]]


@pytest.fixture
def parts(partnership: Partnership) -> Parts:
    """What each letter brings for a calendar: to whom, which text, the file."""
    kept: Parts = []
    deliver = partnership.send

    def send(session: Session, notice: Outbox) -> None:
        part = calendar_part(session, notice, organiser="no-reply@roundtable.example")
        if part is not None:
            assert all(len(line) <= 75 for line in part.split(b"\r\n"))
            kept.append((notice.recipient or "", notice.payload["text"], Calendar.from_ical(part)))
        deliver(session, notice)

    partnership.send = send  # type: ignore[method-assign]
    return kept


def of(parts: Parts, person: str, text: str) -> Calendar:
    (found,) = [part for to, what, part in parts if (to, what) == (f"u_{person}", text)]
    return found


def event(part: Calendar) -> dict[str, str]:
    (found,) = part.walk("VEVENT")
    told = {name: found.decoded(name) for name in ("SUMMARY", "SEQUENCE", "UID", "STATUS", "LOCATION")}
    words = {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in told.items()}
    return {"METHOD": str(part["METHOD"]), "BEGINS": found.decoded("DTSTART").isoformat(), **words}


def moves(person: Person, ref: str, on: dt.date, time: str = "2pm", reason: str = "") -> Page:
    page = person.open(f"/reviews/{ref}/meeting/move")
    assert page.status == 200, page.words
    return person.submit(page.form(), page.path, {"date": on, "time": time, "reason": reason})


def cancels(person: Person, ref: str, reason: str = "The hall is closed.") -> Page:
    page = person.open(f"/reviews/{ref}/meeting/cancel")
    assert page.status == 200, page.words
    return person.submit(page.form(), page.path, {"reason": reason})


def test_an_invitation_brings_the_meeting_by_reference_only(partnership: Partnership, parts: Parts) -> None:
    p = partnership
    ref = at_meeting_date(p)
    p.ellis.does("meeting_date", answers.meeting_date(MEETING), ref)
    p.tick()
    told = event(of(parts, "ashby", "invitation"))
    assert (told["METHOD"], told["SEQUENCE"]) == ("REQUEST", "0")
    assert told["SUMMARY"] == f"Review meeting {ref}"
    assert told["LOCATION"] == "Meeting room 2"
    assert told["BEGINS"] == "2026-05-11T08:30:00+00:00", "half past nine in summer time"
    guest = of(parts, "ashby", "invitation").walk("VEVENT")[0]["ATTENDEE"]
    assert guest == "mailto:ashby.c@thornmere.example"


def test_a_moved_meeting_takes_its_deadlines_along_and_each_is_told_once(
    partnership: Partnership, parts: Parts
) -> None:
    p = partnership
    ref = at_agenda(p)
    p.tick()
    before = {name: len(p.letters_to(name)) for name in ("ashby", "emery", "dale", "frankie")}
    assert p.ellis.finds("meeting_agenda", ref).due.endswith("1 May 2026")
    sent = moves(p.ellis, ref, MOVED)
    assert sent.path == f"/reviews/{ref}/meetings"
    p.tick()
    p.tick()
    for name, number in before.items():
        assert p.letters_to(name)[number:] == [f"{ref}: the meeting is now on 20 May 2026"], name
        told = event(of(parts, name, "meeting_moved"))
        assert (told["METHOD"], told["SEQUENCE"]) == ("REQUEST", "1"), name
        assert told["BEGINS"] == "2026-05-20T13:00:00+00:00"
    assert p.ellis.finds("meeting_agenda", ref).due.endswith("13 May 2026")
    moves(p.ellis, ref, MOVED, "3pm")
    p.tick()
    told = [event(part) for to, text, part in parts if (to, text) == ("u_ashby", "meeting_moved")]
    assert [each["SEQUENCE"] for each in told] == ["1", "2"]
    assert len({each["UID"] for each in told}) == 1


def test_a_late_or_holiday_date_takes_a_reason_and_the_same_date_tells_nobody(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_agenda(p)
    sent = moves(p.ellis, ref, IN_THE_HOLIDAYS)
    assert sent.status == 422
    assert "school holidays" in " ".join(sent.errors())
    assert moves(p.ellis, ref, MEETING, "9:30am").errors() == ["The meeting is then and there already."]
    assert moves(p.ellis, ref, dt.date(2026, 4, 1)).errors() == [
        "Date of the meeting must be today or in the future"
    ]
    p.tick()
    assert not any("is now on" in subject for subject in p.letters_to("ashby"))
    moves(p.ellis, ref, IN_THE_HOLIDAYS, reason="The only day when the school can come.")
    assert "The only day when the school can come." in p.ellis.open(f"/reviews/{ref}/meetings").words


def test_only_who_arranges_meetings_moves_or_cancels_one(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    for address in (f"/reviews/{ref}/meeting/move", f"/reviews/{ref}/meeting/cancel"):
        assert p.ashby.open(address).status == 403
        assert p.marley.open(address).status == 404
        assert p.frankie.open(address).status == 200, "the chair may"


def test_a_cancelled_meeting_leaves_calendars_and_waits_for_a_new_date(
    partnership: Partnership, parts: Parts
) -> None:
    p = partnership
    ref = at_agenda(p)
    p.tick()
    parts.clear()
    assert cancels(p.ellis, ref, "").errors() == ["Enter a reason in a few words"]
    assert cancels(p.ellis, ref).path == f"/reviews/{ref}/meetings"
    p.tick()
    for name in ("ashby", "emery", "dale", "frankie"):
        told = event(of(parts, name, "meeting_cancelled"))
        assert (told["METHOD"], told["STATUS"], told["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1"), name
        assert p.letters_to(name).count(f"{ref}: the meeting on 11 May 2026 is cancelled") == 1
    assert not any("The hall is closed" in letter.body for _, letter in p.letters)
    assert "The hall is closed." in p.ellis.open(f"/reviews/{ref}/meetings").words
    assert p.ellis.open(f"/reviews/{ref}/meeting/cancel").status == 404, "nothing is planned"
    gone = of(parts, "ashby", "meeting_cancelled")
    assert not p.ellis.has("meeting_agenda", ref)
    assert p.ellis.finds("meeting_date", ref).due.startswith("due in 5 working days")
    p.ellis.does("meeting_date", answers.meeting_date(MOVED), ref)
    p.tick()
    again = event(of(parts, "ashby", "invitation"))
    assert (again["METHOD"], again["SEQUENCE"]) == ("REQUEST", "0")
    assert again["UID"] != event(gone)["UID"], "a calendar takes it as another meeting"
    assert p.ellis.finds("meeting_agenda", ref).due.endswith("13 May 2026")
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    assert p.frankie.has("meeting_record", ref)


def test_a_meeting_cancelled_after_its_agenda_has_nothing_to_record(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    assert p.frankie.has("meeting_record", ref)
    p.letters.clear()
    cancels(p.frankie, ref)
    assert not p.frankie.has("meeting_record", ref)
    p.days_pass(14)
    assert not any("Record what the meeting learned" in letter.body for _, letter in p.letters), "nor chased"
    assert any("Fix a date and invite people" in letter.body for to, letter in p.letters if to == "u_ellis")
    late = {**answers.meeting_date(p.today + 7 * answers.DAY), "date_reason": "The first date fell through."}
    p.ellis.does("meeting_date", late, ref)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    assert p.frankie.has("meeting_record", ref)


def test_the_end_of_a_review_ends_its_meeting(partnership: Partnership, parts: Parts) -> None:
    p = partnership
    ref = at_agenda(p)
    p.tick()
    page = p.morgan.open(f"/reviews/{ref}/change/withdraw")
    p.morgan.submit(page.form(), page.path, {"reason": "Referred twice by mistake."})
    p.tick()
    for name in ("ashby", "dale"):
        told = event(of(parts, name, "review_withdrawn"))
        assert (told["METHOD"], told["SEQUENCE"]) == ("CANCEL", "1"), name
    assert p.morgan.open(f"/reviews/{ref}/meeting/move").status == 404


def test_a_meeting_that_was_held_is_neither_moved_nor_cancelled(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    assert p.ellis.open(f"/reviews/{ref}/meeting/move").status == 404
    assert p.ellis.open(f"/reviews/{ref}/meeting/cancel").status == 404
    assert p.ellis.open(f"/reviews/{ref}/meetings").links("Move the meeting") == []


def test_a_paused_review_keeps_its_meeting_where_it_is(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = p.morgan.open(f"/reviews/{ref}/change/pause")
    p.morgan.submit(page.form(), page.path, {"reason": "The police ask us to wait."})
    sent = moves(p.ellis, ref, MOVED)
    assert sent.status == 422
    assert "paused" in sent.errors()[0]
    assert "paused" in cancels(p.ellis, ref).errors()[0]
