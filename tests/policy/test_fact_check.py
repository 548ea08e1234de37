"""P12, A15: the summary and the plan are what the agencies can stand by: each checks its facts and
answers for its actions; nobody can hold the review up by silence.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_fact_check, leap, refused


def test_each_agency_reads_what_it_checks_and_has_five_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = at_fact_check(p)
    row = p.ashby.finds("fact_check", ref)
    assert row.due == "due in 5 working days:19 May 2026"
    page = p.ashby.open(row.href).words
    assert "Five services each saw one part." in page and "The school nurse kept asking." in page
    assert "Send the child's plan to every agency" in p.ashby.open(f"/reviews/{ref}/actions").words
    assert p.emery.open(row.href).status in (403, 404), "each agency for itself"
    given = {"facts_right": False, "corrections": "", "actions_reply": "not_accepted", "actions_note": ""}
    assert len(refused(p.ashby, "fact_check", given, ref).errors()) == 2


def test_corrections_and_other_views_reach_the_chair(partnership: Partnership) -> None:
    p = partnership
    ref = at_fact_check(p)
    said = {
        "facts_right": False,
        "corrections": "We closed in June.",
        "actions_reply": "changes",
        "actions_note": "By autumn, not July.",
    }
    p.ashby.does("fact_check", said, ref)
    p.tick()
    assert p.letters_to("frankie")[-1] == f"{ref}: an agency has answered"
    told = p.frankie.open(f"/reviews/{ref}/agencies").words
    assert "We closed in June." in told and "By autumn, not July." in told, "the chair reads what was said"
    assert "We closed in June." not in p.emery.open(f"/reviews/{ref}/agencies").words


def test_nobody_answers_and_after_ten_working_days_it_goes_on(partnership: Partnership) -> None:
    p = partnership
    ref = at_fact_check(p)
    p.dale.does("fact_check", answers.fact_check(), ref)
    leap(p, dt.date(2026, 5, 22))
    assert p.emery.has("fact_check", ref) and not p.devon.has("anonymity_check", ref)
    leap(p, dt.date(2026, 5, 27))
    assert not p.emery.has("fact_check", ref)
    assert p.devon.finds("anonymity_check", ref).due == "due in 5 working days:3 June 2026"
    assert "No answer" in p.frankie.open(f"/reviews/{ref}/agencies").words, (
        "silence is noted, not taken for a yes"
    )


def test_an_agency_found_after_the_meeting_is_told_and_checks_the_facts_with_the_others(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_fact_check(p)
    path = f"/reviews/{ref}/change/add-agency"
    p.frankie.submit(p.frankie.open(path).form("add-agency"), path, {"chosen": "hou"})
    p.tick()
    assert p.letters_to("marley") == [f"{ref}: your agency is part of this review"]
    assert not p.marley.has("agency_preparation", ref), "there is nothing left to prepare"
    p.marley.does("fact_check", answers.fact_check(), ref)
    assert "The school nurse kept asking." in p.marley.open(f"/reviews/{ref}/learning").words
    for lead in ("dale", "ashby", "emery"):
        getattr(p, lead).does("fact_check", answers.fact_check(), ref)
    assert p.devon.has("anonymity_check", ref), "and the review goes on when all have answered"
