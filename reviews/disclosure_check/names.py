"""Names in a text: whole and in parts, short forms, initials, plurals, broken by lines or signs, written with
letters that only look alike, and misspelled by one letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from reviews.disclosure_check.folding import Reading, Token, plain_key, plain_words
from reviews.disclosure_check.known import (
    CHILD,
    EVERYDAY,
    FAMILY,
    PLAIN_TITLES,
    STAFF,
    KnownName,
    common_words,
)
from reviews.disclosure_check.marks import LOOK, MUST_GO, Mark
from reviews.disclosure_check.near import Near
from reviews.disclosure_check.short_forms import forms_of

MOST_WORDS = 5
_JOINED = re.compile(r"[ \-'._/\n\t*]{0,4}")
_SPELLED = re.compile(r"[ .\-_*]{1,2}")
_ORDER = {CHILD: 0, FAMILY: 1, STAFF: 2}
_WHOSE = {CHILD: "the child", FAMILY: "somebody in the family", STAFF: "somebody who works on this review"}
_KINDS = {CHILD: "child_name", FAMILY: "family_name", STAFF: "staff_name"}
_SAY = {
    CHILD: ("Say “the child”, or use the pseudonym", "the child"),
    FAMILY: ("Say who they are to the child: “a brother or sister”, “a parent”", "a family member"),
    STAFF: ("Say the role: “a social worker”, “the school nurse”", "a practitioner"),
}
# Capitals that stand for something else far more often than for a person. Our own compilation.
_ACRONYMS = frozenset(
    "gp pc cp tv uk eu it pm nhs mh da hr la ht sw hv pe re sen ot lac tac cin fgm ehcp cse csa dv ed "
    "id it us ok vs am ie eg ah hq no so if as at be by do go he in is me my of on or to up we qa".split()
)
_BEFORE_AN_INITIAL = frozenset(
    "child baby boy girl pupil patient infant toddler sibling brother sister mother father mum dad "
    "parent family".split()
)


@dataclass(frozen=True)
class _Entry:
    whose: str
    how: str  # whole, part, short
    several: bool = False  # made of several words: spaces inside are its own


@dataclass
class Names:
    """The names of a case in the forms a text may have them in."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    initials: dict[str, str] = field(default_factory=dict)  # "ks" -> whose
    single: dict[str, str] = field(default_factory=dict)  # "k" -> whose
    given: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, names: list[KnownName]) -> Names:
        """The forms of these names; the child's come before the family's, theirs before the staff's."""
        made = cls()
        for name in sorted(names, key=lambda each: _ORDER[each.whose]):
            made._add(name)
        return made

    @cached_property
    def near(self) -> Near:
        """The forms that a misspelled word is compared with."""
        return Near([key for key, entry in self.entries.items() if entry.how != "short" or len(key) > 5])

    @cached_property
    def longest(self) -> int:
        """Letters of the longest form."""
        return max(map(len, self.entries), default=0)

    def _add(self, name: KnownName) -> None:
        words = [
            word for word in name.text.split() if plain_key(word) not in PLAIN_TITLES and plain_key(word)
        ]
        keys = [plain_key(word) for word in words]
        if len(keys) > 1:
            self._put("".join(keys), _Entry(name.whose, "whole", True))
            self._put(keys[0] + keys[-1], _Entry(name.whose, "whole", True))
            self._put(keys[-1] + keys[0], _Entry(name.whose, "whole", True))
            for letters in {"".join(key[0] for key in keys), keys[0][0] + keys[-1][0]}:
                self.initials.setdefault(letters, name.whose)
        for word, key in zip(words, keys, strict=True):
            pieces = plain_words(word)
            for piece in [key, *(each for each in pieces if len(each) >= 3)]:
                if len(piece) >= 2:
                    self._put(piece, _Entry(name.whose, "part", piece == key and len(pieces) > 1))
            if len(pieces) > 1:
                self.initials.setdefault("".join(each[0] for each in pieces), name.whose)
        if not keys:
            return
        if name.whose != STAFF:
            for key in (keys[0], keys[-1]):
                self.single.setdefault(key[0], name.whose)
        for given in dict.fromkeys([keys[0], *plain_words(words[0])]):
            if len(given) >= 5:
                self.given.setdefault(given, name.whose)
            for short in forms_of(given):
                self._put(short, _Entry(name.whose, "short"))
                if len(keys) > 1:
                    self._put(short + keys[-1], _Entry(name.whose, "whole", True))

    def _put(self, key: str, entry: _Entry) -> None:
        known = self.entries.get(key)
        if known is None or (known.how == "short" and entry.how != "short" and known.whose == entry.whose):
            self.entries[key] = entry


def find_names(reading: Reading, names: Names) -> Iterator[Mark]:
    """The marks of every name of the case."""
    if not names.entries:
        return
    tokens = reading.tokens
    for place, token in enumerate(tokens):
        found = _longest(reading, names, place) or _inside(reading, names, token) or _like(names, token)
        if found is not None:
            yield _marked(reading, token.start, *found)
    yield from _broken_and_alike(reading, names)
    yield from _spelled_out(reading, names)
    yield from _initials(reading, names)


def _longest(reading: Reading, names: Names, place: int) -> tuple[int, _Entry, str, str] | None:
    """The longest name that begins at a word: its end, what it is, how strong, and how it is told."""
    tokens, joined = reading.tokens, ""
    found = None
    for number in range(place, min(place + MOST_WORDS, len(tokens))):
        if number > place and not _JOINED.fullmatch(reading.gap(number - 1)):
            break
        joined += tokens[number].word
        if len(joined) > names.longest + 2:
            break
        entry = next((names.entries[key] for key in _singular(joined) if key in names.entries), None)
        plural = number == place and joined not in names.entries
        if entry is None or (plural and joined in common_words() and not tokens[place].capital):
            continue
        strength = _strength(reading, names, entry, place, number)
        if strength:
            told = {"whole": "the name of", "part": "a name of", "short": "a short form of a name of"}[
                entry.how
            ]
            found = (tokens[number].end, entry, strength, told)
    return found


def _singular(word: str) -> list[str]:
    """A word as it stands, and without the ending of a plural or of a possessive."""
    forms = [word]
    if len(word) > 3 and word.endswith("s"):
        forms.append(word[:-1])
        if word.endswith("es"):
            forms.append(word[:-2])
        if word.endswith("ies"):
            forms.append(word[:-3] + "y")
    return forms


def _strength(reading: Reading, names: Names, entry: _Entry, first: int, last: int) -> str:
    """How strong a name is that stands from one word to another; "" where it is a usual word."""
    tokens = reading.tokens
    token = tokens[first]
    if last > first:
        pieces = [each.word for each in tokens[first : last + 1]]
        ends = pieces[-1] == "s"  # of a possessive
        if entry.several or (ends and last == first + 1):
            return MUST_GO if not ends or entry.several else _strength(reading, names, entry, first, first)
        return "" if all(piece in common_words() or len(piece) < 2 for piece in pieces) else MUST_GO
    if token.word not in common_words() and _singular(token.word)[-1] not in common_words():
        short = entry.how == "short" and len(token.word) < 4 and not token.capital
        return LOOK if short or len(token.word) < 3 else MUST_GO
    if not token.capital:
        return "" if token.word in EVERYDAY or entry.how == "short" else LOOK
    shouted = token.capitals and len(token.word) > 1 and _among_capitals(tokens, first)
    return LOOK if token.begins or shouted or _is_month(reading, first) else MUST_GO


def _among_capitals(tokens: list[Token], place: int) -> bool:
    beside = tokens[max(0, place - 1) : place] + tokens[place + 1 : place + 2]
    return all(each.capitals for each in beside)


def _is_month(reading: Reading, place: int) -> bool:
    tokens = reading.tokens
    if tokens[place].word not in ("may", "april", "june", "august"):
        return False
    before = tokens[place - 1].word if place else ""
    after = tokens[place + 1].word if place + 1 < len(tokens) else ""
    return after.isdigit() or before.isdigit() or before in _BEFORE_A_MONTH


_BEFORE_A_MONTH = frozenset(
    "in by since until till last next early late mid of from to and between during before after st nd "
    "rd th".split()
)


def _inside(reading: Reading, names: Names, token: Token) -> tuple[int, _Entry, str, str] | None:
    """A name joined to other words without a space: #JusticeForKestrel, kestrel2019."""
    if not 5 < len(token.word) <= 60:
        return None
    bare = reading.plain[max(0, token.start - 1) : token.start] in ("#", "@")
    humps = sum(letter.isupper() for letter in token.written[1:]) and not token.capitals
    if not bare and not humps and token.word.isalpha():
        return None
    for key, entry in names.entries.items():
        if len(key) >= 4 and key in token.word and entry.how != "short" and key not in EVERYDAY:
            return token.end, entry, MUST_GO, "a name of"
    return None


def _like(names: Names, token: Token) -> tuple[int, _Entry, str, str] | None:
    """A word that is a name but for one letter, or looks like a short form that nobody has listed."""
    word = token.word
    if word in common_words():
        return None
    for form in _singular(word):
        key = names.near.find(form) if form not in common_words() else None
        if key is not None:
            return token.end, names.entries[key], LOOK, "looks like a name of"
    if token.capital and len(word) >= 3:
        stem = re.sub(r"(?:y|ie|i|s|z|zy|zie|o|sy)$", "", word)
        for given, whose in names.given.items():
            for begins in {word, stem, stem.replace("z", "s")}:
                if len(begins) >= 3 and given.startswith(begins) and begins != given:
                    return token.end, _Entry(whose, "short"), LOOK, "looks like a short form of a name of"
    return None


def _broken_and_alike(reading: Reading, names: Names) -> Iterator[Mark]:
    """A misspelled name that is also broken at the end of a line, or written in two words."""
    tokens = reading.tokens
    for place in range(len(tokens) - 1):
        if tokens[place].word in common_words() and tokens[place + 1].word in common_words():
            continue
        joined = tokens[place].word + tokens[place + 1].word
        if len(joined) > 40 or joined in names.entries or not _JOINED.fullmatch(reading.gap(place)):
            continue
        key = names.near.find(joined)
        if key is not None and len(key) > 6:
            entry = names.entries[key]
            yield _marked(
                reading, tokens[place].start, tokens[place + 1].end, entry, LOOK, "looks like a name of"
            )


def _spelled_out(reading: Reading, names: Names) -> Iterator[Mark]:
    """A name with a space or a sign between its letters: "K e s t r e l"."""
    tokens, place = reading.tokens, 0
    while place < len(tokens):
        run = [tokens[place]]
        while (
            len(run[-1].word) == 1
            and place + len(run) < len(tokens)
            and len(tokens[place + len(run)].word) == 1
            and _SPELLED.fullmatch(reading.gap(place + len(run) - 1))
        ):
            run.append(tokens[place + len(run)])
        place += len(run)
        if len(run) < 3:
            continue
        letters = "".join(each.word for each in run)
        for key, entry in names.entries.items():
            begins = letters.find(key) if len(key) >= 3 else -1
            while begins >= 0:
                last = begins + len(key)
                yield _marked(reading, run[begins].start, run[last - 1].end, entry, MUST_GO, "a name of")
                begins = letters.find(key, last)


def _initials(reading: Reading, names: Names) -> Iterator[Mark]:
    tokens = reading.tokens
    for place, token in enumerate(tokens):
        end, letters = token.end, token.word
        dotted = False
        if len(token.word) == 1:
            number = place
            while number + 1 < len(tokens) and len(tokens[number + 1].word) == 1 and len(letters) < 4:
                if not _SPELLED.fullmatch(reading.gap(number)) or letters in names.initials:
                    break
                number += 1
                letters += tokens[number].word
                end = tokens[number].end
            dotted = "." in reading.plain[token.start : end]
        written = reading.written(token.start, end)
        capital = all(letter.isupper() for letter in written if letter.isalpha())
        if not capital and len(letters) > 2 and written[-1:] == "s" and written[:-1].isupper():
            letters, capital = letters[:-1], True  # "KQs"
        whose = names.initials.get(letters)
        if whose is not None and len(letters) > 1 and (capital or dotted):
            sure = whose != STAFF and capital and (dotted or letters not in _ACRONYMS)
            yield _initials_marked(reading, token.start, end, whose, MUST_GO if sure else LOOK)
        elif len(token.word) == 1 and token.capital and token.word in names.single:
            yield from _one_initial(reading, names, place)


def _one_initial(reading: Reading, names: Names, place: int) -> Iterator[Mark]:
    """ "Child K" is an initial; a K in other places may be one; an A or an I mostly is a word."""
    token = reading.tokens[place]
    whose = names.single[token.word]
    before = reading.tokens[place - 1].word if place else ""
    named = before in _BEFORE_AN_INITIAL
    if named or token.word not in ("a", "i"):
        start = reading.tokens[place - 1].start if named else token.start
        yield _initials_marked(reading, start, token.end, whose, MUST_GO if named else LOOK)


def _initials_marked(reading: Reading, start: int, end: int, whose: str, strength: str) -> Mark:
    begin, stop = reading.span(start, end)
    say, instead = _SAY[whose]
    return Mark("initials", begin, stop, strength, f"These are initials of {_WHOSE[whose]}.", say, instead)


def _marked(reading: Reading, start: int, end: int, entry: _Entry, strength: str, told: str) -> Mark:
    begin, stop = reading.span(start, end)
    say, instead = _SAY[entry.whose]
    why = told if told.startswith("looks") else f"is {told}"
    return Mark(
        _KINDS[entry.whose], begin, stop, strength, f"This {why} {_WHOSE[entry.whose]}.", say, instead
    )
