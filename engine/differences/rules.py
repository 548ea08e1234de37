"""Which rule of one table is which of the other, and in which order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

Cells = tuple[str, ...]


def matched(old: Sequence[Cells], new: Sequence[Cells]) -> dict[int, int]:
    """Place in `new` -> place in `old` of what is the same rule: cell for cell, else the most alike.

    Rules that have half of their cells or more alike are the same, changed. Places count from 0.
    """
    found: dict[int, int] = {}
    left = set(range(len(old)))
    for place, cells in enumerate(new):  # cell for cell, the nearest first
        same = [each for each in left if old[each] == cells]
        if same:
            found[place] = min(same, key=lambda each: abs(each - place))
            left.remove(found[place])
    pairs = sorted(
        (-_alike(old[was], cells), abs(was - now), now, was)
        for now, cells in enumerate(new)
        if now not in found
        for was in left
    )
    for alike, _, now, was in pairs:
        if now not in found and was in left and -2 * alike >= len(new[now]):
            found[now] = was
            left.remove(was)
    return found


def moved(pairs: dict[int, int]) -> set[int]:
    """The places in the new table of rules that changed their order among those that stayed.

    All others keep their order: the longest rising run stands still, the rest has moved.
    """
    places = sorted(pairs)
    tails: list[int] = []
    runs: list[list[int]] = []
    for place in places:
        length = bisect_left(tails, pairs[place])
        run = [*(runs[length - 1] if length else []), place]
        if length == len(tails):
            tails.append(pairs[place])
            runs.append(run)
        else:
            tails[length], runs[length] = pairs[place], run
    return set(places) - set(runs[-1] if runs else ())


def _alike(one: Cells, other: Cells) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))
