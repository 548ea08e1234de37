"""Step `action_verification` (P14, A15): "a clear line of accountability": an action is closed only when
somebody other than its owner, the Monitoring chair, has seen the evidence.
"""

from __future__ import annotations

from sqlalchemy import update

from reviews.models import PersonRole
from tests.policy import answers
from tests.policy.beside import at_action, holds
from tests.policy.conftest import Partnership
from tests.policy.journey import ACTION_DUE, at_adopted, leap, refused_at, state


def test_verified_closes_it_and_more_needed_gives_it_back(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    row = p.kit.finds("action_verification", ref)
    assert row.due == "due in 10 working days:27 May 2026"
    words = p.kit.open(row.href).words
    assert "19 of 20 sampled plans went the same day." in words, "the evidence stands beside the measure"
    assert "Enter what is missing" in refused_at(p.kit, row.href, {"outcome": "more_needed"}).errors()
    p.kit.answers(row.href, answers.action_verification("more_needed"))
    p.tick()
    assert f"{ref}: a little more evidence" in p.letters_to("ashby")
    assert p.ashby.finds("action_evidence", ref).due == "due on 1 July 2026"
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    p.kit.does("action_verification", answers.action_verification(), ref)
    p.tick()
    assert f"{ref}: your action is closed" in p.letters_to("ashby")
    leap(p, ACTION_DUE.replace(month=9))
    assert not p.ashby.has("recovery_plan"), "a closed action is never late"


def test_nobody_verifies_their_own_action(partnership: Partnership) -> None:
    p = partnership
    holds(p, "kit", "agency_manager", "pol")
    holds(p, "priya", "monitoring_chair")
    ref = at_action(p, owner="u_kit", agency="pol")
    p.kit.does("action_evidence", answers.action_evidence(p.today), ref)
    row = p.priya.finds("action_verification", ref)
    assert not p.kit.has("action_verification")
    assert p.kit.open(row.href).status in (403, 404)
    p.priya.answers(row.href, answers.action_verification())


def test_the_only_monitoring_chair_leaves_their_own_action_to_the_next_level(
    partnership: Partnership,
) -> None:
    """Nobody else holds the role: the sub-group's deputy checks it, and hears of it."""
    p = partnership
    holds(p, "kit", "agency_manager", "pol")
    ref = at_action(p, owner="u_kit", agency="pol")
    p.kit.does("action_evidence", answers.action_evidence(p.today), ref)
    p.tick()
    assert not p.kit.has("action_verification")
    assert f"{ref}: a step was handed to you" in p.letters_to("harper")
    assert not p.letters_to("devon").count(f"{ref}: a step was handed to you")
    p.harper.does("action_verification", answers.action_verification(), ref)
    p.tick()
    assert f"{ref}: your action is closed" in p.letters_to("kit")


def test_a_deputy_who_owns_it_too_leaves_it_to_the_business_manager(partnership: Partnership) -> None:
    p = partnership
    holds(p, "harper", "agency_manager", "pol")
    with p.database.write() as session:
        session.execute(
            update(PersonRole)
            .where(PersonRole.person == "u_kit", PersonRole.role == "monitoring_chair")
            .values(person="u_harper")
        )
    ref = at_action(p, owner="u_harper", agency="pol")
    p.harper.does("action_evidence", answers.action_evidence(p.today), ref)
    assert not p.harper.has("action_verification")
    p.devon.does("action_verification", answers.action_verification(), ref)


def test_the_last_closed_action_starts_the_wait_for_impact(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    assert "Check what has changed" in state(p.morgan, ref) or p.ashby.has("action_evidence", ref)
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    assert not p.morgan.has("impact_check")
    p.kit.does("action_verification", answers.action_verification(), ref)
    p.tick()
    assert "27 November 2026" in state(p.morgan, ref), "six months after 27 May"
