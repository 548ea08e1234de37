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
    are the ids of those who can be asked; with none, any will do."""

    services: Collection[str] = ()
    answers: Answers = field(default=no_answers_known)
    facts: Callable[[str], Collection[str] | None] = field(default=no_facts_known)
    roles: Collection[str] = ()
