"""A scenario written by answering questions: the file that says the same (docs/scenarios.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from sqlalchemy.orm import Session

from engine import Refused, drawing
from engine.diagram import Diagram
from engine.scenarios import FOLDER
from reviews.permissions import Viewer
from reviews.roles import ROLES
from reviews.studio.drafting import Draft, keep

Pairs = list[tuple[str, str]]
LONGEST_NAME = 60


def steps_to_do(diagram: Diagram) -> Pairs:
    """The steps that people do, in the order of the Steps table."""
    rows = [row.element for part in drawing.table_of(diagram) for row in part.rows]
    return [(each.id, drawing.called(each)) for each in rows if each.kind == "userTask"]


def ends(diagram: Diagram) -> Pairs:
    """How a process can end, by name; an end without one is left out."""
    names = {each.name for each in diagram.elements.values() if each.kind == "endEvent" and each.name}
    return [(name, name) for name in sorted(names)]


def write(session: Session, viewer: Viewer, draft: Draft, told: Mapping[str, Any]) -> str:
    """Keep a new scenario; its file's name. Raises Refused at a question, StaleFile."""
    text, file = text_of(told), _free_name(draft, str(told["title"]))
    keep(session, viewer, draft, {file: text})
    return file


def text_of(told: Mapping[str, Any]) -> str:
    """The file that says what was told. Raises Refused for a line that says nothing, or two things."""
    when = [_happens(row, number) for number, row in enumerate(told.get("happens") or [], start=1)]
    then = [_seen(row, number) for number, row in enumerate(told.get("seen") or [], start=1)]
    if told.get("ended"):
        then.append({"ended": told["ended"]})
    if not then:
        raise Refused("Choose a step that is open, or how it has ended", about="seen")
    if not when and not told.get("reached"):
        raise Refused("Choose the step at which it begins, or say what happens", about="reached")
    made: dict[str, Any] = {"title": " ".join(str(told["title"]).split())}
    if told.get("reached"):
        made["given"] = {"reached": told["reached"]}
    # Without an event there is still something to look at: how things stand when the step has opened.
    made |= {"when": when, "then": then} if when else {"then": then}
    return yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=120)


def _happens(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    step, days = row.get("step"), row.get("days")
    if bool(step) == bool(days):
        raise Refused(
            f"Choose a step that is done, or enter a number of days, for event {number}", about="happens"
        )
    if days:
        return {"pass": f"{days} working day{'' if int(days) == 1 else 's'}"}
    answers = _answers(str(row.get("answers") or "").splitlines(), number)
    return {"does": step, **({"answers": answers} if answers else {})}


def _answers(lines: Sequence[str], number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in filter(str.strip, lines):
        key, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[a-z][a-z0-9_]*", key.strip()) or not value.strip():
            raise Refused(
                f"Write each answer of event {number} like “outcome: decline”, one in each line",
                about="happens",
            )
        found[key.strip()] = {"yes": True, "no": False}.get(value.strip().lower(), value.strip())
    return found


def _seen(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    if not row.get("step"):
        raise Refused(f"Choose the step that is open, for step {number}", about="seen")
    role = str(row.get("role") or "")
    said = {"open": row["step"], "role": ROLES[role].name if role else "", "due": row.get("due") or ""}
    return {key: value for key, value in said.items() if value}


def _free_name(draft: Draft, title: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:LONGEST_NAME].strip("_") or "scenario"
    name, number = f"{FOLDER}{base}.yaml", 2
    while name in draft.saved:
        name, number = f"{FOLDER}{base}_{number}.yaml", number + 1
    return name
