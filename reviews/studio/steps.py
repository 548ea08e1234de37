"""The Steps table: a diagram's steps changed one by one, without a canvas, each with permission and as a save
of the change's files.

What cannot be read (a deadline, an expression) is refused at its field; what is only missing yet is kept and
found by the checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import Refused, drawing, working_calendar
from engine.calendars import CalendarEnds, long_date
from engine.clock import local_date
from engine.deadlines import DeadlineError, parse_cycle, parse_deadline
from engine.decisions import DecisionError, load
from engine.diagram import Diagram, Element, read_diagram
from engine.feel import FeelError, parse
from reviews.permissions import Viewer
from reviews.roles import ROLES
from reviews.services import registry
from reviews.studio.drafting import Draft, keep

Pairs = list[tuple[str, str]]
DEADLINES, EXPRESSIONS = ("due", "statutoryLimit"), ("agency", "assignee")


def who_lists(draft: Draft) -> Pairs:
    """Who can do a step: every lane with its role, then the roles that have no lane."""
    lanes = drawing.lanes_of(draft.content(draft.drawing))
    known = {lane.role for lane in lanes}
    pairs = [(lane.id, _lane_words(lane)) for lane in lanes if lane.role]
    return pairs + [
        (f"role:{role.id}", f"{role.name} (no lane yet)") for role in ROLES.values() if role.id not in known
    ]


def who_of(draft: Draft, element: Element) -> str:
    """The choice among `who_lists` that an element has now."""
    for lane in drawing.lanes_of(draft.content(draft.drawing)):
        if lane.role == element.role and (element.id in lane.elements or element.scope in lane.elements):
            return lane.id
    return f"role:{element.role}" if element.role else ""


def split_who(draft: Draft, who: str) -> tuple[str, str]:
    """A choice among `who_lists` as role and lane."""
    if who.startswith("role:"):
        return who.removeprefix("role:"), ""
    for lane in drawing.lanes_of(draft.content(draft.drawing)):
        if lane.id == who:
            return lane.role, lane.id
    return "", ""


def places(diagram: Diagram, *, scope: str = "", without: str = "") -> Pairs:
    """Every way of a part of the process, as "after this step": its flow, and the words for it."""
    pairs = []
    for part in drawing.table_of(diagram):
        if part.id != scope:
            continue
        for row in part.rows:
            for way in row.ways:
                if without in (row.element.id, way.target):
                    continue
                words = drawing.called(row.element)
                pairs.append((way.flow, f"{words}: {way.name}" if way.name else words))
    return pairs


def targets(diagram: Diagram, *, scope: str = "", without: str = "") -> Pairs:
    """Every element that a way may lead to, in words; where ways only meet by what comes next."""
    pairs = []
    for element in diagram.elements.values():
        if element.scope != scope or element.id == without:
            continue
        if element.kind in ("startEvent", "boundaryEvent", "subProcess"):
            continue
        words = drawing.called(element)
        if drawing.only_joins(diagram, element):
            onwards = diagram.elements.get(drawing.through(diagram, element.id))
            words = f"Where ways meet before: {drawing.called(onwards)}" if onwards else words
        pairs.append((element.id, words))
    return pairs


def services() -> Pairs:
    """What the system can do, by name."""
    return [(name, name.replace("_", " ").capitalize()) for name in sorted(registry.names())]


def decisions(draft: Draft) -> Pairs:
    """The decisions of the change's tables."""
    found: Pairs = []
    for name, text in sorted(draft.files.items()):
        if name.endswith(".dmn"):
            try:
                tables = load(text.encode(), name)
            except DecisionError:
                continue
            found += [(each.id, each.name or each.id) for each in tables.definitions.decisions.values()]
    return found


def how_read(session: Session, text: str, now: datetime) -> str:
    """How a deadline is reckoned for an example: everything that it counts from is today. Empty for one that
    cannot be read."""
    try:
        deadline = parse_deadline(text)
        day = local_date(now)
        found = deadline.moment(
            now, _example(deadline.bases(), day.isoformat()), working_calendar(session), due=day
        )
    except (DeadlineError, CalendarEnds):
        return ""
    if found is None:
        return ""
    return f"{long_date(found.on)} ({found.sum})" if found.on is not None else found.sum


def refuse_unreadable(facts: Mapping[str, str], keys: Mapping[str, str] | None = None) -> None:
    """Raise Refused, at its field, for a deadline or an expression that cannot be read; with what to write
    instead."""
    named = keys or {}
    for name, text in facts.items():
        if name in DEADLINES and text.strip():
            _deadline(text, named.get(name, name))
        if name in EXPRESSIONS and text.strip():
            readable(text, named.get(name, name))


def readable(text: str, about: str) -> None:
    """Raise Refused for an expression that is not FEEL."""
    try:
        parse(text)
    except FeelError as fault:
        raise Refused(f"This cannot be read. {fault}", about=about) from fault


def timer(text: str, again: bool, about: str = "timer") -> tuple[str, str]:
    """The sentence and the kind of a timer; "every" is put before a time that repeats. Raises Refused."""
    words = " ".join(text.split())
    if again:
        words = words if words.lower().startswith("every ") else f"every {words}"
        try:
            parse_cycle(words)
        except DeadlineError as fault:
            raise Refused(_fault(fault), about=about) from fault
        return words, "timeCycle"
    _deadline(words, about)
    return words, "timeDuration"


def save_drawing(session: Session, viewer: Viewer, draft: Draft, edit: drawing.Edit, **forms: str) -> None:
    """Keep the edited drawing, and new forms by the name of their step. Raises Refused, StaleFile."""
    texts: dict[str, str | None] = {draft.drawing: edit.text}
    for step, title in forms.items():
        if f"{step}.form" not in draft.files:
            texts[f"{step}.form"] = least_form(step, title)
    keep(session, viewer, draft, texts)


def least_form(step: str, title: str) -> str:
    """A form of one question, to begin with."""
    question = {
        "type": "textarea",
        "key": "note",
        "label": "What did you do, and what came of it?",
        "validate": {"required": True, "maxLength": 2000},
        "properties": {"requiredMessage": "Enter what you did", "shortLabel": "What was done"},
    }
    document = {
        "type": "default",
        "id": step,
        "schemaVersion": 18,
        "properties": {"title": title},
        "components": [question],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def remove_step(
    session: Session, viewer: Viewer, draft: Draft, element: str, keep_way: str = ""
) -> list[str]:
    """Take an element out, with the forms of the steps that go; what one should know. Raises Refused."""
    return save_without(
        session, viewer, draft, drawing.remove(draft.content(draft.drawing), element, keep=keep_way)
    )


def save_without(session: Session, viewer: Viewer, draft: Draft, edit: drawing.Edit) -> list[str]:
    """Keep a drawing from which something was taken, without the forms of the steps that went; what one
    should know. Raises Refused, StaleFile."""
    before, after = draft.diagram, _diagram_after(draft, edit.text)
    gone = [step for step in before.user_tasks() if step.id not in after.elements]
    texts: dict[str, str | None] = {draft.drawing: edit.text}
    texts |= {f"{step.id}.form": None for step in gone if f"{step.id}.form" in draft.files}
    left = {name: text for name, text in draft.files.items() if name not in texts} | {
        draft.drawing: edit.text
    }
    keep(session, viewer, draft, texts)
    return [*edit.said, *(words for step in gone for words in still_named(left, step.id))]


def still_named(files: Mapping[str, str], step: str) -> list[str]:
    """Where a step's answers are named, in words."""
    return [
        f"{use.file} still names an answer of {step}" + (f": {use.text}" if use.text else ".")
        for use in drawing.uses_of(files, step)
    ]


def rename(session: Session, viewer: Viewer, draft: Draft, old: str, new: str) -> None:
    """Give a step another short name, in every file of the change. Raises Refused, StaleFile."""
    after, _ = drawing.rename_step(draft.files, draft.drawing, old, new)
    texts: dict[str, str | None] = dict(after)
    texts |= {name: None for name in draft.files if name not in after}
    keep(session, viewer, draft, texts)


def _diagram_after(draft: Draft, text: str) -> Diagram:
    return read_diagram(text.encode(), draft.drawing)


def _deadline(text: str, about: str) -> None:
    try:
        parse_deadline(text)
    except DeadlineError as fault:
        raise Refused(_fault(fault), about=about) from fault


def _fault(fault: DeadlineError) -> str:
    return str(fault) if fault.suggestion else f"{fault} Write it like “10 working days”."


def _example(bases: Iterable[str], day: str) -> dict[str, Any]:
    """Variables in which every path holds the same day."""
    found: dict[str, Any] = {}
    for base in bases:
        here, *path = base.split(".")[::-1]
        inside = found
        for name in path[::-1]:
            inside = inside.setdefault(name, {})
            if not isinstance(inside, dict):
                break
        else:
            inside[here] = day
    return found


def _lane_words(lane: drawing.Lane) -> str:
    role = ROLES[lane.role].name if lane.role in ROLES else lane.role
    return lane.name if role == lane.name else f"{lane.name} ({role})"
