"""P11: "The chair of the review may also seek a view from the family about the services they have
received if this is appropriate".
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import MEETING, at_meeting, at_meeting_date, refused_screens, typed


def test_the_chair_decides_with_a_reason_and_need_not_ask(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    row = p.frankie.finds("family_view", ref)
    assert row.due == "due on 27 May 2026", "30 working days"
    assert p.ashby.open(row.href).status == 403
    given = {"decision": "not_sought", "reason": ""}
    assert refused_screens(p.frankie, row.href, given).errors() == ["Enter the reason for this decision"]
    p.frankie.answers(row.href, {**given, "reason": "Proceedings are under way."})
    assert "Proceedings are under way." in p.morgan.open(f"/reviews/{ref}/learning").words


def test_a_view_that_was_given_says_how_and_if_it_may_be_quoted(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    given = answers.family_view(p.today + DAY)
    del given["may_quote"]
    sent = refused_screens(p.frankie, p.frankie.finds("family_view", ref).href, given)
    assert "Select yes if the family may be quoted" in sent.errors()
    assert len(sent.errors()) == 2, "and the day cannot be in the future"
    assert "They wanted one person to explain things." in sent.words


def test_the_summary_waits_for_it_and_only_the_team_reads_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    assert not p.frankie.has("summary", ref)
    p.frankie.does("family_view", answers.family_view(p.today), ref)
    summary = p.frankie.open(p.frankie.finds("summary", ref).href + "?page=the-family-s-view")
    assert typed(summary, "family_view") == "They wanted one person to explain things."
    assert "They wanted one person" not in p.ashby.open(f"/reviews/{ref}/learning").words
