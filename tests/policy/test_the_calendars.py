"""Every clock of the policy counts working days. The office keeps the calendars, and sees what a change moves
before it moves.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    MEETING,
    QA_MEETING,
    at_agenda,
    at_discussion,
    at_meeting_date,
    at_qa_papers,
    sends,
    state,
    typed,
)

CLOSED = {"kind": "closure", "first": dt.date(2026, 4, 16), "last": None, "name": "Staff day"}


def asks(person: Person, path: str, given: answers.Given) -> Page:
    page = person.open(path)
    return person.submit(page.form(), page.path, given)


def makes(person: Person, page: Page) -> Page:
    return person.submit(page.form(), page.path)


def test_a_closure_shows_what_it_moves_and_then_moves_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_discussion(p)
    assert p.morgan.finds("referrer_discussion", ref).due.endswith("20 April 2026")
    shown = asks(p.devon, "/calendars/days", CLOSED)
    assert "1 due date moves" in shown.words and "Nothing is changed yet." in shown.words
    assert "Talk with the person who referred" in shown.words
    assert "20 April 2026 21 April 2026" in shown.words
    assert p.morgan.finds("referrer_discussion", ref).due.endswith("20 April 2026"), "looking moves nothing"
    done = makes(p.devon, shown)
    assert done.path == "/calendars/" and "16 April 2026 Staff day" in done.words
    row = p.morgan.finds("referrer_discussion", ref)
    assert row.due.endswith("21 April 2026")
    assert "Staff day skipped" in p.morgan.open(row.href).words, "the date explains itself"
    assert "Due date changed" in p.morgan.open(f"/reviews/{ref}/timeline").words
    back = p.devon.submit(done.form("/days/2026-04-16/remove"), "/calendars/days/2026-04-16/remove")
    makes(p.devon, back)
    assert p.morgan.finds("referrer_discussion", ref).due.endswith("20 April 2026")


def test_what_cannot_be_is_refused_on_the_same_page_with_what_was_typed(partnership: Partnership) -> None:
    p = partnership
    weekend = asks(p.ellis, "/calendars/days", {**CLOSED, "first": dt.date(2026, 4, 18)})
    assert weekend.errors() == ["These are no working days already."]
    assert typed(weekend, "name") == "Staff day" and weekend.path == "/calendars/days"
    assert "Enter what the days are called" in asks(p.ellis, "/calendars/days", {"name": ""}).errors()
    assert len(asks(p.ellis, "/calendars/days", {**CLOSED, "last": dt.date(2026, 7, 1)}).errors()) == 1
    assert p.dale.open("/calendars/").status == 403, "the office keeps them"


def test_another_region_counts_its_own_bank_holidays(partnership: Partnership) -> None:
    p = partnership
    makes(p.devon, asks(p.devon, "/calendars/region", {"region": "scotland"}))
    words = p.devon.open("/calendars/").words
    assert "The bank holidays of Scotland count." in words and "St Andrew" in words


def test_terms_and_half_terms_are_where_a_meeting_needs_a_reason(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    half_term = {"name": "May half-term", "starts": dt.date(2026, 5, 11), "ends": dt.date(2026, 5, 15)}
    assert "May half-term is in the calendar." in (
        asks(p.ellis, "/calendars/holidays", half_term).tree.text_content()  # type: ignore[union-attr]
    )
    assert asks(p.ellis, "/calendars/holidays", half_term).errors() == ["This overlaps May half-term."]
    sent = sends(p.ellis, p.ellis.finds("meeting_date", ref).href, answers.meeting_date(MEETING))
    assert "is in the school holidays" in " ".join(sent.errors())
    page = p.ellis.open("/calendars/")
    p.ellis.submit(page.form("/holidays/2026-05-11/remove"), page.path)
    p.ellis.does("meeting_date", answers.meeting_date(MEETING), ref)
    assert "11 May 2026" in state(p.ashby, ref)


def test_a_meeting_of_the_qa_sub_group_takes_its_agenda_with_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    assert p.devon.finds("qa_papers", ref).due.endswith("19 May 2026")
    p.tick()
    p.letters.clear()
    to = QA_MEETING + dt.timedelta(days=7)
    shown = asks(p.devon, f"/calendars/meetings/qapm/{QA_MEETING}", {"to": to})
    assert f"On its agenda: {ref}" in shown.words and "19 May 2026 27 May 2026" in shown.words
    makes(p.devon, shown)
    assert p.devon.finds("qa_papers", ref).due.endswith("27 May 2026")
    p.tick()
    assert p.letters_to("frankie") == [f"{ref}: now on the QA agenda of 3 June 2026"], "told once"
    page = p.devon.open("/calendars/")
    cancelled = p.devon.submit(page.form(f"/meetings/qapm/{to}/remove"), page.path)
    makes(p.devon, cancelled)
    assert p.devon.finds("qa_papers", ref).due.endswith("1 July 2026"), "the next meeting is on 8 July"


def test_a_review_meeting_that_moves_a_week_takes_its_papers_and_preparation_along(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_agenda(p)
    assert p.ellis.finds("meeting_agenda", ref).due.endswith("1 May 2026")
    asks(p.devon, "/calendars/days", {**CLOSED, "first": dt.date(2026, 5, 6)})
    assert p.ellis.finds("meeting_agenda", ref).due.endswith("1 May 2026"), "seen, not done"
    makes(p.devon, asks(p.devon, "/calendars/days", {**CLOSED, "first": dt.date(2026, 5, 6)}))
    assert p.ellis.finds("meeting_agenda", ref).due.endswith("30 April 2026"), "counted back over a closure"
