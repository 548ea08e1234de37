"""Words that are one letter away from a known one: left out, put in, changed, or two changed about.

Every known word is filed under itself and under each form with one letter left out; a word that is asked
about is looked up in the same way. So the work grows with the text and not with the text times the names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

SHORTEST, LONGEST = 5, 40


class Near:
    """Known words of five letters and more, to be found by words like them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._filed: dict[str, list[str]] = defaultdict(list)
        self._known: dict[str, str | None] = {}
        for word in words:
            if SHORTEST <= len(word) <= LONGEST:
                for form in {word, *_one_less(word)}:
                    self._filed[form].append(word)

    def find(self, word: str) -> str | None:
        """A known word that differs from this one by one letter; None where it is known itself or is none."""
        if not SHORTEST - 1 <= len(word) <= LONGEST + 1 or not self._filed:
            return None
        if word not in self._known:
            self._known[word] = self._look(word)
        return self._known[word]

    def _look(self, word: str) -> str | None:
        for form in (word, *_one_less(word)):
            for known in self._filed.get(form, ()):
                if known != word and one_apart(known, word):
                    return known
        return None


def _one_less(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def one_apart(one: str, other: str) -> bool:
    """Whether one letter left out, put in or changed, or two changed about, makes one the other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    place = next((number for number, letter in enumerate(one) if letter != other[number]), len(one))
    if len(one) < len(other):
        return one[place:] == other[place + 1 :]
    if one[place + 1 :] == other[place + 1 :]:
        return True
    return one[place + 2 :] == other[place + 2 :] and one[place : place + 2] == other[place : place + 2][::-1]
