"""P13: "The review findings and action plan will be presented to the Quality Assurance and Performance
Management Sub-group".
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_qa_papers, at_qa_presentation, refused


def test_the_chair_presents_on_the_day_of_the_meeting(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_presentation(p)
    row = p.frankie.finds("qa_presentation", ref)
    assert row.due.endswith("27 May 2026")
    assert p.rowan.open(row.href).status == 403
    assert not p.rowan.has("qa_decision", ref), "nothing is decided before it is presented"
    sent = p.frankie.does("qa_presentation", answers.qa_presentation(p.today), ref)
    assert "Record the outcome of the QA sub-group: QA sub-group chair, by 29 May 2026" in sent.words


def test_it_cannot_be_presented_before_the_meeting(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    p.devon.does("qa_papers", answers.qa_papers(p.today), ref)
    sent = refused(p.frankie, "qa_presentation", {"discussion": ""}, ref)
    assert "Enter what the sub-group asked and said" in sent.errors()
    assert len(sent.errors()) == 2, "and the day of the meeting has not come"
