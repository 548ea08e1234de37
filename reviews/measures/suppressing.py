"""Small numbers: a count of one to four is not shown where it could point at a child, nor can it be told.

Where one number of a row is hidden and the total is shown, subtraction gives it away. So as many more are
hidden, smallest first, as it takes: at least two, and together so many that each of them could be five or
more. Where that cannot be reached the total is hidden, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

FEW = 5
FEW_WORDS = "fewer than 5, or hidden beside one"


@dataclass(frozen=True)
class Shown:
    """Counts as they may be shown, and their total: None for what is hidden. Nought is always shown."""

    counts: dict[str, int | None]
    total: int | None


def suppressed(counts: Mapping[str, int]) -> Shown:
    """Hide what is small in the counts of one row, and what gives it away."""
    hidden = {name for name, count in counts.items() if 0 < count < FEW}
    rest = sorted((name for name, count in counts.items() if count >= FEW), key=lambda name: counts[name])
    while hidden and rest and not _safe([counts[name] for name in hidden]):
        hidden.add(rest.pop(0))
    known = not hidden or _safe([counts[name] for name in hidden])
    total = sum(counts.values())
    return Shown(
        {name: None if name in hidden else count for name, count in counts.items()},
        total if known else None,
    )


def _safe(hidden: Collection[int]) -> bool:
    """Whether each of the hidden numbers could be five or more by all that their sum tells."""
    return len(hidden) > 1 and sum(hidden) >= FEW + len(hidden) - 1
