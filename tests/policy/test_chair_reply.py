"""P5: the Head nominates a chair, who may say no; then another is nominated."""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_chair_reply, refused, state


def test_with_a_yes_the_date_and_the_familys_view_come_next(partnership: Partnership) -> None:
    p = partnership
    ref = at_chair_reply(p)
    assert p.frankie.finds("chair_reply", ref).due == "due in 3 working days:16 April 2026"
    assert not p.ellis.has("meeting_date")
    p.frankie.does("chair_reply", answers.chair_reply(), ref)
    p.tick()
    assert f"{ref}: the reply about chairing" in p.letters_to("morgan")
    assert p.ellis.has("meeting_date", ref) and p.frankie.has("family_view", ref)
    assert "Chair Frankie D." in state(p.dale, ref)


def test_with_a_no_and_a_reason_another_chair_is_nominated(partnership: Partnership) -> None:
    p = partnership
    ref = at_chair_reply(p, "jordan")
    href = p.jordan.finds("chair_reply", ref).href
    without = {"answer": "decline", "decline_reason": ""}
    assert refused(p.jordan, "chair_reply", without, ref).errors() == ["Enter your reason"]
    assert p.frankie.open(href).status == 404 and p.morgan.open(href).status == 403, "the nominee's own reply"
    p.jordan.does("chair_reply", answers.chair_reply("decline"), ref)
    assert not p.ellis.has("meeting_date", ref)
    assert p.jordan.open(f"/reviews/{ref}").status == 404, "who does not chair has no more part in it"
    p.morgan.does("chair_nomination", answers.chair_nomination("u_priya"), ref)
    p.priya.does("chair_reply", answers.chair_reply(), ref)
    assert "Chair Priya V." in state(p.morgan, ref)
