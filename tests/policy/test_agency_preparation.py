"""P4, A8, A9: managers "will come to a Review meeting fully apprised of their agency involvement,
having read the case file and possibly spoken to the staff involved"; not "complex chronologies and
agency reports": one page.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import MEETING, at_agenda, joins, leap, refused, typed


def test_it_is_one_page_and_needs_no_report(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = p.dale.open(p.dale.finds("agency_preparation", ref).href)
    assert "?page=" not in " ".join(page.links("")), "one screen"
    assert page.tree is not None and not page.tree.xpath("//input[@type='file']"), "no document is asked for"
    sent = refused(p.dale, "agency_preparation", {"involved": True, "could_be_different": "One plan"}, ref)
    assert "Enter who read the file" in sent.errors() and "Enter what went well" in sent.errors()
    assert typed(sent, "could_be_different") == "One plan"
    p.dale.does("agency_preparation", answers.agency_preparation(p.today), ref)
    assert "Returned, 13 April 2026" in p.frankie.open(f"/reviews/{ref}/agencies").words, (
        "the chair's readiness list"
    )


def test_a_nil_return_is_a_full_answer(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    p.emery.does("agency_preparation", {"involved": False}, ref)
    assert "Nothing to report, 13 April 2026" in p.frankie.open(f"/reviews/{ref}/agencies").words


def test_before_the_meeting_an_agency_sees_only_its_own(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    p.dale.does("agency_preparation", answers.agency_preparation(p.today), ref)
    href = p.ashby.finds("agency_preparation", ref).href
    assert p.emery.open(href).status in (403, 404), "another agency's page is not theirs to write"
    mine, theirs = (q.open(f"/reviews/{ref}/agencies").words for q in (p.dale, p.ashby))
    words = "Staff kept the same worker throughout."
    assert words in mine and words not in theirs
    assert "Northvale Police" not in theirs, "nor who else was asked, and how far they are"
    chairs = p.frankie.open(f"/reviews/{ref}/agencies").words
    assert words in chairs and "Who will come to the meeting" in chairs
    assert p.marley.open(f"/reviews/{ref}").status == 404


def test_what_must_not_be_discussed_openly_is_read_by_the_chair_and_the_head_alone(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_agenda(p)
    note = "A police operation is planned."
    p.dale.does(
        "agency_preparation", {**answers.agency_preparation(p.today), "not_for_discussion": note}, ref
    )
    here, address = f"/reviews/{ref}/agencies", f"/reviews/{ref}/sealed-notes/sch"
    for person in (p.frankie, p.morgan):
        page = person.open(here)
        assert "must not be discussed openly" in page.words and note not in page.words, "one at a time"
        assert note in person.submit(page.form(address), address).words
    assert "must not be discussed openly" not in p.devon.open(here).words, "nor the office"
    for person in (p.devon, p.dale, p.ashby):
        form = person.open(f"/reviews/{ref}/change/declare-conflict").form(
            f"/reviews/{ref}/change/declare-conflict"
        )
        assert note not in (sent := person.submit(form, address)).words and sent.status == 403
    told = p.morgan.open(f"/reviews/{ref}/timeline").words
    assert told.count("Opened a note that must not be discussed openly") == 2


def test_who_sends_second_is_told_who_was_first_and_keeps_the_text(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    joins(p, "kit", "safeguarding_lead", "pol")
    href = p.emery.finds("agency_preparation", ref).href
    late = p.kit.open(href)
    p.emery.answers(href, answers.agency_preparation(p.today))
    given = {**answers.agency_preparation(p.today), "went_well": "Officers knew the family."}
    sent = p.kit.submit(late.form(late.path), late.path, given, "send")
    assert sent.status == 409
    assert "Emery J. completed it" in sent.words and "kept as a draft" in sent.words


def test_who_is_late_is_reminded_and_after_the_meeting_no_longer_asked(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    p.letters.clear()
    p.until(dt.date(2026, 5, 5))
    assert p.emery.finds("agency_preparation", ref).due.startswith("1 working day late")
    assert p.told("emery", "Prepare for the meeting") and ref in p.letters[-1][1].body
    leap(p, MEETING + DAY)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    p.tick()
    assert not p.emery.has("agency_preparation", ref)
    assert "Did not answer" in p.frankie.open(f"/reviews/{ref}/agencies").words
