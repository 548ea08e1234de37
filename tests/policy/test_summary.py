"""P12: "The chair of the meeting will then pull together a summary of the case and the learning for
wider dissemination, to include the recommendations made and an action plan".
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import ACTION_DUE, LEADS, at_fact_check, at_summary, refused_screens, typed


def test_the_chair_has_20_working_days_after_the_meeting_and_agencies_check_it(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_summary(p)
    row = p.frankie.finds("summary", ref)
    assert row.due.endswith("9 June 2026")
    assert p.morgan.open(row.href).status == 403, "the chair writes it"
    learned = p.frankie.open(f"{row.href}?page=what-we-learned")
    assert typed(learned, "learning_points-2-statement") == "Plans were not shared.", (
        "begun with the meeting's"
    )
    p.frankie.answers(row.href, answers.summary(p.today, [answers.action(ACTION_DUE)]))
    for lead in LEADS:
        assert getattr(p, lead).has("fact_check", ref)
    assert not p.devon.has("anonymity_check", ref)
    for reader in (p.ashby, p.emery):
        words = reader.open(f"/reviews/{ref}/learning").words
        assert "Plans reach every agency on the same day" in words
        assert "A primary school child and a plan that did not travel." not in words, (
            "not shared before it is read"
        )


def test_an_action_needs_an_owner_a_day_and_a_measure(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    vague = {**answers.action(ACTION_DUE), "measure": "", "owner": ""}
    given = {**answers.summary(p.today, [vague]), "shared_learning": "", "declaration": False}
    sent = refused_screens(p.frankie, p.frankie.finds("summary", ref).href, given)
    assert [error for error in sent.errors() if "measure and its target" in error]
    assert [error for error in sent.errors() if "Select the owner" in error]
    assert "Enter what we learned, for sharing" in sent.errors(), "two versions, one of them to share"
    assert "A child who likes dinosaurs and wanted to be asked." in sent.words
    assert not p.dale.has("fact_check", ref)


def test_learning_may_need_no_action(partnership: Partnership) -> None:
    p = partnership
    ref = at_fact_check(p, [])
    assert p.ashby.has("fact_check", ref)
    assert "Send the child's plan" not in p.morgan.open(f"/reviews/{ref}/actions").words
