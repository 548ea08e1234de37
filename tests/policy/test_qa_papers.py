"""P13: the findings and the plan are presented to the Quality Assurance and Performance Management
Sub-group, whose members have the papers 5 working days before.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import at_qa_papers, refused


def test_the_review_is_on_the_next_agenda_that_leaves_time_for_papers(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    row = p.devon.finds("qa_papers", ref)
    assert row.due.endswith("19 May 2026"), "5 working days before 27 May, over a bank holiday"
    p.tick()
    assert f"{ref}: on the QA agenda of 27 May 2026" in p.letters_to("frankie")
    assert p.rowan.open(row.href).status == 403 and p.dale.open(row.href).status == 403
    given = {"papers": [], "sent_on": p.today + DAY}
    assert len(refused(p.devon, "qa_papers", given, ref).errors()) == 2


def test_members_are_told_where_the_papers_are_and_nobody_else_reads_them(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    sent = p.devon.does("qa_papers", answers.qa_papers(p.today), ref)
    assert "Present the findings and the action plan: Frankie D., by 27 May 2026" in sent.words
    p.tick()
    for member in ("rowan", "carey", "emery"):
        assert f"{ref}: papers for 27 May 2026" in p.letters_to(member)
    assert not p.letters_to("harper")
    assert "Five services each saw one part." in p.carey.open(f"/reviews/{ref}/learning").words
    assert p.carey.open(f"/reviews/{ref}/referral").status == 404, "the papers, not the referral"
    assert p.harper.open(f"/reviews/{ref}").status == 404
