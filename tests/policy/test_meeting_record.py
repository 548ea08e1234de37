"""P7 to P10, A7, A12, A13: "They will establish what learning points have been drawn from the
discussion as well as the strengths"; "if more time needs to be spent ... further meetings can be
established".
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY, Given
from tests.policy.conftest import Partnership
from tests.policy.journey import MEETING, at_meeting, leap, refused_screens, state


def immediate(due: dt.date) -> Given:
    return {key: answers.action(due)[key] for key in ("text", "outcome", "agency", "owner", "due")}


def test_it_keeps_who_came_what_was_learned_and_what_was_challenged(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    assert p.frankie.finds("meeting_record", ref).due == "due in 4 working days:18 May 2026"
    assert p.dale.open(f"/reviews/{ref}/learning").status == 404
    first = p.frankie.open(p.frankie.finds("meeting_record", ref).href).links("Who was there")[0]
    assert "We are here to learn, not to blame." in p.frankie.open(first).words, "the ground rules (P8)"
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    assert "Being written up" in state(p.morgan, ref)
    for reader in (p.dale, p.frankie):
        meetings = reader.open(f"/reviews/{ref}/meetings").words
        assert "Thornmere Schools and Colleges ForumCame" in meetings, "attendance by agency"
        assert "Housing asked why it was not invited." in meetings, "challenge, and what was said"
        learning = reader.open(f"/reviews/{ref}/learning").words
        assert learning.index("What went well") < learning.index("The school nurse kept asking.")
        assert "Plans were not shared." in learning
    assert p.marley.open(f"/reviews/{ref}/learning").status == 404


def test_what_cannot_wait_starts_at_once(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    due = dt.date(2026, 5, 26)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING, immediate=[immediate(due)]), ref)
    p.tick()
    assert p.ashby.finds("action_evidence", ref).due.endswith("26 May 2026")
    assert f"{ref}: an action for you, due 26 May 2026" in p.letters_to("ashby")


def test_another_meeting_is_fixed_and_written_down_like_the_first(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    p.frankie.does("family_view", answers.family_view(p.today), ref)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING, another=True), ref)
    assert "Further meeting" in state(p.morgan, ref)
    assert not p.frankie.has("summary", ref)
    assert p.ellis.finds("meeting_date", ref).due == "due in 5 working days:19 May 2026"
    second = dt.date(2026, 6, 3)
    p.ellis.does("meeting_date", answers.meeting_date(second), ref)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, second + DAY)
    p.frankie.does("meeting_record", answers.meeting_record(second), ref)
    assert p.frankie.finds("summary", ref).due.endswith("1 July 2026"), (
        "20 working days after the last meeting"
    )
    meetings = p.morgan.open(f"/reviews/{ref}/meetings").words
    assert "11 May 2026" in meetings and "3 June 2026" in meetings
    learning = p.morgan.open(f"/reviews/{ref}/learning").words
    assert learning.count("Plans were not shared.") == 1, "what was said twice is kept once"


def test_it_is_refused_without_learning_or_for_a_day_to_come(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    href = p.frankie.finds("meeting_record", ref).href
    given = {
        **answers.meeting_record(p.today + DAY),
        "learning_points": [{"kind": "", "statement": ""}],
        "quorate": False,
    }
    sent = refused_screens(p.frankie, href, given)
    assert "Enter at least one learning point" in sent.errors()
    assert "Enter why the meeting went on" in sent.errors(), "no quorum: the chair says why"
    assert len(sent.errors()) == 3
    assert "The school knew most." in sent.words
    assert p.dale.open(href).status == 403
