"""P4: "all agencies involved in the case will be notified and asked to prepare for the review and to
take part in a round-table discussion"; an agency found later is added to those at work.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import LEADS, MEETING, at_agenda, at_set_up, leap, refused


def test_every_agency_is_told_by_reference_only_and_prepares(partnership: Partnership) -> None:
    p = partnership
    ref = at_set_up(p)
    assert p.devon.finds("agency_notice", ref).due == "due in 3 working days:16 April 2026"
    assert p.ashby.open(f"/reviews/{ref}").status == 404, "nobody is told before the notice"
    p.devon.does("agency_notice", answers.agency_notice(), ref)
    p.tick()
    for lead in LEADS:
        assert f"{ref}: your agency is asked to prepare" in p.letters_to(lead)
        assert getattr(p, lead).finds("agency_preparation", ref).due == "due on 5 May 2026", "15 working days"
        assert getattr(p, lead).open(f"/reviews/{ref}").status == 200
    letters = " ".join(f"{letter.subject} {letter.body}" for _, letter in p.letters)
    assert answers.CHILD not in letters and answers.STREET not in letters


def test_the_notice_must_not_identify_the_child(partnership: Partnership) -> None:
    p = partnership
    ref = at_set_up(p)
    given = {**answers.agency_notice(), "no_identity": False, "why": "How services worked together."}
    sent = refused(p.devon, "agency_notice", given, ref)
    assert sent.errors() == ["Confirm that the notice does not identify the child or the family"]
    assert "How services worked together." in sent.words, "what was typed is kept"
    assert not p.ashby.has("agency_preparation")


def test_an_agency_taken_off_the_list_is_neither_told_nor_asked(partnership: Partnership) -> None:
    p = partnership
    ref = at_set_up(p)
    given = {**answers.agency_notice(), "agencies": ["sch", "csc", "hou"]}
    p.devon.does("agency_notice", given, ref)
    p.tick()
    assert p.marley.has("agency_preparation", ref), "one put on the list is asked"
    assert f"{ref}: your agency is asked to prepare" in p.letters_to("marley")
    assert not p.emery.has("agency_preparation", ref) and not p.letters_to("emery")
    assert p.emery.open(f"/reviews/{ref}").status == 404


def test_an_agency_found_later_is_told_invited_and_asked_like_the_others(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    path = f"/reviews/{ref}/change/add-agency"
    p.frankie.submit(p.frankie.open(path).form("add-agency"), path, {"chosen": "hou"})
    p.tick()
    assert p.letters_to("marley") == [
        f"{ref}: your agency is asked to prepare",
        f"{ref}: review meeting on 11 May 2026",
    ]
    assert p.marley.finds("agency_preparation", ref).due == "due on 1 May 2026"
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, MEETING + DAY)
    assert f"{ref}: agenda" in p.letters_to("marley")
    p.frankie.does("family_view", answers.family_view(p.today), ref)
    record = answers.meeting_record(MEETING)
    record["attendance"].append({"agency": "hou", "came": "apologies"})
    p.frankie.does("meeting_record", record, ref)
    p.frankie.does("summary", answers.summary(p.today, []), ref)
    assert p.marley.has("fact_check", ref), "it checks the facts with the others"
