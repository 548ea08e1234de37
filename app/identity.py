"""Who the child is, as label and words, for the one page that shows it once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.words import day

LABELS = {
    "child_name": "Name",
    "name": "Name",
    "other_names": "Other names",
    "date_of_birth": "Date of birth",
    "address": "Address",
    "identifier": "Identifier",
    "family": "Family",
}


def in_words(known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known, the name first, without what was left empty."""
    order = [*(key for key in LABELS if key in known), *(key for key in known if key not in LABELS)]
    return [
        (LABELS.get(key, key.replace("_", " ").capitalize()), _words(known[key]))
        for key in order
        if known[key]
    ]


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_words(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(_words(part) for part in value.values() if part)
    try:
        return day(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
