"""One difference between two bundles, and how its sentence quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """What has changed: where (file and element), of which kind, in a sentence, with both texts where there
    are any."""

    file: str
    element: str
    kind: str
    sentence: str
    before: str = ""
    after: str = ""


def quoted(text: str) -> str:
    """A text in quotation marks."""
    return f"“{text}”"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """A list in words: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def upper_first(words: str) -> str:
    """Words fit for the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def is_now(subject: str, before: str, after: str) -> str:
    """That something has another value now: "The deadline of “X” is now “b”; before, it was “a”."."""
    if not before:
        return f"{upper_first(subject)} is now {quoted(after)}; before, there was none."
    if not after:
        return f"{upper_first(subject)} was taken away; it was {quoted(before)}."
    return f"{upper_first(subject)} is now {quoted(after)}; before, it was {quoted(before)}."
