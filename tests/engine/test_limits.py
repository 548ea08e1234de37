"""A model cannot take the engine down: endless, too deep and too wide are stopped, named, and leave the case
as it was."""

from __future__ import annotations

import pytest

from engine import Database, ModelFault, ServiceCall, ServiceRegistry
from engine.workflow import running
from tests.engine.case import Case
from tests.engine.drawing import draw, service, user, xor


def test_steps_that_never_wait_for_anybody_are_stopped(database: Database, services: ServiceRegistry) -> None:
    services.service("spin")(_nothing)
    diagram = draw(
        "p",
        user("a"),
        xor("x", default="done"),
        service("spin"),
        flows="begin>a a>x x>spin[a.on = true] spin>x x>done",
    )
    case = Case(database, diagram)
    with pytest.raises(ModelFault, match="without waiting"):
        case.complete("a", on=True)
    assert case.open() == ["a"]


def test_a_case_that_has_gone_round_too_often_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library would go silent at depth 1,000 and call the case completed."""
    monkeypatch.setattr(running, "MAX_DEPTH", 40)
    case = Case(
        database, draw("p", user("a"), xor("x", default="a"), flows="begin>a a>x x>a x>done[a.stop = true]")
    )
    with pytest.raises(ModelFault, match="gone round too often"):
        for _ in range(40):
            case.complete("a")
    assert case.open() == ["a"]


def test_a_list_that_is_too_long_opens_nothing(database: Database) -> None:
    diagram = draw("p", user("a"), user("each", items="a.items as item"), flows="begin>a a>each each>done")
    case = Case(database, diagram)
    with pytest.raises(ModelFault, match="at most 200"):
        case.complete("a", items=list(range(201)))
    assert case.open() == ["a"]


def test_a_list_that_is_none_opens_nothing(database: Database) -> None:
    diagram = draw("p", user("a"), user("each", items="a.items as item"), flows="begin>a a>each each>done")
    case = Case(database, diagram)
    with pytest.raises(ModelFault):
        case.complete("a", items="not a list")
    assert case.open() == ["a"]


def test_an_expression_that_asks_for_too_much_is_stopped(database: Database) -> None:
    loop = "count(for x in 1..a.many, y in 1..a.many return x) > 0"  # the checks refuse one that asks at once
    case = Case(
        database,
        draw(
            "p",
            user("a"),
            xor("x", default="done"),
            user("b"),
            flows=f"begin>a a>x x>b[{loop}] x>done b>done",
        ),
    )
    with pytest.raises(ModelFault):
        case.complete("a", many=9999)
    assert case.open() == ["a"]


def _nothing(call: ServiceCall) -> None: ...
