"""Dates and ages in a text: in figures and in words, with and without a year, in English and in Welsh."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviews.ages import BANDS
from reviews.disclosure_check.folding import Reading
from reviews.disclosure_check.known import Known
from reviews.disclosure_check.marks import LOOK, MUST_GO, Mark

_MONTHS = (
    "january jan ionawr|february feb chwefror|march mar mawrth|april apr ebrill|may mai|june jun mehefin|"
    "july jul gorffennaf|august aug awst|september sept sep medi|october oct hydref|november nov tachwedd|"
    "december dec rhagfyr"
)
MONTHS = {word: number for number, line in enumerate(_MONTHS.split("|"), start=1) for word in line.split()}
NAMES = ("", *(line.split()[0].capitalize() for line in _MONTHS.split("|")))
_ONES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINALS = {word: number for number, word in enumerate(_ONES, start=1)}
ORDINALS |= {
    f"twenty{sign}{word}": 20 + number for number, word in enumerate(_ONES[:9], 1) for sign in ("", " ", "-")
}
ORDINALS |= {"thirtieth": 30, "thirty first": 31, "thirty-first": 31, "thirtyfirst": 31}
_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
CARDINALS = {word: number for number, word in enumerate(_CARDINALS)}

_S = r"[ \n\t,.]{0,3}"
_ALL_ORDINALS = "|".join(sorted((re.escape(word) for word in ORDINALS), key=len, reverse=True))
_ALL_MONTHS = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = rf"(?P<day>\d{{1,2}}|{_ALL_ORDINALS})(?:[ ]?(?:st|nd|rd|th|af|ain|fed|ydd|eg))?"
_MONTH = rf"(?P<month>{_ALL_MONTHS})\b\.?"
_YEAR = r"(?:[ \n\t,.'\-/]{1,3}(?:o )?(?P<year>\d{4}|\d{2})(?![\d:]|\.\d))?"
_LINK = r"(?:[ \n\t.\-/]{0,3}(?:day )?(?:of )?(?:o )?(?:the )?(?:month of )?)"
_WRITTEN = (
    re.compile(rf"(?<![\w.]){_DAY}{_LINK}{_MONTH}{_YEAR}(?!\w)"),
    re.compile(
        rf"(?<!\w){_MONTH}[ \n\t.\-/,]{{1,3}}(?:the )?{_DAY}(?!\d|[ \n]?(?:to|-|:)[ \n]?\d){_YEAR}(?![\w])"
    ),
)
_FIGURES = (
    re.compile(
        r"(?<![\d/.\-])(?P<year>\d{4})[ ]?[/.\- ][ ]?(?P<month>\d{1,2})[ ]?[/.\- ][ ]?"
        r"(?P<day>\d{1,2})(?!\d|[/.\-]\d)"
    ),
    re.compile(
        r"(?<![\d/.\-])(?P<day>\d{1,2})[ ]?(?P<sign>[/.\-_:\\ ])[ ]?(?P<month>\d{1,2})[ ]?(?P=sign)[ ]?"
        r"(?P<year>\d{4}|\d{2})(?!\d|[/.\-]\d)"
    ),
    re.compile(r"(?<!\d)(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)"),
)
_SHORT = re.compile(
    r"(?<![\d/.\-])(?P<day>\d{1,2})[ ]?(?P<sign>[/.\-])[ ]?(?P<month>\d{1,2})(?!\d|[/.\-%]\d|%)"
)
_MONTH_OF_YEAR = re.compile(
    rf"(?<!\w)(?P<month>{_ALL_MONTHS})\b\.?[ \n\t,]{{1,3}}(?:of )?(?:o )?(?P<year>\d{{4}}|'\d{{2}})(?!\d)"
)
_FIGURE_MONTH = re.compile(r"(?<![\d/.\-])(?P<month>\d{1,2})[/.\-](?P<year>(?:19|20)\d{2})(?!\d|[/.\-]\d)")
_BORN_IN = re.compile(r"(?<!\w)(?:born|birth|b\.|dob)[a-z ,:\n]{0,20}(?P<year>(?:19|20)\d{2})(?!\d|[/.\-]\d)")

_COUNT = rf"(?P<age>\d{{1,2}}|{'|'.join(sorted(_CARDINALS, key=len, reverse=True))})"
_BETWEEN = r"(?!\d|[ \n]{0,2}(?:to|-|and|or)[ \n]{0,2}(?:\d|under|over|above|below|older|younger)|[ \n]?\+)"
_AGES = (
    re.compile(
        r"(?<!\w)age[ds]?[ \n]{0,2}(?:of|was|is|:)?[ \n]{0,2}(?:just |only |about |nearly )?"
        rf"{_COUNT}(?!\w){_BETWEEN}"
        r"(?:[ \n]?(?P<unit>months?|weeks?|days?)(?!\w))?"
    ),
    re.compile(
        rf"(?<![\w\-]){_COUNT}[ \n\-]{{0,2}}(?:and a half )?(?:years?|yrs?|y)[ \n\-/]{{0,2}}"
        r"(?:olds?|o|of age)(?!\w)"
    ),
    re.compile(
        rf"(?<![\w\-]){_COUNT}[ \n\-]{{0,2}}(?P<unit>months?|weeks?|days?|mths?|wks?)[ \n\-]{{0,2}}"
        r"(?:old|of age)(?!\w)"
    ),
    re.compile(
        r"(?<!\w)(?:turned|turning|(?:is|was|were) (?:only |just |nearly )?(?:then |now )?)"
        rf"{_S}{_COUNT}[ \n]{{0,2}}(?=years? old|when|at the time|[.,;](?!\d)|$)"
    ),
    re.compile(rf"(?<!\w)(?P<age>{_ALL_ORDINALS}|\d{{1,2}}(?:st|nd|rd|th))[ \n]{{1,2}}birthday"),
    re.compile(
        rf"(?<!\w){_COUNT}[ \n]{{0,2}}(?:yrs?|years?)"
        r"(?:[ \n]{1,2}(?:and )?\d{1,2} ?(?:m|mths?|months?))(?!\w)"
    ),
)
_RANGE_BEFORE = re.compile(
    r"(?:\d|under|over|between|above|below|least)[ \n]{0,2}(?:to|and|or|-)?[ \n]{0,2}$"
)
_OLD_LENGTHS = {"m": 12, "w": 52, "d": 365}


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    days: frozenset[tuple[int | None, int, int]]  # year, month, day: two, where 3/4 may be either
    strict: bool = True  # no doubt that it is a date


def find_dates(reading: Reading, known: Known) -> Iterator[Mark]:
    """The marks of exact dates, of the month and year of birth, and of exact ages."""
    for found in _dates(reading.plain):
        mark = _judged(reading, found, known)
        if mark is not None:
            yield mark
    yield from _months_of_birth(reading, known)
    yield from _ages(reading, known)


def _dates(text: str) -> Iterator[_Found]:
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            day = ORDINALS.get(match["day"]) or (int(match["day"]) if match["day"].isdigit() else 0)
            year = _year(match["year"])
            if _is_day(year, MONTHS[match["month"]], day):
                yield _Found(*match.span(), frozenset({(year, MONTHS[match["month"]], day)}))
    for pattern in _FIGURES:
        for match in pattern.finditer(text):
            days = _either(_year(match["year"]), int(match["month"]), int(match["day"]))
            if days:
                yield _Found(*match.span(), days)
    for match in _SHORT.finditer(text):
        days = _either(None, int(match["month"]), int(match["day"]))
        if days:
            sure = match["sign"] != "-" and len(match["day"] + match["month"]) == 4
            yield _Found(*match.span(), days, strict=sure)


def _year(written: str | None) -> int | None:
    if written is None:
        return None
    return int(written) if len(written) == 4 else 2000 + int(written)


def _either(year: int | None, month: int, day: int) -> frozenset[tuple[int | None, int, int]]:
    """The day that figures mean, and the one they mean to an American."""
    both = {(year, month, day), (year, day, month)}
    return frozenset(each for each in both if _is_day(*each))


def _is_day(year: int | None, month: int, day: int) -> bool:
    if year is not None and not 1900 <= year <= 2099:
        return False
    try:
        dt.date(year or 2000, month, day)
    except ValueError:
        return False
    return True


def _judged(reading: Reading, found: _Found, known: Known) -> Mark | None:
    def among(days: set[dt.date]) -> bool:
        return any(
            (year is None or year in (each.year, each.year + 100)) and (month, day) == (each.month, each.day)
            for year, month, day in found.days
            for each in days
        )

    year, month, _ = min(found.days, key=lambda each: each[1:])
    without = f"{NAMES[month]} {year}" if year else ""
    if among(known.born):
        why, kind, strength, instead = "This is the child’s date of birth.", "birth", MUST_GO, ""
        say = "Leave it out, or give the age band"
    elif not found.strict:
        return None
    elif among(known.dates):
        why, kind, strength, instead = "This is a date of this case.", "date", MUST_GO, without
        say = "Say the month at most"
    elif any(each[0] is None for each in found.days) and not _is_worded(reading, found):
        return None
    else:
        why, kind, strength, instead = "This is an exact date.", "date", LOOK, without
        say = "Say the month at most"
    return Mark(kind, *reading.span(found.start, found.end), strength, why, say, instead)


def _is_worded(reading: Reading, found: _Found) -> bool:
    return any(letter.isalpha() for letter in reading.plain[found.start : found.end])


def _months_of_birth(reading: Reading, known: Known) -> Iterator[Mark]:
    born = {(each.year, each.month) for each in known.born}
    for pattern in (_MONTH_OF_YEAR, _FIGURE_MONTH):
        for match in pattern.finditer(reading.plain):
            month = MONTHS.get(match["month"]) or (int(match["month"]) if match["month"].isdigit() else 0)
            if (_year(match["year"].lstrip("'")), month) in born:
                why = "This is the month in which the child was born."
                yield Mark("birth", *reading.span(*match.span()), LOOK, why, "Give the age band instead")
    for match in _BORN_IN.finditer(reading.plain):
        if int(match["year"]) in {each.year for each in known.born}:
            why = "This is the year in which the child was born."
            yield Mark("birth", *reading.span(*match.span("year")), LOOK, why, "Give the age band instead")


def _ages(reading: Reading, known: Known) -> Iterator[Mark]:
    for pattern in _AGES:
        for match in pattern.finditer(reading.plain):
            before = reading.plain[max(0, match.start() - 12) : match.start()]
            if _RANGE_BEFORE.search(before) and "birthday" not in match[0]:
                continue
            written = match["age"].rstrip("stndrh") if match["age"][:1].isdigit() else match["age"]
            number = CARDINALS.get(written, ORDINALS.get(written, -1))
            number = int(written) if written.isdigit() else number
            unit = (match.groupdict().get("unit") or "")[:1]
            years = number // _OLD_LENGTHS[unit] if unit else number
            own = years in known.ages
            band = next((name for below, name in BANDS if years < below), "")
            yield Mark(
                "age",
                *reading.span(*match.span()),
                MUST_GO if own else LOOK,
                "This is an exact age, and the child’s." if own else "This is an exact age.",
                f"Give the band: “{band}”" if band else "Say “an adult”",
                f"aged {band}" if band and "birthday" not in match[0] else "",
            )
