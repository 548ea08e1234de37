"""The words of a deadline sentence, and the words people write instead of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from engine.deadlines.span import Unit

UNITS = {name: unit for unit in Unit for name in (unit.value, f"{unit.value}s")}
KEYWORDS = {"after", "before", "on", "at", "latest", "the", "earlier", "and", "every", "of", "or", "working"}
KEYWORDS |= set(UNITS)
AFTER_WORDS = {"from", "since", "following", "past", "of", "post"}
BEFORE_WORDS = {"until", "till", "ahead", "by", "prior", "pre"}
# Words people put in front of an amount that add nothing to it.
FILLERS = {"in", "within", "for", "about", "max", "maximum"}
TOO_SHORT = {"minute", "minutes", "min", "mins", "second", "seconds", "sec", "secs"}

_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
NUMBER_WORDS = {word: number for number, word in enumerate(_NUMBERS)} | {
    "a": 1,
    "an": 1,
    "fifteen": 15,
    "twenty": 20,
}

_WORKING_DAY_WORDS = {
    "workday",
    "workdays",
    "workingday",
    "workingdays",
    "working_day",
    "working_days",
    "wd",
    "wds",
}
_WORKING_WORDS = {"business", "work", "office", "weekday", "weekdays"}
_ABBREVIATIONS = {
    **dict.fromkeys(("d", "dys"), "days"),
    **dict.fromkeys(("w", "wk", "wks"), "weeks"),
    **dict.fromkeys(("m", "mth", "mths", "mo", "mos"), "months"),
    **dict.fromkeys(("y", "yr", "yrs"), "years"),
    **dict.fromkeys(("h", "hr", "hrs"), "hours"),
}
_TOKEN = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2}[\w:.+-]*)|(?P<number>\d+(?:\.\d+)?)|(?P<iso>P(?:\d|T\d)[\w.]*)"
    r"|(?P<word>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<comma>,)|(?P<other>\S)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the sentence and where it stands. The kind of the last one, which is empty, is "end"."""

    kind: str
    text: str
    position: int

    @property
    def end(self) -> int:
        """The character after it."""
        return self.position + len(self.text)

    @property
    def word(self) -> str:
        """Its text in lower case if it is a word, else ""."""
        return self.text.lower() if self.kind == "word" else ""


def tokens(text: str) -> Iterator[Token]:
    """Cut a sentence into its pieces, ending with an empty one."""
    for found in _TOKEN.finditer(text):
        yield Token(found.lastgroup or "other", found.group(), found.start())
    yield Token("end", "", len(text.rstrip()))


def meant_unit(word: str, following: str) -> tuple[str, int] | None:
    """The unit somebody meant by a word (and the one after it) and how many words it replaces, or None."""
    if word in _WORKING_DAY_WORDS:
        return "working days", 1
    follows_days = following in {"day", "days"} or bool(get_close_matches(following, ("day", "days"), 1, 0.7))
    if word in _WORKING_WORDS or get_close_matches(word, ("working", "business"), 1, 0.75):
        return "working days", 2 if follows_days else 1
    if word in _ABBREVIATIONS:
        return _ABBREVIATIONS[word], 1
    one_word = [name for name in UNITS if " " not in name]
    close = get_close_matches(word, one_word, 1, 0.6)
    return (f"{UNITS[close[0]]}s", 1) if close else None
