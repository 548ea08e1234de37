"""States written by earlier releases are read and driven to their end (promise R9). Files in `golden/` are
never changed."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from engine import StateUnreadable
from engine.diagram import read_diagram
from engine.workflow import compile_diagram, load

GOLDEN = Path(__file__).parent / "golden"


class Host:
    """Nothing to evaluate and nothing to perform on this way to the end."""

    def evaluate(self, expression: str, element: str) -> Any:
        raise AssertionError(expression)

    def perform(self, element: str) -> None:
        raise AssertionError(element)


@pytest.mark.parametrize("state", sorted(GOLDEN.glob("*.state")), ids=lambda path: path.stem)
def test_a_state_of_an_earlier_release_goes_on_to_its_end(state: Path) -> None:
    diagram = read_diagram(state.with_suffix(".bpmn").read_bytes(), "process.bpmn")
    run, variables = load(state.read_bytes(), compile_diagram(diagram), Host())
    assert variables["fact"] == {"is": "kept"}
    assert sorted(task.element for task in run.open_tasks()) == ["a", "late_step"]
    for name in ("a", "late_step"):
        run.complete(next(task.token for task in run.open_tasks() if task.element == name))
    assert run.deliver("closed")
    run.complete(run.open_tasks()[0].token)
    assert (run.ended, run.outcome) == (True, "Done")


def test_a_state_of_a_format_we_do_not_know_is_refused() -> None:
    diagram = read_diagram((GOLDEN / "format_1.bpmn").read_bytes(), "process.bpmn")
    facts = json.loads(zlib.decompress((GOLDEN / "format_1.state").read_bytes()))
    unknown = zlib.compress(json.dumps({**facts, "format": 99}).encode())
    with pytest.raises(StateUnreadable, match="99"):
        load(unknown, compile_diagram(diagram), Host())
