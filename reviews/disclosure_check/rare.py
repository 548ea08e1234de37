"""Small numbers, rare facts, quotations, and facts that tell together what none of them tells alone (practice
2.9: would a neighbour, a relative or a local journalist know?)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reviews.disclosure_check.dates import CARDINALS
from reviews.disclosure_check.folding import Reading
from reviews.disclosure_check.known import Known
from reviews.disclosure_check.marks import LOOK, Mark

_NUMBER = rf"(?P<count>\d{{1,2}}|{'|'.join(sorted(CARDINALS, key=len, reverse=True))})"
_PEOPLE = (
    r"(?:siblings?|brothers?(?: and sisters?)?|sisters?(?: and brothers?)?|children|sons?|daughters?|"
    r"half-siblings?)"
)
_KIND = r"(?:(?:older|younger|half|step|elder|other|full|small|young|little)[ \n-]{1,2}){0,2}"
_COUNTED = (
    re.compile(rf"(?<!\w){_NUMBER}[ \n]{{1,2}}{_KIND}{_PEOPLE}(?!\w)"),
    re.compile(
        r"(?<!\w)(?:eldest|oldest|youngest|middle|one|first|second|third|last)(?: child)?[ \n]{1,2}of"
        rf"[ \n]{{1,2}}{_NUMBER}(?: {_PEOPLE})?(?!\w)"
    ),
    re.compile(rf"(?<!\w)(?:family|household|sibling group|group) of {_NUMBER}(?!\w)"),
)
_MULTIPLE = re.compile(r"(?<!\w)(?:twins?|triplets?|quadruplets?|quads)(?!\w)")
# Conditions that a few children of an area have. Our own compilation; asthma or autism is not among them.
_CONDITIONS = (
    r"achondroplasia|albinism|angelman|apert|batten disease|brittle bones|cerebral palsy|"
    r"cri du chat|cystic fibrosis|di ?george|down(?:'s|s)? syndrome|duchenne|edwards(?:'s|"
    r"')? syndrome|ehlers-danlos|epidermolysis bullosa|f(?:o)?etal alcohol|fragile x|gastroschisis|"
    r"gastrostomy|h(?:a)?emophilia|hirschsprung|huntington(?:'s)?|hydrocephalus|juvenile arthritis|"
    r"kabuki syndrome|klinefelter|leuk(?:a)?emia|marfan|muscular dystrophy|neurofibromatosis|noonan|"
    r"osteogenesis imperfecta|phenylketonuria|prader-willi|rett syndrome|selective mutism|"
    r"sickle cell|spina bifida|spinal muscular atrophy|sturge-weber|tay-sachs|thalass(?:a)?emia|"
    r"tourette(?:'s)?|tracheostomy|treacher collins|tuberous sclerosis|turner(?:'s|s)? syndrome|"
    r"usher syndrome|williams syndrome"
)
_CONDITION = re.compile(rf"(?<!\w)(?:{_CONDITIONS})(?!\w)")
_EVENT = re.compile(
    r"(?<!\w)(?:house fire|arson|murder(?:ed)?|manslaughter|stabb(?:ed|ing)|shooting|drown(?:ed|ing)|inquest|"
    r"newspapers?|in the news|headlines|televised|surroga(?:te|cy)|conjoined|kidnap(?:ped|ping)|trafficked|"
    r"lottery|train crash|car crash|helicopter|air ambulance|prison sentence|life sentence)(?!\w)"
)
_QUOTED = re.compile(r'"([^"]{2,1500})"')
_QUOTED_PLAINLY = re.compile(r"(?<!\w)'((?:[^'\n]|(?<=\w)'(?=\w)){2,1500})'(?!\w)")
FEWEST_QUOTED = 3
MOST_SIBLINGS = 2

_NATIONALITIES = (
    "afghan albanian american arabic arab australian bangladeshi belarusian bengali brazilian "
    "bulgarian cantonese chinese congolese croatian czech dutch egyptian eritrean estonian ethiopian "
    "farsi filipino french gambian german ghanaian greek gujarati gypsy hebrew hungarian indian "
    "iranian iraqi italian jamaican japanese jewish kenyan korean kosovan kurdish latvian lebanese "
    "libyan lithuanian malaysian mandarin moldovan moroccan muslim hindu sikh buddhist nepalese "
    "nepali nigerian pakistani pashto persian polish portuguese punjabi roma romani romanian russian "
    "rwandan serbian slovak slovakian slovenian somali spanish sudanese swahili swedish syrian tamil "
    "thai tibetan tigrinya traveller turkish ugandan ukrainian urdu vietnamese yoruba zimbabwean "
    "caribbean african mormon amish jehovah's witness catholic orthodox pentecostal baptist "
    "evangelical"
)
_BACKGROUND = re.compile(
    rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in _NATIONALITIES.split())})s?(?!\w)"
)
_AGE_BAND = re.compile(
    r"(?<!\w)(?:aged? (?:under )?\d{1,2}(?: to | and |-)?(?:\d{1,2})?|under 1|\d{1,2} to \d{1,2} years?|"
    r"newborn|baby|infant|toddler|unborn|pre-?school child|primary school (?:child|pupil|girl|boy)|"
    r"teenage[rd]?|adolescent)(?!\w)"
)
_PLACE = re.compile(
    r"(?<!\w)(?:village|island|farm|caravan (?:site|park)|barracks|harbour|hamlet|seaside|army base)(?!\w)"
)
_PARTS = {
    "age": "an age",
    "background": "a nationality, a language or a religion",
    "place": "a place",
    "rare": "a rare fact",
}
_KINDS = {
    "age": "age",
    "birth": "age",
    "place": "place",
    "address": "place",
    "rare": "rare",
    "small_number": "rare",
}
FEWEST_TOGETHER = 3


def find_rare(reading: Reading, known: Known) -> Iterator[Mark]:
    """The marks of small numbers, rare facts and quotations."""
    for pattern in _COUNTED:
        for match in pattern.finditer(reading.plain):
            count = CARDINALS.get(match["count"], -1)
            count = int(match["count"]) if match["count"].isdigit() else count
            own = known.siblings is not None and count in (known.siblings, known.siblings + 1)
            family = "family" in match[0] or "household" in match[0]
            if count > MOST_SIBLINGS or (own and family):
                why = "This tells how large the family is" + (", and it is right." if own else ".")
                say = "Give a number only where it matters: “brothers and sisters”"
                yield Mark(
                    "small_number", *reading.span(*match.span()), LOOK, why, say, "brothers and sisters"
                )
    for pattern, why in (
        (_MULTIPLE, "Few families have twins."),
        (_CONDITION, "Few children in an area have this."),
    ):
        for match in pattern.finditer(reading.plain):
            yield _rare(reading, match, why)
    for match in _EVENT.finditer(reading.plain):
        yield _rare(reading, match, "An event like this is remembered, and can be looked up.")
    if not known.may_quote:
        yield from _quotations(reading)


def _rare(reading: Reading, match: re.Match[str], why: str) -> Mark:
    say = "Leave it out, or say it in general: “a health condition”"
    return Mark("rare", *reading.span(*match.span()), LOOK, why, say)


def _quotations(reading: Reading) -> Iterator[Mark]:
    patterns = (_QUOTED, _QUOTED_PLAINLY)
    spans = [reading.span(*match.span()) for each in patterns for match in each.finditer(reading.plain)]
    for start, end in spans:
        if len(reading.text[start:end].split()) >= FEWEST_QUOTED:
            why = "This is a quotation, and the family’s consent to be quoted is not recorded."
            yield Mark(
                "quotation", start, end, LOOK, why, "Say it in your own words, or record the consent first"
            )


def together(readings: dict[str, Reading], found: dict[str, list[Mark]], known: Known) -> list[Mark]:
    """One mark where several facts stand together in a text: at the first of them, naming the others."""
    facts: dict[str, tuple[str, int, int]] = {}
    for name, reading in readings.items():
        for part, start, end in _facts(reading, found[name], known):
            facts.setdefault(part, (name, start, end))
    if len(facts) < FEWEST_TOGETHER:
        return []
    first, start, end = min(facts.values(), key=lambda each: (list(readings).index(each[0]), each[1]))
    told = [f"{_PARTS[part]} (“{readings[name].text[a:b]}”)" for part, (name, a, b) in sorted(facts.items())]
    why = f"Together these can tell a neighbour, a relative or a journalist who it is: {', '.join(told)}."
    mark = Mark("combination", start, end, LOOK, why, "Take out what the learning does not need")
    return [replace(mark, field=first, words=readings[first].text[start:end])]


def _facts(reading: Reading, marks: Iterable[Mark], known: Known) -> Iterator[tuple[str, int, int]]:
    """What tells something of a person, without what has to go: that tells nothing any more."""
    going = {place for mark in marks if mark.must_go for place in range(mark.start, mark.end)}
    for part, start, end in _told(reading, marks, known):
        if start not in going:
            yield part, start, end


def _told(reading: Reading, marks: Iterable[Mark], known: Known) -> Iterator[tuple[str, int, int]]:
    for mark in marks:
        if mark.kind in _KINDS:
            yield _KINDS[mark.kind], mark.start, mark.end
    for part, pattern in (("age", _AGE_BAND), ("background", _BACKGROUND), ("place", _PLACE)):
        for match in pattern.finditer(reading.plain):
            capital = reading.written(*match.span())[:1].isupper()
            if part != "background" or capital or match[0] == "traveller":
                yield part, *reading.span(*match.span())
    for token in reading.tokens:
        if token.capital and token.word in known.area and not token.begins and len(token.word) > 4:
            yield "place", *reading.span(token.start, token.end)
