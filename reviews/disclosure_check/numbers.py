"""Numbers and ways to reach somebody: NHS and pupil numbers, references, telephones, e-mail addresses, and
people named by a title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviews.disclosure_check.folding import Reading, plain_key
from reviews.disclosure_check.known import Known
from reviews.disclosure_check.marks import LOOK, MUST_GO, Mark

_MOST_PIECES, _SHORTEST = 12, 4
_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w+])(?:\+ ?44|0044|0)[ ()\-.0-9]{8,18}(?!\d)")
_LONG = re.compile(r"(?<!\w)(?:[a-z]{0,4}[\-/]?)\d(?:[ \-]?\d){6,24}[a-z]?(?!\w)")
_REFERENCE = re.compile(
    r"(?<!\w)[a-z]{1,6}[/\-]\d{2,}(?:[/\-][a-z0-9]{1,8}){0,4}(?!\w)|(?<!\w)[a-z]{2,4}\d{5,12}(?!\w)"
)
_USUAL = re.compile(r"[a-z]+-(?:\d\d|(?:19|20)\d\d)")  # covid-19, under-18, mid-2024
_ENDING = re.compile(r"(?:ending|ends|last (?:four|4)(?: digits)?)[a-z :,\n]{0,14}(\d{4})(?!\d)")
_TITLE = re.compile(
    r"(?<!\w)(?:dr|doctor|mr|mrs|ms|miss|mx|prof|professor|rev|reverend|father|imam|rabbi|sister|nurse|midwife|"
    r"sgt|sergeant|insp|inspector|supt|cllr|councillor|pc|dc|ds|di|dci|wpc|judge|hhj)\b\.?[ \n]{1,2}"
    r"(?:[a-z]\.? ?)?(?:[a-z][a-z'\-]{1,30}|\d{2,6})"
)
_NEVER_A_NAME = frozenset("and or the of in is was who to for with on at had has said did will".split())


def find_numbers(reading: Reading, known: Known) -> Iterator[Mark]:
    """The marks of numbers, telephones, e-mail addresses and people with a title."""
    yield from _own(reading, known)
    for match in _ENDING.finditer(reading.plain):
        if any(number.endswith(match[1]) for number in known.numbers):
            why = "These are the last figures of a number of this case."
            yield Mark("number", *reading.span(*match.span(1)), MUST_GO, why, "Leave it out")
    yield from _reach(reading, known)
    for pattern in (_LONG, _REFERENCE):
        for match in pattern.finditer(reading.plain):
            if _USUAL.fullmatch(match[0]):
                continue
            why = "This looks like a number that belongs to one person or one case."
            yield Mark("number", *reading.span(*match.span()), LOOK, why, "Leave it out")
    yield from _titled(reading)


def numbers_in(text: str) -> set[str]:
    """The numbers that a paper of the case gives: references, telephones, collar numbers."""
    plain = Reading(text).plain
    runs = {
        re.sub(r"\W", "", match[0]) for each in (_PHONE, _LONG, _REFERENCE) for match in each.finditer(plain)
    }
    titled = re.findall(r"(?<!\w)(?:pc|dc|ds|di|sgt|wpc|pcso)\.? ?(\d{3,6})(?!\d)", plain)
    return {number for number in runs | set(titled) if sum(map(str.isdigit, number)) >= _SHORTEST}


def mail_in(text: str) -> set[str]:
    """The e-mail addresses of a text, plain."""
    return {match[0].replace(" ", "") for match in _MAIL.finditer(Reading(text).plain)}


def plain_number(text: str) -> str:
    """A number as it is compared: letters that are taken for figures are figures."""
    return plain_key(text).replace("o", "0").replace("l", "1").replace("i", "1")


def _own(reading: Reading, known: Known) -> Iterator[Mark]:
    """Numbers of the case, with whatever stands between their figures."""
    numbers = {
        plain_number(number): number for number in known.numbers if len(plain_number(number)) >= _SHORTEST
    }
    if not numbers:
        return
    longest, tokens = max(map(len, numbers)), reading.tokens
    begins = {number[:1] for number in numbers}
    figures = [plain_number(token.word) for token in tokens]
    for place, token in enumerate(tokens):
        if figures[place][:1] not in begins:
            continue
        joined = ""
        for number in range(place, min(place + _MOST_PIECES, len(tokens))):
            if number > place and len(reading.gap(number - 1)) > 3:
                break
            joined += figures[number]
            if len(joined) > longest:
                break
            if joined in numbers and any(letter.isdigit() for letter in joined):
                why = "This is a number of the child or of this case."
                place_of = reading.span(token.start, tokens[number].end)
                yield Mark("number", *place_of, MUST_GO, why, "Leave it out")


def _reach(reading: Reading, known: Known) -> Iterator[Mark]:
    own_figures = {_national(number) for number in known.numbers}
    for match in _MAIL.finditer(reading.plain):
        address = re.sub(r" ?(?:\(at\)|\[at\]|@) ?", "@", match[0])
        own = address in known.addresses_of_mail
        why = "This is an e-mail address of this case." if own else "This is an e-mail address."
        yield Mark("contact", *reading.span(*match.span()), MUST_GO if own else LOOK, why, "Leave it out")
    for match in _PHONE.finditer(reading.plain):
        figures = _national(re.sub(r"\D", "", match[0]))
        if not 10 <= len(figures) <= 11:
            continue
        own = figures in own_figures
        why = "This is a telephone number of this case." if own else "This is a telephone number."
        end = match.start() + len(match[0].rstrip(" -.("))
        yield Mark(
            "contact", *reading.span(match.start(), end), MUST_GO if own else LOOK, why, "Leave it out"
        )


def _national(figures: str) -> str:
    """A telephone number as it is dialled in this country."""
    return re.sub(r"^(?:0044|44)0?", "0", figures)


def _titled(reading: Reading) -> Iterator[Mark]:
    for match in _TITLE.finditer(reading.plain):
        written = reading.written(*match.span())
        title, _, name = written.replace("\n", " ").partition(" ")
        last = name.split()[-1] if name.split() else ""
        capital = title[:1].isupper() and (last[:1].isupper() or last.isdigit())
        if capital and last.casefold() not in _NEVER_A_NAME:
            why = "This names a person by a title."
            yield Mark(
                "titled_name", *reading.span(*match.span()), LOOK, why, "Say the role", "a practitioner"
            )
