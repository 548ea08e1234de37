"""What an editor lets people choose from: roles, services, forms, decision tables, option lists. Read from
the registries that the checks ask, so that what is offered is what is allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.decisions import DecisionError, load
from reviews.default_lists import DEFAULT_LISTS
from reviews.option_lists import LISTS
from reviews.options import PEOPLE_LISTS
from reviews.roles import ROLES
from reviews.services import registry

_LISTS = {
    "anybody": "Everybody with a role",
    "event_learning": "Learning that an event may show",
    "chairs": "People who can chair a review",
    "people": "People who can own an action",
    "step_people": "People who can have a step",
}
# Option lists made from tables, beside those that the office keeps.
OF_THE_HOST = (
    "agencies",
    "event_learning",
    "roles",
)


def roles() -> list[tuple[str, str]]:
    """Every role as id and name."""
    return [(role.id, role.name) for role in ROLES.values()]


def services() -> list[dict[str, str]]:
    """Every service that a diagram may name, with the first sentence of what it does."""
    return [{"name": name, "words": _first_sentence(registry[name].__doc__)} for name in registry.names()]


def option_lists() -> list[str]:
    """The names of the lists that a form may take its choices from."""
    return sorted({*DEFAULT_LISTS, *PEOPLE_LISTS, *OF_THE_HOST})


def list_pairs(now: str = "") -> list[tuple[str, str]]:
    """The same lists as name and words; `now` too where a form names one that is not among them."""
    known = option_lists()
    return [(name, _list_words(name)) for name in [*known, *([now] if now and now not in known else [])]]


def forms_of(files: Mapping[str, str]) -> list[dict[str, str]]:
    """The forms of a bundle: file and title. A form that cannot be read has none."""
    return [{"name": name, "title": _form_title(files[name])} for name in sorted(files) if _is(name, ".form")]


def decisions_of(files: Mapping[str, str]) -> list[dict[str, str]]:
    """The decisions of a bundle's tables: id, name and file. A file that cannot be read has none."""
    found = []
    for name in sorted(files):
        if not _is(name, ".dmn"):
            continue
        try:
            model = load(files[name].encode(), name)
        except DecisionError:
            continue
        decisions: Mapping[str, Any] = model.definitions.decisions
        found += [{"id": key, "name": each.name, "file": name} for key, each in decisions.items()]
    return found


def _list_words(name: str) -> str:
    return LISTS[name].name if name in LISTS else _LISTS.get(name, name.replace("_", " ").capitalize())


def _is(name: str, ending: str) -> bool:
    return name.endswith(ending) and "/" not in name


def _form_title(text: str) -> str:
    try:
        properties = json.loads(text).get("properties", {})
        return str(properties.get("title", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""


def _first_sentence(words: str | None) -> str:
    first = " ".join((words or "").split()).split(". ")[0].removesuffix(".")
    return first.split(" (")[0]
