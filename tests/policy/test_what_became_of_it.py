"""A15, 2.10: the learning of a review can be followed on one page, from its learning points to what has
changed for children. What is missing is said, with who owes it by when.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers, beside
from tests.policy.answers import DAY
from tests.policy.browsing import Person
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    ACTION_DUE,
    LEADS,
    at_adopted,
    at_qa_decision,
    at_summary,
    closes_action,
    leap,
    six_months_on,
)
from tests.policy.test_restricted_reviews import restricts

BEFORE = "4 of 10 sampled plans"


def reads(person: Person, ref: str) -> str:
    page = person.open(f"/learning/{ref}/what-became-of-it")
    assert page.status == 200, page.words
    return page.words


def adopted(p: Partnership) -> str:
    """A plan is agreed whose one action says how it was before."""
    ref = at_qa_decision(p, [{**answers.action(ACTION_DUE), "baseline": BEFORE}])
    p.rowan.does("qa_decision", answers.qa_decision(), ref)
    p.tick()
    return ref


def lived_through(p: Partnership) -> str:
    """A review whose learning was published, passed on, shown at the event, acted on, checked and rated."""
    ref = adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    p.noor.does("training_change", answers.training_change(p.today), ref)
    for number, lead in enumerate(LEADS):
        getattr(p, lead).does("cascade", {**answers.cascade(p.today), "reached": 42 + number}, ref)
    closes_action(p, ref)
    held = p.today + 21 * DAY
    p.noor.does("event_plan", beside.event_plan(held))
    p.noor.does("event_programme", beside.event_programme(f"{ref}.good_practice"))
    checked = six_months_on(p.today)
    leap(p, held + DAY)
    p.noor.does("event_record", beside.event_record())
    leap(p, checked)
    evidence = [{"shows": "A sample of 20", "where": "Audit report 12", "dated": p.today}]
    href = p.morgan.finds("impact_check", ref).href
    asked = p.morgan.open(href)
    assert f"{ref}-A1: {BEFORE} Measure: 9 of 10" in asked.words, "what the actions say of how it was"
    given = {key: value for key, value in answers.impact_check().items() if key != "baseline"}
    p.morgan.answers(href, {**given, "evidence": evidence})
    assert BEFORE in p.rowan.open(f"{p.rowan.finds('impact_rating', ref).href}?page=rating").words
    p.rowan.does("impact_rating", answers.impact_rating(), ref)
    return ref


def test_the_whole_way_is_on_one_page(partnership: Partnership) -> None:
    p = partnership
    ref = lived_through(p)
    assert p.morgan.open(f"/reviews/{ref}/learning").links("What became of it") == [
        f"/learning/{ref}/what-became-of-it"
    ]
    told = reads(p.morgan, ref)
    for words in (
        "The school nurse kept asking.",
        "One plan, everyone has it",
        "3 of 3 agencies told us how they passed it on. 129 staff reached.",
        "Team meetings",
        "Dale H.",
        "Working together, level 2: A new exercise about sending plans",
        "33 people came",
        "1 done and checked.",
        BEFORE,
        "19 of 20",
        "Audit report 12",
        "Practice has changed and is sustained: rated by the QA sub-group",
    ):
        assert words in told, words
    assert told.index("3. Who was reached") < told.index("Dale H.") < told.index("4. What changed")
    assert "Not yet." not in told and "Still to do" not in told


def test_everybody_with_a_role_reads_what_is_published_and_no_more(partnership: Partnership) -> None:
    p = partnership
    ref = lived_through(p)
    assert p.tess.open(f"/learning/{ref}").links("What became of it")
    told = reads(p.tess, ref)
    for words in ("129 staff reached", "Working together, level 2", "33 people came", "1 done and checked."):
        assert words in told, words
    assert "Practice has changed and is sustained" in told
    for words in ("The school nurse", "Thornmere Schools", "Dale H.", BEFORE, "19 of 20", "Audit report 12"):
        assert words not in told, words
    own = reads(p.dale, ref)
    assert "Thornmere Schools" in own and "Northvale Police" not in own


def test_what_is_missing_is_said_with_who_owes_it_by_when(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    told = reads(p.morgan, ref)
    assert "Still to do: Write the 7-minute briefing. Board business manager, by" in told
    assert "1 action does not say how it was before" in told
    assert "six months after the last action is closed. The last one is due on 1 July 2026" in told
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    p.dale.does("cascade", answers.cascade(p.today), ref)
    told = reads(p.morgan, ref)
    assert "1 of 3 agencies told us how they passed it on. 42 staff reached." in told
    assert "Agency safeguarding lead, Northvale Police - Public Protection, by 24 June 2026" in told
    public = reads(p.tess, ref)
    assert "Agency safeguarding lead, by 24 June 2026" in public
    assert "Northvale Police" not in public
    assert "Training sub-group member, by 15 July 2026" in public
    leap(p, dt.date(2026, 6, 25))
    assert "by 24 June 2026 Late" in reads(p.morgan, ref)
    closes_action(p, ref)
    assert f"on {six_months_on(p.today).day} December 2026" in reads(p.morgan, ref)


def test_what_is_not_published_is_for_those_who_may_open_the_review(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    address = f"/learning/{ref}/what-became-of-it"
    assert p.tess.open(address).status == 404
    assert p.marley.open(address).status == 404
    assert "Still to do: " in reads(p.frankie, ref)
    early = reads(p.lane, ref) if p.lane.open(address).status == 200 else ""
    assert "The school nurse" not in early
    assert p.morgan.open("/learning/MALR-2031-777/what-became-of-it").status == 404


def test_a_restriction_closes_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    address = f"/learning/{ref}/what-became-of-it"
    assert p.tess.open(address).status == 200
    restricts(p.devon, ref)
    assert p.tess.open(address).status == 404
    assert p.dale.open(address).status == 404
    assert p.devon.open(address).status == 200
