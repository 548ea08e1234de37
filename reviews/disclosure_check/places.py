"""Addresses and their parts, and schools, wards, surgeries, teams and places of worship, in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from reviews.disclosure_check.folding import Reading, Token, plain_words
from reviews.disclosure_check.known import EVERYDAY, Known, common_words
from reviews.disclosure_check.marks import LOOK, MUST_GO, Mark
from reviews.disclosure_check.near import Near

_SHORT = (
    "road rd|street st str|avenue ave av|lane ln|close cl|drive dr drv|crescent cres cr|court ct "
    "crt|place pl|terrace terr ter tce|gardens gdns gdn garden|square sq|grove gr gro|park "
    "pk|mews|row|walk wlk|way wy|rise|hill hl|passage psge|green grn|view vw|parade pde|estate "
    "est|house hse|cottage cott|flat flt|apartment apt|buildings bldgs|heol|ffordd|stryd|mount mt|north "
    "n|south s|east e|west w|saint st|upper upr|lower lwr|gate|wharf|quay|villas|yard"
)
_LONG = {short: line.split()[0] for line in _SHORT.split("|") for short in line.split()}
_STREETS = frozenset(
    "road street avenue lane close drive crescent court place terrace gardens square grove park mews "
    "row walk way rise hill passage green view parade gate wharf quay villas yard buildings".split()
)
_WELSH_STREETS = frozenset("heol ffordd stryd".split())
_NO_PLACE = frozenset("england wales scotland cymru uk gb britain united kingdom ireland".split())
POSTCODE = re.compile(r"(?<!\w)([a-z]{1,2}[0-9oi][0-9a-z]?)[ \n\-.]{0,3}([0-9oi][a-z]{2})(?!\w)")
_OUTWARD = re.compile(r"[a-z]{1,2}\d[0-9a-z]?")

_KINDS = (
    r"(?:(?:primary|infants?|junior|nursery|secondary|high|comprehensive|grammar|academy|special|middle|"
    r"first) )?school|academy|college|nursery|pre-?school|playgroup|sixth form|kindergarten|ysgol|surgery|"
    r"(?:medical|health|family|children's|childrens|community|leisure|youth|resource|contact) "
    r"(?:centre|center)|group practice|clinic|hospital|infirmary|hospice|ward|unit|hostel|refuge|care home|"
    r"children's home|church|chapel|mosque|masjid|temple|synagogue|gurdwara|mandir|parish|youth club|"
    r"team|hub|football club|rugby club|swimming club|boxing club|scouts?|brownies|library|superstore|"
    r"supermarket|ltd|limited|plc"
)
_ENDS = re.compile(rf"(?<!\w)(?:{_KINDS})(?!\w)")
_WARD = re.compile(r"(?<!\w)ward (?:\d{1,3}|[a-z]\d?)(?!\w)")
_SAINT = re.compile(r"(?<!\w)(?:st|saint|ss)\.? (?:[a-z]{2,20}(?:'s|s)?)(?!\w)")
_INSTEAD = (
    (
        (
            "school",
            "academy",
            "college",
            "nursery",
            "playgroup",
            "form",
            "kindergarten",
            "ysgol",
            "preschool",
        ),
        "a school",
    ),
    (("surgery", "practice"), "a GP practice"),
    (("hospital", "infirmary", "ward", "unit", "clinic", "hospice"), "a hospital"),
    (
        ("church", "chapel", "mosque", "masjid", "temple", "synagogue", "gurdwara", "mandir", "parish"),
        "a place of worship",
    ),
    (("team", "hub"), "a team"),
)
_SMALL = frozenset("of and the for in at on 's s".split())
_MOST_BEFORE = 6


def is_organisation(name: str) -> bool:
    """Whether a name ends as those of schools, surgeries, wards and teams do, or is a saint's."""
    plain = Reading(name).plain.strip()
    ends = any(match.end() == len(plain) and match.start() for match in _ENDS.finditer(plain))
    return ends or _SAINT.match(plain) is not None or _WARD.fullmatch(plain) is not None


@dataclass
class Places:
    """The places of a case: phrases in plain letters, and what each is."""

    phrases: dict[str, str] = field(default_factory=dict)  # joined words -> street, part, town, organisation
    words: dict[str, str] = field(default_factory=dict)  # the telling word of a street: its street
    postcodes: set[str] = field(default_factory=set)
    outward: set[str] = field(default_factory=set)
    numbered: bool = False

    @cached_property
    def near(self) -> Near:
        """Phrases that a misspelled one is compared with."""
        return Near(key for key in self.phrases if len(key) > 6)

    @cached_property
    def longest(self) -> int:
        """Letters of the longest phrase."""
        return max(map(len, self.phrases), default=0)

    @classmethod
    def of(cls, known: Known) -> Places:
        """The places of these addresses and organisations."""
        made = cls()
        for address in known.addresses:
            made._add(address)
        for name in known.organisations:
            words = [_LONG.get(word, word) for word in plain_words(name)]
            if words:
                made.phrases.setdefault("".join(words), "organisation")
        return made

    def _add(self, address: str) -> None:
        reading = Reading(address)
        rest = reading.plain
        for match in POSTCODE.finditer(reading.plain):
            self.postcodes.add(_figures(match[1] + match[2]))
            self.outward.add(match[1].replace("o", "0") if match[1][-1:] == "o" else match[1])
            rest = rest.replace(match[0], ",")
        for line in re.split(r"[,;\n]", rest):
            words = plain_words(line)
            if len(words) == 1 and _OUTWARD.fullmatch(words[0]):
                self.outward.add(words[0])
            elif words:
                self._line(words)

    def _line(self, words: list[str]) -> None:
        """One line: "Flat 2, 14 Gooseberry Passage Thornmere" is a street and, after its kind, a town."""
        plain = [_LONG.get(word, word) if number else word for number, word in enumerate(words)]
        while plain and (
            any(letter.isdigit() for letter in plain[0]) or plain[0] in ("flat", "apartment", "no")
        ):
            plain = plain[1:]
        last = next((number for number, word in enumerate(plain) if number and word in _STREETS), None)
        if plain and plain[0] in _WELSH_STREETS:
            last = len(plain) - 1
        if last is None:
            self._put(plain, "part")
            return
        street, town = plain[: last + 1], plain[last + 1 :]
        self._put(street, "street")
        for word in street[:-1] if street[0] not in _WELSH_STREETS else street[1:]:
            if len(word) >= 4 and word not in common_words():
                self.words.setdefault(word, " ".join(street))
        self._put(town, "part")

    def _put(self, words: list[str], kind: str) -> None:
        if words and not set(words) <= _NO_PLACE and not (len(words) == 1 and len(words[0]) < 3):
            self.phrases.setdefault("".join(words), kind)


def find_places(reading: Reading, places: Places, known: Known) -> Iterator[Mark]:
    """The marks of addresses, postcodes and organisations."""
    yield from _phrases(reading, places, known)
    yield from _postcodes(reading, places)
    yield from _organisations(reading, known)


def _phrases(reading: Reading, places: Places, known: Known) -> Iterator[Mark]:
    tokens = reading.tokens
    for place, token in enumerate(tokens):
        joined, found = "", None
        for number in range(place, min(place + _MOST_BEFORE, len(tokens))):
            if number > place and (len(reading.gap(number - 1)) > 4 or ";" in reading.gap(number - 1)):
                break
            joined += _LONG.get(tokens[number].word, tokens[number].word) if number > place else token.word
            if len(joined) > places.longest + 2:
                break
            ending = joined[:-1] if joined.endswith("s") else joined
            key = next((form for form in (joined, ending) if form in places.phrases), None)
            if key is not None:
                found = (number, key, True)
            elif found is None:
                close = places.near.find(joined) if len(joined) > 6 and joined not in common_words() else None
                found = (number, close, False) if close else found
        if found is not None:
            mark = _phrase(reading, places, known, place, *found)
            if mark:
                yield mark
        elif token.capital and not token.begins and token.word in places.words:
            yield _of_address(
                reading, token.start, token.end, LOOK, "This word is part of the child’s address."
            )


def _phrase(
    reading: Reading, places: Places, known: Known, first: int, last: int, key: str, sure: bool
) -> Mark | None:
    tokens, kind = reading.tokens, places.phrases[key]
    start, end = tokens[first].start, tokens[last].end
    words = {token.word for token in tokens[first : last + 1]}
    if kind == "organisation":
        return _organisation(
            reading, start, end, MUST_GO if sure else LOOK, "This is named in the papers of this case."
        )
    if kind == "street":
        if first and tokens[first - 1].word[:1].isdigit() and len(reading.gap(first - 1)) <= 3:
            start = tokens[first - 1].start
        strength = MUST_GO if sure else LOOK
        return _of_address(
            reading, start, end, strength, "This is the street in which the child lives or lived."
        )
    if not tokens[first].capital and (key in EVERYDAY or key in common_words()):
        return None
    of_the_area = words <= known.area
    if of_the_area and _in_agency(reading, known, start, end):
        return None
    why = "This is a place in the child’s address."
    if of_the_area:
        why += " It is the partnership’s own area too: is it needed?"
    usual = words <= common_words()
    strength = MUST_GO if sure and not of_the_area and not usual else LOOK
    say = "Leave it out, or say “the area”"
    return Mark("place", *reading.span(start, end), strength, why, say, "" if of_the_area else "the area")


def _in_agency(reading: Reading, known: Known, start: int, end: int) -> bool:
    """Whether a word stands inside the name of an agency, which may be named."""
    for name in known.agencies:
        around = reading.plain[max(0, start - len(name)) : end + len(name)]
        if name in around:
            return True
    return False


def _of_address(reading: Reading, start: int, end: int, strength: str, why: str) -> Mark:
    return Mark(
        "address", *reading.span(start, end), strength, why, "Leave it out, or say “the home”", "the home"
    )


def _figures(code: str) -> str:
    return code.replace("o", "0").replace("i", "1")


def _postcodes(reading: Reading, places: Places) -> Iterator[Mark]:
    for match in POSTCODE.finditer(reading.plain):
        own = _figures(match[1] + match[2]) in places.postcodes
        why = "This is the child’s postcode." if own else "This is a postcode."
        if own or reading.written(*match.span()).upper() == reading.written(*match.span()):
            strength = MUST_GO if own else LOOK
            yield Mark("address", *reading.span(*match.span()), strength, why, "Leave it out")
    for token in reading.tokens:
        if token.word in places.outward:
            why = "This is the first part of the child’s postcode."
            yield Mark("address", *reading.span(token.start, token.end), MUST_GO, why, "Leave it out")


def _organisations(reading: Reading, known: Known) -> Iterator[Mark]:
    tokens = reading.tokens
    starts = {token.start: number for number, token in enumerate(tokens)}
    for match in _ENDS.finditer(reading.plain):
        last = starts.get(match.start())
        first = last
        while first is not None and first and last is not None and last - first < _MOST_BEFORE:
            before, gap = tokens[first - 1], reading.gap(first - 1)
            if (
                len(gap) > 3
                or any(sign in gap for sign in ',;:!?\n("')
                or ("." in gap and before.word not in ("st", "dr"))
            ):
                break
            if not (before.capital or (before.word in _SMALL and tokens[first].capital)) or before.word in (
                "the",
                "our",
            ):
                break
            first -= 1
        while first is not None and last is not None and first < last and _no_name(tokens[first]):
            first += 1
        if first is None or last is None or first == last:
            continue
        mark = _pattern(reading, known, tokens[first].start, match.end())
        if mark:
            yield mark
    for pattern in (_WARD, _SAINT):
        for match in pattern.finditer(reading.plain):
            written = reading.written(*match.span())
            if written[:1].isupper() and (pattern is _WARD or written.split()[-1][:1].isupper()):
                mark = _pattern(reading, known, *match.span())
                if mark:
                    yield mark


def _no_name(token: Token) -> bool:
    """Whether a word before a kind of organisation is none of its name: "A school", "Every school"."""
    usual = token.begins and (token.word in common_words() or len(token.word) < 3)
    return token.word in _SMALL or token.word == "a" or usual


def _pattern(reading: Reading, known: Known, start: int, end: int) -> Mark | None:
    plain = reading.plain[start:end]
    if any(plain in name for name in known.agencies) or _in_agency(reading, known, start, end):
        return None
    return _organisation(reading, start, end, LOOK, "This seems to be the name of one.")


def _organisation(reading: Reading, start: int, end: int, strength: str, why: str) -> Mark:
    words = set(plain_words(reading.plain[start:end]))
    instead = next((say for ends, say in _INSTEAD if words & set(ends)), "")
    say = f"Say “{instead}”" if instead else "Say what it is, not its name"
    return Mark("organisation", *reading.span(start, end), strength, why, say, instead)
