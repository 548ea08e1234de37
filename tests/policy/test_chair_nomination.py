"""P5: "The Head of Safeguarding and Learning will nominate a chair for the review": somebody without a
conflict.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_set_up, refused, typed


def test_the_head_nominates_within_five_working_days_and_the_nominee_is_asked(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_set_up(p)
    row = p.morgan.finds("chair_nomination", ref)
    assert row.due == "due in 5 working days:20 April 2026"
    assert p.devon.open(row.href).status == 403 and p.frankie.open(row.href).status == 404
    p.morgan.does("chair_nomination", answers.chair_nomination("u_frankie"), ref)
    p.tick()
    assert p.letters_to("frankie") == [f"{ref}: will you chair this review?"]
    assert p.frankie.has("chair_reply", ref) and not p.alex.has("chair_reply", ref)
    assert p.frankie.open(f"/reviews/{ref}").status == 200 and p.alex.open(f"/reviews/{ref}").status == 404


def test_a_conflict_needs_a_reason_and_nobody_is_asked_without_the_check(partnership: Partnership) -> None:
    p = partnership
    ref = at_set_up(p)
    unasked = {"nominee": "u_alex", "trained": True}
    assert len(refused(p.morgan, "chair_nomination", unasked, ref).errors()) >= 4
    given = {**answers.chair_nomination("u_alex"), "managed_case": True}
    sent = refused(p.morgan, "chair_nomination", given, ref)
    assert sent.errors() == ["Enter why this is the right person"]
    assert typed(sent, "nominee") == "u_alex"
    assert refused(p.morgan, "chair_nomination", answers.chair_nomination("u_tess"), ref).errors() == [
        "Select who you nominate"
    ], "only those who chair"
    assert not p.alex.has("chair_reply")
    p.morgan.does("chair_nomination", {**given, "conflict_reason": "Left that team in 2019."}, ref)
    assert p.alex.has("chair_reply", ref)


def test_who_declares_a_conflict_cannot_be_nominated_again(partnership: Partnership) -> None:
    p = partnership
    ref = at_set_up(p)
    p.morgan.does("chair_nomination", answers.chair_nomination("u_alex"), ref)
    p.alex.does("chair_reply", {**answers.chair_reply("decline"), "conflict": True}, ref)
    assert p.alex.open(f"/reviews/{ref}").status == 404, "from then on the review is closed to them"
    sent = refused(p.morgan, "chair_nomination", answers.chair_nomination("u_alex"), ref)
    assert sent.errors() == ["Select who you nominate"]
