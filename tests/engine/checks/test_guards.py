"""A new version may move a guard step; it may not lose it, and may not lead around it."""

from __future__ import annotations

import pytest

import engine
from engine import BundleRefused, Database
from tests.engine.checks.asking import rules
from tests.engine.drawing import boundary, bundle, draw, end, parallel, user, xor
from tests.versions import put_into_use

GUARD = user("guard", guard="true")
BEFORE = bundle(draw("p", user("a"), GUARD, user("b"), flows="begin>a a>guard guard>b b>done"))


def test_the_same_guard_is_fine() -> None:
    assert rules(BEFORE, BEFORE) == {}


def test_a_guard_may_move_if_every_way_still_passes_it() -> None:
    moved = bundle(draw("p", user("a"), GUARD, user("b"), flows="begin>guard guard>a a>b b>done"))
    assert rules(moved, BEFORE) == {}
    further = bundle(
        draw("p", user("a"), GUARD, user("c"), user("b"), flows="begin>a a>c c>guard guard>b b>done")
    )
    assert rules(further, BEFORE) == {}


def test_a_guard_that_is_gone_is_missed() -> None:
    assert rules(bundle(draw("p", user("a"), user("b"), flows="begin>a a>b b>done")), BEFORE) == {
        "guard_gone": ""
    }


def test_a_guard_that_is_no_longer_marked_is_missed() -> None:
    files = {name: text.replace(' roundtable:guard="true"', "") for name, text in BEFORE.items()}
    assert rules(files, BEFORE) == {"guard_gone": "guard"}


@pytest.mark.parametrize(
    "diagram",
    [
        draw("p", user("a"), xor("x", default="guard"), GUARD, xor("j"), user("b"),
             flows="begin>a a>x x>guard x>j[a.sure = true] guard>j j>b b>done"),
        draw("p", user("a"), GUARD, boundary("t", "guard", timer="5 days"), xor("j"), user("b"),
             flows="begin>a a>guard guard>j t>j j>b b>done"),
        draw("p", user("a"), parallel("s"), GUARD, user("b"), parallel("j"),
             flows="begin>a a>s s>guard s>b guard>j b>j j>done"),
        draw("p", user("a"), boundary("t", "a", timer="5 days after due", interrupts=False), GUARD, xor("m"), user("b"),
             flows="begin>a a>guard guard>m t>m m>b b>done"),
        draw("p", user("a"), GUARD, user("b"), flows="begin>a a>b b>guard guard>done"),
    ],
    ids=["a way around", "a timer around", "beside", "an event before", "after instead of before"],
)  # fmt: skip
def test_a_way_around_a_guard_is_refused(diagram: str) -> None:
    assert rules(bundle(diagram), BEFORE).get("guard_avoided") == "guard"


def test_a_new_step_before_the_guard_is_no_way_around() -> None:
    files = bundle(
        draw(
            "p", user("a"), xor("x", default="guard"), end("declined"), GUARD, user("b"),
            flows="begin>a a>x x>guard x>declined[a.sure = true] guard>b b>done",
        )
    )  # fmt: skip
    assert rules(files, BEFORE) == {}


def test_another_role_for_a_guard_is_pointed_out() -> None:
    files = {
        name: text.replace('roundtable:role="lead"', 'roundtable:role="chair"')
        for name, text in BEFORE.items()
    }
    assert rules(files, BEFORE) == {"guard_weaker": "guard"}


def test_deploying_over_a_version_keeps_its_guards(database: Database) -> None:
    with database.write() as session:
        put_into_use(session, BEFORE)
    with pytest.raises(BundleRefused, match="guard step"), database.write() as session:
        put_into_use(session, bundle(draw("p", user("a"), user("b"), flows="begin>a a>b b>done")))
    with database.read() as session:
        assert [version.number for version in engine.deployed(session)] == [1]
