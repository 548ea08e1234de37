"""P12, 2.9: a summary "for wider dissemination": a second reader, not the author, checks that nobody
can be recognised.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_anonymity_check, joins, refused, typed


def test_the_author_is_never_the_second_reader(partnership: Partnership) -> None:
    p = partnership
    joins(p, "frankie", "business_manager")
    ref = at_anonymity_check(p)
    row = p.devon.finds("anonymity_check", ref)
    assert row.due == "due in 5 working days:19 May 2026"
    assert not p.frankie.has("anonymity_check", ref), "whatever role the author has"
    assert p.frankie.open(row.href).status in (403, 404)
    p.devon.answers(row.href, answers.anonymity_check())
    assert p.devon.has("qa_papers", ref)


def test_every_point_of_the_checklist_is_confirmed(partnership: Partnership) -> None:
    p = partnership
    ref = at_anonymity_check(p)
    given = {**answers.anonymity_check(), "no_quotes": False, "combination": False}
    sent = refused(p.devon, "anonymity_check", given, ref)
    assert len(sent.errors()) == 2 and all("Confirm, or ask for changes" in error for error in sent.errors())
    assert not p.devon.has("qa_papers", ref)
    p.devon.does("anonymity_check", answers.anonymity_check(), ref)
    shared = p.ashby.open(f"/reviews/{ref}/learning").words
    assert "A primary school child and a plan that did not travel." in shared, (
        "cleared: the agencies may read it"
    )


def test_changes_go_back_to_the_chair_with_the_text_as_it_was(partnership: Partnership) -> None:
    p = partnership
    ref = at_anonymity_check(p)
    p.devon.does("anonymity_check", answers.anonymity_check("changes"), ref)
    p.tick()
    assert f"{ref}: changes to the shareable version" in p.letters_to("frankie")
    href = p.frankie.finds("summary", ref).href
    share = p.frankie.open(f"{href}?page=what-happened")
    assert typed(share, "shared_story") == "A primary school child and a plan that did not travel."
    plan = p.frankie.open(f"{href}?page=action-plan")
    assert typed(plan, "actions-1-text").startswith("Send the child's plan"), "nothing has to be typed twice"
    assert not p.devon.has("qa_papers", ref)
