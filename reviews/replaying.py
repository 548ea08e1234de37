"""Decision replay for those who keep the processes: what another table would have decided for past cases.

Cases that were decided alike, of the same values, are one line. Whom the cases are open to is told which they
are; everybody else sees the values and how many, and never how few.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from engine import NotFound, Refused, Replay, Replayed, bundle_for, local_date, now, replay
from forms import FormRefused, choices_of, load_form
from reviews.insight import VERB, closed_to, count_shown, sees_cases
from reviews.options import options_for
from reviews.permissions import Viewer, may

Choices = dict[str, dict[str, str]]  # path -> value -> what people read


@dataclass
class Line:
    """Like cases together: what they were made of in words, what was decided and what would be."""

    inputs: list[tuple[str, str]]
    was: str
    would_be: str
    rules: str
    changed: bool
    missing: str = ""
    cases: int | None = 0
    refs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """A replay as one viewer may see it. Counts that are None are one to four."""

    decision: str
    lines: list[Line]
    total: int | None
    changed: int | None
    impossible: int | None
    recomputed: int | None
    exact: bool


def decisions_of(session: Session, process: str) -> list[str]:
    """The decisions that the diagram of a process asks tables for, in its order. Raises NotFound."""
    drawn = bundle_for(session, process).diagram.elements.values()
    found = (each.attributes.get("decision", "") for each in drawn if each.kind == "businessRuleTask")
    return list(dict.fromkeys(name for name in found if name))


def replay_table(session: Session, viewer: Viewer, process: str, decision: str, text: str) -> Told:
    """What the table in `text` would have decided for the past cases of a process.

    Raises Refused without the permission or for a text that cannot be read, NotFound for a decision that the
    process does not take.
    """
    if not may(session, viewer, VERB):
        raise Refused("Your role does not include this.")
    if decision not in decisions_of(session, process):
        raise NotFound("This process takes no such decision.")
    exact = sees_cases(viewer)
    found = replay(
        session,
        process,
        decision,
        text,
        questions=questions_of,
        left_out=closed_to(viewer) if exact else None,
    )
    return _told(found, _choices(session, process, found.labels), exact=exact)


def questions_of(step: str, form: str) -> set[str]:
    """The names of the questions that a step's form asks; none for one that cannot be read."""
    try:
        return {question.key for question in load_form(form, f"process/{step}.form").questions}
    except FormRefused:
        return set()


def _choices(session: Session, process: str, paths: Iterable[str]) -> Choices:
    """What people read where an answer is one of a form's own choices."""
    files, today = bundle_for(session, process).files, local_date(now(session))
    found: Choices = {}
    for path in paths:
        step, _, key = path.partition(".")
        try:
            form = load_form(files.get(f"{step}.form", ""), f"process/{step}.form")
        except FormRefused:
            continue
        for question in form.questions:
            if question.key == key:
                lists = [question.options] if question.options else []
                offered = choices_of(question, options_for(session, lists, on=today))
                found[path] = {choice.value: choice.label for choice in offered}
    return found


def _told(found: Replay, choices: Choices, *, exact: bool) -> Told:
    alike: dict[str, Line] = {}
    for case in found.cases:
        line = _line(found, case, choices)
        key = json.dumps([line.inputs, line.was, line.would_be, line.rules, line.missing])
        line = alike.setdefault(key, line)
        line.cases = (line.cases or 0) + 1
        if exact:
            line.refs.append(case.business_key)
    for line in alike.values():
        line.cases = count_shown(line.cases or 0, exact)
    recomputed = sum(case.possible and not case.kept for case in found.cases)
    return Told(
        found.decision,
        list(alike.values()),
        count_shown(len(found.cases), exact),
        count_shown(len(found.changed), exact),
        count_shown(len(found.impossible), exact),
        count_shown(recomputed, exact),
        exact,
    )


def _line(found: Replay, case: Replayed, choices: Choices) -> Line:
    was, would_be = _different(case.was, case.would_be) if case.changed else (case.was, case.would_be)
    unknown = [path for path in case.missing if path in found.labels] or list(case.missing)
    return Line(
        [
            (label, _chosen(choices.get(path, {}), case.inputs.get(path)))
            for path, label in found.labels.items()
        ],
        _said(was),
        case.fault or _said(would_be),
        ", ".join(str(number) for number in case.rules),
        case.changed,
        ", ".join(found.labels.get(path, path) for path in unknown),
    )


def _different(was: Any, would_be: Any) -> tuple[Any, Any]:
    """Of two outcomes with several parts, the parts that differ."""
    if not (isinstance(was, dict) and isinstance(would_be, dict)):
        return was, would_be
    names = [name for name in {**was, **would_be} if was.get(name) != would_be.get(name)]
    return {name: was.get(name) for name in names}, {name: would_be.get(name) for name in names}


def _chosen(choices: Mapping[str, str], value: Any) -> str:
    return choices.get(value, value) if isinstance(value, str) else _said(value)


def _said(value: Any) -> str:
    """A value in words."""
    if value is None:
        return "no answer"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {_said(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value) or "none"
    return str(value)
