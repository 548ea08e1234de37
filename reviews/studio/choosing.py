"""What people do in a rehearsal, chosen step by step: which steps there are, which of their questions steer
the diagram, and the plans that come of the choices.

Nobody needs to choose anything: without a choice a step is done as everybody's are. Where two versions are
compared, the choices hold for both; what one of them does not ask is left out there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from engine import Bundle, BundleRefused, Refused, house, local_date, read_bundle
from engine.scenarios import ANSWERS_FILE
from engine.steering import EVERY, steering_answers
from forms import Choice, FormRefused, Question, choices_of, load_form
from reviews.options import options_for
from reviews.studio.rehearsing import MOST_DAYS, Planned, read_plans

Files = Mapping[str, str]
USUALLY_AFTER = 2  # working days that an answer takes where nobody says anything else
CHOSEN_FROM = ("radio", "select")


class Does(StrEnum):
    """What somebody does about a step; "" is what everybody does."""

    AS_ALL = ""
    ANSWERS = "answers"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True)
class Steering:
    """A question that a way of the diagram depends on: its choices, and the usual one among them."""

    key: str
    label: str
    choices: tuple[Choice, ...]
    usual: str = ""


@dataclass(frozen=True)
class StepToChoose:
    """A step with its questions that steer the diagram, in the order of the drawing."""

    step: str
    name: str
    role: str
    due: str
    questions: tuple[Steering, ...]


@dataclass(frozen=True)
class Conduct:
    """What was chosen of one step: who does it when (in working days), and other answers than the usual."""

    does: Does = Does.AS_ALL
    days: int = USUALLY_AFTER
    answers: Mapping[str, str] = field(default_factory=dict)


def steps_to_choose(session: Session, sides: Sequence[Files]) -> list[StepToChoose]:
    """The steps of one version, or of two that are compared: those of the first come first. None of a bundle
    that cannot be read or has no diagram."""
    found: dict[str, StepToChoose] = {}
    for files in sides:
        bundle = _bundle(files)
        if bundle is None or bundle.drawn is None:
            continue
        steering, usual = steering_answers(bundle), _usual(files)
        for task in bundle.drawn.user_tasks():
            keys = steering.get(task.id, set())
            told = next((plan.answers for plan in usual if plan.step == task.id), {})
            asked = _steering(session, files, task.id, keys, told)
            due = task.attributes.get("due", "")
            known = found.setdefault(task.id, StepToChoose(task.id, task.name, task.role, due, ()))
            new = tuple(each for each in asked if each.key not in {old.key for old in known.questions})
            found[task.id] = replace(known, questions=(*known.questions, *new))
    return list(found.values())


def plans_for(
    files: Files, others: Sequence[Files], chosen: Mapping[str, Conduct], *, everybody: bool
) -> list[Planned]:
    """What people do in a version: what was chosen, and if `everybody` answers, all else after two working
    days with the usual answers, plainly where there are none. `others` are what it is compared with and the
    processes beside it, whose steps and usual answers count where the version has none.

    Raises BundleRefused for usual answers that cannot be read.
    """
    usual: list[Planned] = []
    for each in (files, *others):
        known = {plan.step for plan in usual}
        usual += [plan for plan in _usual(each) if plan.step not in known]
    known = {plan.step for plan in usual}
    steps = {step: None for each in (files, *others) for step in _steps(each)} | dict.fromkeys(chosen)
    plans = []
    for plan in [*usual, *(Planned(step) for step in steps if step not in known)]:
        plans += _of_step(plan, chosen.get(plan.step, Conduct()), everybody=everybody)
    return [replace(plan, answers=_asked_in(files, plan)) for plan in plans]


def conduct_of(does: str, days: str, answers: Mapping[str, str], name: str) -> Conduct:
    """What a form says of one step. Raises Refused, about its number of days."""
    known = Does(does) if does in list(Does) else Does.AS_ALL
    if known not in (Does.ANSWERS, Does.LATE):
        return Conduct(known, answers=answers)
    least = 1 if known is Does.LATE else 0
    if not (days.isascii() and days.isdecimal()) or not least <= int(days[:6]) <= MOST_DAYS:
        raise Refused(f"{name}: write a number of working days from {least} to {MOST_DAYS}.")
    return Conduct(known, int(days), answers)


def _of_step(plan: Planned, conduct: Conduct, *, everybody: bool) -> list[Planned]:
    does = conduct.does
    if does is Does.AS_ALL:
        does = Does.ANSWERS if everybody or conduct.answers else Does.NEVER
    if does is Does.NEVER:
        return []
    after, late = (conduct.days, 0) if does is Does.ANSWERS else (0, conduct.days)
    usual = replace(plan, after=after, late=late, usual=True)
    if not conduct.answers:
        return [usual]
    return [replace(usual, answers={**plan.answers, **conduct.answers}, once=True), usual]


def _asked_in(files: Files, plan: Planned) -> dict[str, Any]:
    """The answers of a plan that this version asks for; all of them where another process asks."""
    file = f"{plan.step}.form"
    if file not in files:
        return dict(plan.answers)
    known = {question.key for question in _questions(files, plan.step)}
    return {key: value for key, value in plan.answers.items() if key in known}


def _steering(
    session: Session, files: Files, step: str, keys: set[str], told: Mapping[str, Any]
) -> list[Steering]:
    named, today = keys - {EVERY}, local_date(house(session).clock.now())
    return [
        _offered(session, question, told.get(question.key), today)
        for question in _questions(files, step)
        if question.kind in CHOSEN_FROM or question.boolean
        if question.key in named or (keys and not named)
    ]


def _offered(session: Session, question: Question, told: Any, today: dt.date) -> Steering:
    lists = [question.options] if question.options else []
    choices = choices_of(question, options_for(session, lists, on=today))
    said = str(told).lower()
    usual = next((each.value for each in choices if said in (each.value.lower(), each.label.lower())), "")
    return Steering(question.key, question.label, choices, usual)


def _questions(files: Files, step: str) -> tuple[Question, ...]:
    name = f"{step}.form"
    try:
        return load_form(files.get(name, ""), name).questions
    except FormRefused:
        return ()


def _usual(files: Files) -> list[Planned]:
    return read_plans(files[ANSWERS_FILE], ANSWERS_FILE) if ANSWERS_FILE in files else []


def _steps(files: Files) -> list[str]:
    bundle = _bundle(files)
    return [task.id for task in bundle.drawn.user_tasks()] if bundle and bundle.drawn else []


def _bundle(files: Files) -> Bundle | None:
    try:
        return read_bundle("", files)
    except BundleRefused:
        return None
