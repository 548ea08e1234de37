"""Small numbers: whoever knows the rule and subtracts must not be able to tell one that is hidden."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from reviews.measures.suppressing import FEW, Shown, suppressed

MOST = 9


def possible(shown: Shown) -> Iterator[dict[str, int]]:
    """Every row of counts that a reader must think possible: by the total, and that one of one to four is
    there wherever something is hidden."""
    hidden = [name for name, count in shown.counts.items() if count is None]
    if shown.total is None:
        return
    left = shown.total - sum(count or 0 for count in shown.counts.values())
    for values in itertools.product(range(1, left + 1), repeat=len(hidden)):
        if sum(values) == left and min(values, default=FEW) < FEW:
            yield dict(zip(hidden, values, strict=True))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_no_hidden_number_can_be_worked_out(length: int) -> None:
    names = "abc"[:length]
    for counts in itertools.product(range(MOST), repeat=length):
        shown = suppressed(dict(zip(names, counts, strict=True)))
        worlds = list(possible(shown))
        for name in [name for name, count in shown.counts.items() if count is None]:
            told = {world[name] for world in worlds}
            assert shown.total is None or (len(told) > 1 and max(told) >= FEW), (counts, shown)


def test_what_is_shown_is_true_and_never_small() -> None:
    for counts in itertools.product(range(MOST), repeat=3):
        row = dict(zip("abc", counts, strict=True))
        shown = suppressed(row)
        for name, count in shown.counts.items():
            assert count is None or (count == row[name] and (count == 0 or count >= FEW))
        assert shown.total in (None, sum(counts))


def test_one_small_number_takes_the_smallest_other_with_it() -> None:
    shown = suppressed({"a": 2, "b": 30, "c": 7, "d": 0})
    assert shown.counts == {"a": None, "b": 30, "c": None, "d": 0}
    assert shown.total == 39


def test_where_nothing_can_hide_it_the_total_goes_too() -> None:
    assert suppressed({"a": 3}) == Shown({"a": None}, None)
    assert suppressed({"a": 1, "b": 1}) == Shown({"a": None, "b": None}, None)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert suppressed({"a": 5, "b": 0}) == Shown({"a": 5, "b": 0}, 5)
