"""A text as its reader sees it: letters that only look different made the same, with the way back to where
each stood.

Zero-width letters, soft hyphens and accents are left out; letters of other alphabets that look like Latin
ones are taken for them (Unicode TR39 calls them confusable); every apostrophe and every dash is one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

# What NFKD leaves whole, and what looks like a Latin letter without being one. Our own compilation.
_ALIKE = str.maketrans(
    {
        **dict(zip("øłđðıɑɡ", "oldd" + "iag", strict=True)),
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        **dict(zip("АВЕКМНОРСТУХІЈЅ", "abekmhopctyxijs", strict=True)),
        **dict(zip("авекмнорстухіјѕһԁԛԝ", "abekmhopctyxijshdqw", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),
        **dict(zip("αεικνορτυχγ", "aeikvoptuxy", strict=True)),
        **dict.fromkeys("'`´’‘‛ʼʹ′", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("“”„‟«»", '"'),
    }
)
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = frozenset(".!?:;•\n")


@dataclass(frozen=True)
class Token:
    """One word: its plain letters, where it stands in the plain text, and how it was written."""

    word: str
    start: int
    end: int
    written: str
    begins: bool  # a sentence, a line or a bullet begins with it

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.written[:1].isupper()

    @property
    def capitals(self) -> bool:
        """Whether all its letters are capitals."""
        return self.written.isupper()


class Reading:
    """One text, made plain."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = [_plain(letter) for letter in text]
        self.plain = "".join(pieces)
        self._starts: list[int] = []
        self._places: list[int] = []
        reached = 0
        for place, piece in enumerate(pieces):
            if piece:
                self._starts.append(reached)
                self._places.append(place)
                reached += len(piece)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the plain text stands in the text itself."""
        return self._place(start), self._place(end - 1) + 1

    def written(self, start: int, end: int) -> str:
        """A piece of the plain text as it was written."""
        begin, stop = self.span(start, end)
        return self.text[begin:stop]

    @cached_property
    def tokens(self) -> list[Token]:
        """The words, in their order."""
        found: list[Token] = []
        reached = 0
        for match in _WORD.finditer(self.plain):
            start, end = match.span()
            gap = self.plain[max(reached, start - 12) : start]
            begins = not found or any(letter in _SENTENCE_ENDS for letter in gap)
            found.append(Token(match[0], start, end, self.written(start, end), begins))
            reached = end
        return found

    def gap(self, number: int) -> str:
        """What stands between a word and the next."""
        return self.plain[self.tokens[number].end : self.tokens[number + 1].start]

    def _place(self, at: int) -> int:
        return self._places[bisect_right(self._starts, at) - 1]


def plain_words(text: str) -> list[str]:
    """The plain words of a short text: of a name, of an address."""
    return _WORD.findall("".join(_plain(letter) for letter in text))


def plain_key(text: str) -> str:
    """Its plain letters and digits, joined."""
    return "".join(plain_words(text))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    if letter in ("\n", "\r", "\u2028", "\u2029"):
        return "\n"
    spelled = unicodedata.normalize("NFKD", letter.translate(_ALIKE))
    kept = "".join(each for each in spelled if unicodedata.category(each) not in ("Mn", "Me", "Cf"))
    folded = kept.casefold().translate(_ALIKE)
    digit = unicodedata.digit(folded, None) if len(folded) == 1 else None
    return folded if digit is None else str(digit)
