"""What scenarios may name, for the checks of a bundle: people and agencies of the invented partnership, what
may happen, the questions of forms, and what notices say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from engine.world import Asked, Stage
from forms import FormRefused, Question, load_form
from reviews.demonstration.loading import as_written
from reviews.notice_files import words_in
from reviews.studio.beginning import FACTS, spine_of
from reviews.studio.happenings import KNOWN
from reviews.studio.people_words import OF_THE_REVIEW, one_agency, role_and_agency, role_of
from reviews.studio.wording import Unknown, read_day
from reviews.texts import TEXTS

FILLED_IN = re.compile(r"\{[^{}]*\}")


@lru_cache(maxsize=1)
def stage() -> Stage:
    """The stage of every scenario of this release."""
    return Stage(
        people=_asked(_people),
        role=_asked(role_of),
        agency=_asked(_agency),
        day=_asked(read_day),
        says=_says,
        happenings={name: each.facts for name, each in KNOWN.items()},
        facts=_facts,
        questions=_questions,
    )


def _asked(look: Callable[[str], Any]) -> Callable[[str], str]:
    """What to write instead of some words; "" where `look` knows them."""

    def ask(words: str) -> str:
        try:
            look(words)
        except Unknown as unknown:
            return unknown.what_to_do or str(unknown)
        return ""

    return ask


def _people(words: str) -> None:
    said = " ".join(words.split())
    if said.lower() not in OF_THE_REVIEW:
        role_and_agency(said, _agencies())


def _agency(words: str) -> str:
    return one_agency(words, _agencies())


@lru_cache(maxsize=1)
def _agencies() -> Mapping[str, str]:
    return {str(row["id"]): str(row["name"]) for row in as_written()["agencies"]}


def _facts(process: str) -> Collection[str]:
    return FACTS.get(spine_of(process), ())


@lru_cache(maxsize=300)
def _questions(name: str, text: str) -> Mapping[str, Asked] | None:
    """The questions of a form by key; None for a form that cannot be read: its own findings say so."""
    try:
        return _by_key(load_form(text, name).questions)
    except FormRefused:
        return None


def _by_key(questions: Iterable[Question]) -> dict[str, Asked]:
    return {question.key: _question(question) for question in questions}


def _question(question: Question) -> Asked:
    if question.kind == "dynamiclist":
        return Asked("rows", questions=_by_key(question.questions))
    if question.kind not in ("radio", "select", "checklist"):
        return Asked("date" if question.kind == "date" else "")
    told = {each.lower() for choice in question.choices for each in (choice.value, choice.label)}
    return Asked("choice", None if question.options else frozenset(told))


def _says(words: str, files: Mapping[str, str]) -> str:
    """ "" where a notice says these words itself; what is filled in cannot be known beforehand."""
    said = words.strip().lower()
    notices = (words_in(files, text) for text in TEXTS)
    texts = (f"{notice.subject}{{}}{notice.body}".lower() for notice in notices)
    if any(said in piece for text in texts for piece in FILLED_IN.split(text)):
        return ""
    return "It is right where the words are filled in. Otherwise look at the texts of notices."
