"""What the checks of a bundle ask of the world it will run in: services, roles, what forms make known.

The engine knows neither forms nor the domain; whoever does fills this in (`engine.domain.Domain`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fact:
    """What a part of a variable can hold: its kind (date, text, number, boolean; empty when not known), and
    the values, where they are a few."""

    kind: str = ""
    values: frozenset[object] = frozenset()


Answers = Callable[[str, str], Mapping[str, Fact] | None]


@dataclass(frozen=True)
class Asked:
    """One question of a form, as a scenario answers it: of which kind (date, choice, rows, or empty), the
    words of its choices in small letters (None where they are not known), and the questions of one row."""

    kind: str = ""
    choices: frozenset[str] | None = None
    questions: Mapping[str, Asked] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """What a scenario may name beside processes and their steps. `people`, `role`, `agency`, `day` and `says`
    are asked about the words of a line: "" where they are known, else what to write instead."""

    people: Callable[[str], str]
    role: Callable[[str], str]
    agency: Callable[[str], str]
    day: Callable[[str], str]
    says: Callable[[str, Mapping[str, str]], str]
    happenings: Mapping[str, Collection[str]]
    facts: Callable[[str], Collection[str]]
    questions: Callable[[str, str], Mapping[str, Asked] | None]


def no_stage() -> Stage | None:
    """For a domain without scenarios."""
    return None


def no_texts(files: Mapping[str, str]) -> Collection[str] | None:
    """For a domain that does not say which texts there are: any will do."""
    return None


def no_answers_known(name: str, text: str) -> Mapping[str, Fact] | None:
    """For a domain that has not said how its forms are read: anything may be below a step's name."""
    return None


def no_facts_known(service: str) -> Collection[str] | None:
    """For services that do not say what they give."""
    return None


@dataclass(frozen=True)
class World:
    """`services` are the names a diagram may ask for. `answers` says which answers of a form (its file's
    name, its text) become variables, and `facts` what a service gives; None where that is not known. `roles`
    are the ids of those who can be asked; with none, any will do. `stage` is what scenarios may name. `texts`
    are the notices that can be sent beside the files of a bundle; `readers` whom a reminder names beside a
    role."""

    services: Collection[str] = ()
    answers: Answers = field(default=no_answers_known)
    facts: Callable[[str], Collection[str] | None] = field(default=no_facts_known)
    roles: Collection[str] = ()
    stage: Callable[[], Stage | None] = field(default=no_stage)
    texts: Callable[[Mapping[str, str]], Collection[str] | None] = field(default=no_texts)
    readers: Collection[str] = ()
