"""The diagrams as they are shipped can be read: no arrow crosses another where that can be avoided, no words
lie on other words or under an arrow."""

from __future__ import annotations

from itertools import combinations

import pytest

from engine.drawing.arrows import labels, lines
from engine.drawing.geometry import Segment, segments
from engine.drawing.sheet import Sheet, waypoints
from reviews.shipped import bundle_files, shipped_processes

# Both lead back to the left below the way of the referral, the one from beside it, the other from the lanes
# under it, to the inner of two places. The way itself is closed on its other side by the hand-over.
UNAVOIDABLE = {
    ("flow_look_again_to_before_decision", "flow_more_information_to_before_discussion"),
}


def sheet_of(process: str) -> Sheet:
    return Sheet(bundle_files(process)[f"{process}.bpmn"])


def cross(one: Segment, other: Segment) -> bool:
    """Whether two lines, level or upright, go through each other; meeting at an end is no crossing."""
    upright = [line for line in (one, other) if line[0][0] == line[1][0]]
    level = [line for line in (one, other) if line[0][1] == line[1][1]]
    if len(upright) != 1 or len(level) != 1:
        return False
    ((x, top), (_, bottom)), ((left, y), (right, _)) = upright[0], level[0]
    return min(left, right) < x < max(left, right) and min(top, bottom) < y < max(top, bottom)


def test_what_a_crossing_is() -> None:
    assert cross(((0, 5), (10, 5)), ((5, 0), (5, 10)))
    assert not cross(((0, 5), (10, 5)), ((5, 5), (5, 10))), "it ends there"
    assert not cross(((0, 5), (10, 5)), ((0, 7), (10, 7)))


@pytest.mark.parametrize("process", shipped_processes())
def test_no_arrow_crosses_another_that_need_not(process: str) -> None:
    sheet = sheet_of(process)
    arrows = {name: segments(waypoints(edge)) for name, edge in sheet.edges()}
    for name, found in arrows.items():
        for line in found:
            assert line[0][0] == line[1][0] or line[0][1] == line[1][1], f"{name} slants"
    crossed = {
        tuple(sorted((one, other)))
        for (one, first), (other, second) in combinations(arrows.items(), 2)
        if any(cross(line, another) for line in first for another in second)
    }
    assert crossed - UNAVOIDABLE == set()


@pytest.mark.parametrize("process", shipped_processes())
def test_words_lie_on_no_other_words_and_under_no_arrow(process: str) -> None:
    sheet = sheet_of(process)
    words = list(labels(sheet))
    assert [pair for pair in combinations(words, 2) if pair[0].meets(pair[1])] == []
    under = [box for box in words for line in lines(sheet, set()) if box.grown(-2).crossed(line)]
    assert under == []
