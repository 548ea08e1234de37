"""P6, P7: "and fix a date for the multi-agency review"; "all staff involved with the family will be
encouraged to attend and the meeting with their managers".
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import LEADS, MEETING, at_meeting_date, refused, sends, state, typed


def test_the_date_is_fixed_and_every_agency_invited_and_encouraged(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    assert p.ellis.finds("meeting_date", ref).due == "due in 5 working days:20 April 2026"
    sent = p.ellis.does("meeting_date", answers.meeting_date(MEETING), ref)
    assert "Send the agenda: you, by 1 May 2026" in sent.words, "5 working days before, over a bank holiday"
    p.tick()
    for person in (*LEADS, "frankie"):
        assert f"{ref}: review meeting on 11 May 2026" in p.letters_to(person)
    assert p.told("ashby", "encouraged to come, with their managers")
    assert not any("review meeting" in subject for subject in p.letters_to("marley"))
    mine = state(p.ashby, ref)
    assert "11 May 2026 at 9:30am" in mine and "Meeting room 2" in mine, "those invited read when and where"
    assert "We are here to learn, not to blame." in mine, "the ground rules are on every invitation (P8)"
    assert "Someone to talk to" in mine


def test_preparation_is_due_five_working_days_before_the_meeting(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    assert p.ashby.finds("agency_preparation", ref).due == "due on 5 May 2026"
    p.ellis.does("meeting_date", answers.meeting_date(MEETING), ref)
    assert p.ashby.finds("agency_preparation", ref).due == "due on 1 May 2026"


def test_a_date_that_is_over_or_a_meeting_without_a_place_is_refused(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    given = {**answers.meeting_date(p.today - DAY), "place": "", "note": "By the side door"}
    sent = refused(p.ellis, "meeting_date", given, ref)
    assert len(sent.errors()) == 2
    assert "Enter where the meeting is" in sent.errors()
    assert typed(sent, "note") == "By the side door"
    assert p.dale.open(p.ellis.finds("meeting_date", ref).href).status == 403


def test_a_late_date_one_in_the_holidays_or_at_a_weekend_needs_a_reason(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    for day, why in (
        (dt.date(2026, 5, 16), "Saturday 16 May 2026 is at a weekend."),
        (dt.date(2026, 5, 25), "Monday 25 May 2026 is the Spring bank holiday."),
        (dt.date(2026, 5, 28), "The meeting should be by Wednesday 27 May 2026, 30 working days after"),
        (dt.date(2026, 8, 5), "Wednesday 5 August 2026 is in the school holidays."),
        (dt.date(2099, 5, 27), "known"),
    ):
        sent = sends(p.ellis, p.ellis.finds("meeting_date", ref).href, answers.meeting_date(day))
        assert sent.status == 409 and why in " ".join(sent.errors()), sent.errors()
        assert typed(sent, "place") == "Meeting room 2", "the same page, with what was typed"
    late = {**answers.meeting_date(dt.date(2026, 5, 28)), "date_reason": "The chair is away until then."}
    p.ellis.does("meeting_date", late, ref)
    assert "The chair is away until then." in p.morgan.open(f"/reviews/{ref}/meetings").words


def test_a_note_for_those_invited_is_read_by_them(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    p.ellis.does("meeting_date", {**answers.meeting_date(MEETING), "note": "By the side door"}, ref)
    assert "By the side door" in state(p.ashby, ref)
