"""Running cases are moved to another version without breaking: each row here breaks the library's own migration,
or is one that an owner would fear (engine notes 5)."""

from __future__ import annotations

import pytest

from engine import Database
from tests.engine.case import Case
from tests.engine.drawing import boundary, catch, draw, user
from tests.engine.moving import Moved, Mover

ABC = draw("p", user("a"), user("b"), user("c"), flows="begin>a a>b b>c c>done")


def test_a_step_after_the_current_one_is_asked(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    task = case.task("b")
    mover = Mover(case)
    foreseen = mover.to(
        draw("p", user("a"), user("b"), user("n"), user("c"), flows="begin>a a>b b>n n>c c>done")
    )
    assert foreseen.unchanged
    assert case.task("b").id == task.id
    assert mover.to_the_end() == ["b", "n", "c"]


def test_a_step_before_the_current_one_is_not_asked(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    mover = Mover(case)
    foreseen = mover.to(
        draw("p", user("a"), user("n"), user("b"), user("c"), flows="begin>a a>n n>b b>c c>done")
    )
    assert [step.name for step in foreseen.too_late] == ["N"]
    assert mover.to_the_end() == ["b", "c"]


def test_an_open_step_that_is_gone_must_be_mapped(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    without = draw("p", user("a"), user("c"), flows="begin>a a>c c>done")
    with pytest.raises(Moved, match="The case is at “B”, which the new version does not have"):
        Mover(case).to(without)
    assert case.open() == ["b"]


@pytest.mark.parametrize(("said", "rest"), [("skip", ["c"]), ("n", ["n", "c"])])
def test_an_open_step_that_is_gone_is_skipped_or_becomes_another(
    database: Database, said: str, rest: list[str]
) -> None:
    case = Case(database, ABC)
    case.complete("a")
    task = case.task("b")
    mover = Mover(case)
    mover.to(draw("p", user("a"), user("n"), user("c"), flows="begin>a a>n n>c c>done"), {"b": said})
    if said == "n":
        assert case.task("n").id == task.id
    assert mover.to_the_end() == rest


def test_an_open_step_that_is_gone_may_keep_its_case_where_it_is(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    mover = Mover(case)
    with pytest.raises(Moved, match="stays on its version"):
        mover.to(draw("p", user("a"), user("c"), flows="begin>a a>c c>done"), {"b": "leave"})
    assert mover.to_the_end() == ["b", "c"]


def test_a_completed_step_that_is_gone_stays_as_history(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a", said="kept")
    mover = Mover(case)
    assert mover.to(draw("p", user("b"), user("c"), flows="begin>b b>c c>done")).unchanged
    assert "a" in case.state.done
    assert mover.facts()["variables"]["a"]["said"] == "kept"
    assert mover.to_the_end() == ["b", "c"]
