"""Words as they are kept and as they are asked for: folded, with the forms that no stemmer finds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

MOST_TERMS = 8
LONGEST_TERM = 40
NOT_DECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
# Plurals that change the word; a stemmer knows the others.
IRREGULAR = (
    ("child", "children"),
    ("person", "people"),
    ("man", "men"),
    ("woman", "women"),
    ("wife", "wives"),
    ("life", "lives"),
    ("self", "selves"),
    ("half", "halves"),
    ("knife", "knives"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("crisis", "crises"),
    ("diagnosis", "diagnoses"),
    ("analysis", "analyses"),
    ("criterion", "criteria"),
)
OTHER_FORM = {**dict(IRREGULAR), **{many: one for one, many in IRREGULAR}}


def folded(text: str) -> str:
    """A text as single words in small letters without accents, one space between."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(NOT_DECOMPOSED))
    kept = (each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    return " ".join("".join(kept).split())


def terms(asked: str) -> list[tuple[str, ...]]:
    """What somebody looks for: each term in every form that counts, at most eight terms."""
    found = [each[:LONGEST_TERM] for each in folded(asked).split() if len(each) > 1 or each.isdigit()]
    return [tuple(_forms(each)) for each in dict.fromkeys(found)][:MOST_TERMS]


def _forms(term: str) -> Iterator[str]:
    yield term
    if term in OTHER_FORM:
        yield OTHER_FORM[term]
