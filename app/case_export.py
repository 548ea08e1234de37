"""An exported case as its printed page shows it: the data of the file, with names and words for people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.words import day, moment
from reviews.record_types import TABLES

UNREAD = frozenset({"id", "review", "process_instance", "instance_id", "task_id", "form_version", "key"})
# In the file alone: what the other rows and the timeline say already, step by step.
IN_THE_FILE_ALONE = frozenset({"user_task", "submission", "deadline", "chase", "outbox"})
LABELS = {
    "ref": "Reference",
    "by_person": "By",
    "to_whom": "With whom",
    "group_name": "Group",
    "about": "About",
    "held_on": "Held on",
    "due_on": "Due",
    "sum": "How the date was counted",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
Pairs = list[tuple[str, str]]


@dataclass
class PrintedPart:
    """One part: its title, and for each kind of row what it holds and the rows as labels and words."""

    title: str
    groups: list[tuple[str, list[Pairs]]] = field(default_factory=list)


def printed(told: Mapping[str, Any]) -> list[PrintedPart]:
    """The parts of an export, without what only a machine reads and without what was left empty."""
    words = {**told["agencies"], **told["people"]}
    parts = []
    for part in told["parts"]:
        groups = [
            (TABLES[name].holds, [pairs for row in rows if (pairs := _pairs(row, words))])
            for name, rows in part["tables"].items()
            if name not in IN_THE_FILE_ALONE
        ]
        parts.append(PrintedPart(part["title"], [group for group in groups if group[1]]))
    return parts


def _pairs(row: Mapping[str, Any], words: Mapping[str, str]) -> Pairs:
    found = []
    for key, value in row.items():
        told = _words(value, words)
        if key not in UNREAD and told and not (isinstance(value, str) and _ID.fullmatch(value)):
            found.append((LABELS.get(key, key.replace("_", " ").capitalize()), told))
    return found


def _words(value: Any, words: Mapping[str, str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        texts = [_words(each, words) for each in value]
        return ("\n" if any(isinstance(each, Mapping) for each in value) else ", ").join(filter(None, texts))
    if isinstance(value, Mapping):
        lines = ((key.replace("_", " ").capitalize(), _words(each, words)) for key, each in value.items())
        return "\n".join(f"{label}: {text}" for label, text in lines if text)
    return _text(str(value), words)


def _text(text: str, words: Mapping[str, str]) -> str:
    """Ids as names, dates as words, codes as words; what people wrote stays as it is."""
    if text in words:
        return words[text]
    if _MOMENT.match(text):
        return moment(dt.datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return day(dt.date.fromisoformat(text))
    return text.replace("_", " ").capitalize() if re.fullmatch(r"[a-z]+(_[a-z]+)*", text) else text
