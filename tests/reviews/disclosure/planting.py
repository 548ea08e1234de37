"""Variants of who a child is, as people and word processors write them: what a seeded generator plants."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

ALIKE = str.maketrans("aeopcxsi", "аеорсхѕі")
ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
Draw = random.Random
Variant = Callable[[Draw, str], str]


def _misspelled(draw: Draw, name: str) -> str:
    """One letter left out, put in, changed, or changed about with the next; never the first."""
    word = max(name.split(), key=len)
    place = draw.randrange(1, len(word) - 1)
    letter = draw.choice([each for each in "bdgkmtvz" if each != word[place].lower()])
    return draw.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        ]
    )


def _with(sign: str) -> Variant:
    def put(draw: Draw, name: str) -> str:
        word = draw.choice([each for each in name.split() if len(each) > 3])
        place = draw.randrange(2, len(word) - 1)
        return word[:place] + sign + word[place:]

    return put


def _initials(sign: str) -> Variant:
    return lambda _, name: sign.join(word[0] for word in name.split()) + sign.strip()


NAMES: dict[str, Variant] = {
    "whole": lambda _, name: name,
    "given": lambda _, name: name.split()[0],
    "family": lambda _, name: name.split()[-1],
    "capitals": lambda _, name: name.upper(),
    "small": lambda _, name: name.lower(),
    "possessive": lambda draw, name: draw.choice(name.split()) + draw.choice(["'s", "’s"]),
    "plural": lambda _, name: f"the {name.split()[-1]}s",
    "initials": _initials(""),
    "initials with stops": _initials("."),
    "initials with spaces": _initials(" "),
    "alike": lambda _, name: name.translate(ALIKE),
    "accents": lambda draw, name: name.replace("e", "e\u0301").replace("a", draw.choice("áàä")),
    "zero width": _with("\u200b"),
    "soft hyphen": _with("\u00ad"),
    "line": _with("-\n"),
    "joiner": _with("\u2060"),
    "letters": lambda _, name: " ".join(max(name.split(), key=len)),
    "wide": lambda _, name: "".join(chr(ord(each) + 0xFEE0) if each.isalpha() else each for each in name),
    "joined": lambda _, name: "".join(name.split()),
    "hyphen": lambda _, name: "-".join(name.split()),
    "underscore": lambda _, name: "_".join(name.split()).lower(),
    "turned": lambda _, name: ", ".join(reversed(name.split())),
    "tag": lambda _, name: f"#JusticeFor{name.split()[0]}",
    "misspelled": _misspelled,
    "child and letter": lambda _, name: f"Child {name[0]}",
}
DATES: dict[str, Callable[[dt.date], str]] = {
    "slashes": lambda day: f"{day:%d/%m/%Y}",
    "stops": lambda day: f"{day.day}.{day.month}.{day:%y}",
    "hyphens": lambda day: f"{day:%d-%m-%y}",
    "iso": lambda day: day.isoformat(),
    "words": lambda day: f"{day.day} {day:%B %Y}",
    "short": lambda day: f"{day.day} {day:%b} {day:%Y}",
    "no year": lambda day: f"{day.day} {day:%B}",
    "american": lambda day: f"{day:%B} {day.day}, {day.year}",
    "american figures": lambda day: f"{day.month}/{day.day}/{day.year}",
    "th": lambda day: f"{day.day}th of {day:%B}",
    "ordinal": lambda day: f"the {ORDINALS[day.day]} of {day:%B}" if day.day <= 10 else f"{day.day} {day:%B}",
    "month first": lambda day: f"{day:%b} {day.day}",
    "together": lambda day: f"{day:%d%m%Y}",
    "small letters": lambda day: f"{day.day} {day:%B %Y}".lower(),
    "a line": lambda day: f"{day.day}\n{day:%B %Y}",
}
PLACES: dict[str, Variant] = {
    "whole": lambda _, address: address,
    "number and street": lambda _, address: address.split(",")[0],
    "street": lambda _, address: address.split(",")[0].split(" ", 1)[1],
    "street in small letters": lambda _, address: address.split(",")[0].split(" ", 1)[1].lower(),
    "street in capitals": lambda _, address: address.split(",")[0].split(" ", 1)[1].upper(),
    "town": lambda _, address: address.split(",")[1].strip(),
    "misspelled": lambda draw, address: (
        _misspelled(draw, address.split(",")[0].split(" ", 1)[1].split()[0]) + " Row"
    ),
    "alike": lambda _, address: address.split(",")[0].split(" ", 1)[1].translate(ALIKE),
}
FRAMES = (
    "Nobody asked {} at the time.",
    "It was {} who wrote to us.",
    "The record says {} twice, and no more.",
    "({})",
    "After {} it changed.",
    "{} was in every letter.",
)


def planted(draw: Draw, facts: dict[str, Any], harmless: list[str]) -> tuple[str, list[tuple[int, int, str]]]:
    """A text of harmless sentences with a variant of a name, of the date of birth and of the address in it;
    and where each stands, with its kind."""
    names = [facts["name"], *(row["person_name"] for row in facts.get("family") or [])]
    name, kind = draw.choice(names), draw.choice(sorted(NAMES))
    day, form = dt.date.fromisoformat(facts["date_of_birth"]), draw.choice(sorted(DATES))
    place = draw.choice(sorted(PLACES))
    variants = [
        (NAMES[kind](draw, name), f"name, {kind}"),
        (DATES[form](day), f"date, {form}"),
        (PLACES[place](draw, facts["address"]), f"address, {place}"),
    ]
    draw.shuffle(variants)
    text, spans = "", []
    for words, told in variants:
        text += " ".join(draw.sample(harmless, 2)) + " "
        before, after = draw.choice(FRAMES).split("{}")
        start = len(text) + len(before)
        text += f"{before}{words}{after} "
        spans.append((start, start + len(words), told))
    return text, spans
