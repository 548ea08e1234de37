"""People of a rehearsal doing their steps: as in use, with permissions asked and forms checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import EngineError, Outbox, TaskRow, house, local_date, remembered, tasks
from engine.models import UserTask
from engine.rehearsal import Letter, MemoryDatabase
from forms import Question, plain_answers
from reviews.completing import Asked, ask, send_in
from reviews.covers import roles_of
from reviews.holders import holders
from reviews.models import Person
from reviews.notices import compose
from reviews.permissions import Viewer, doing_for, viewer_for
from reviews.roles import AGENCY_ROLES, role_name
from reviews.studio.wording import Unknown, answer_of

Answers = Mapping[str, Any]
PLACE = "https://roundtable.example"


class CannotBeDone(EngineError):
    """Somebody cannot do what a scenario or a rehearsal says; the message is a sentence for its writer."""


@dataclass
class Letters:
    """The post of a rehearsal: it writes each notice as it would be sent, keeps it, and sends nothing."""

    # by the key of the notice: what is offered twice is kept once
    _kept: dict[str, Letter] = field(default_factory=dict)

    @property
    def kept(self) -> list[Letter]:
        """The letters in the order in which they would have left."""
        return list(self._kept.values())

    def send(self, session: Session, notice: Outbox) -> None:
        """Write one notice down."""
        text, facts = str(notice.payload["text"]), notice.payload["facts"]
        to = str(notice.recipient)
        letter = compose(session, text=text, recipient=to, about=notice.about, facts=facts, base_url=PLACE)
        if letter is None:
            return  # nobody is there to read it
        item: dict[str, Any] = next(iter(facts.get("items") or []), {})
        step = str(item.get("step") or "")
        about = str(item.get("about"))
        self._kept.pop(notice.key, None)
        self._kept[notice.key] = Letter(
            house(session).clock.now(),
            to,
            text,
            notice.about,
            step,
            letter.subject,
            letter.body,
            process=_process_of(session, about, step) if step else "",
        )


def _process_of(session: Session, about: str, step: str) -> str:
    """The process of a step that a letter is about."""
    found = select(UserTask.process).where(UserTask.business_key == about, UserTask.step == step).limit(1)
    return remembered(session, ("process", about, step), lambda: session.scalar(found) or "")


def open_tasks(session: Session) -> list[TaskRow]:
    """Every open step of the rehearsal, the one that opened first first."""
    return sorted(
        tasks(session),
        key=lambda row: (row.opened_at, row.due_at is None, row.due_at, row.step, row.agency or ""),
    )


def do_step(session: Session, task: TaskRow, answers: Answers, *, by: str = "", strict: bool = True) -> None:
    """Complete a step with the answers that matter; the rest is filled in plainly.

    By whoever may, or by `by`. Unless `strict`, an answer that is none here (an agency of another
    partnership) is left out. Raises CannotBeDone with a sentence.
    """
    today = local_date(house(session).clock.now())
    viewer = _somebody(session, task, by, today)
    forget(session)
    asked = ask(session, task.id, viewer, today=today)
    raw = written_out(session, asked, answers, strict=strict)
    outcome = send_in(session, task.id, viewer, raw)
    if outcome.refusal is not None:
        raise CannotBeDone(f"{task.step} cannot be sent: {outcome.refusal}")
    if outcome.errors:
        said = "; ".join(f"{path}: {sentence}" for path, sentence in outcome.errors.items())
        raise CannotBeDone(f"{task.step} cannot be sent: {said}")


def forget(session: Session) -> None:
    """Somebody acts: what the rehearsal remembers may not be so any more."""
    made = house(session)
    if isinstance(made, MemoryDatabase):
        made.forget()


def written_out(session: Session, asked: Asked, answers: Answers, *, strict: bool = True) -> dict[str, Any]:
    """Raw answers to the whole form. Raises CannotBeDone, if `strict`, for what it does not ask or offer."""
    today = local_date(house(session).clock.now())
    questions: dict[str, Question] = {each.key: each for each in asked.form.questions}
    given = {}
    for key, value in answers.items():
        try:
            given[key] = answer_of(session, questions, key, value, asked.options, asked.task.step)
        except Unknown as unknown:
            if strict:
                raise CannotBeDone(str(unknown)) from unknown
    raw, _ = plain_answers(asked.form, given, options=asked.options, today=today, known=asked.known)
    return raw


def _somebody(session: Session, task: TaskRow, by: str, today: dt.date) -> Viewer:
    """Whoever does a step: named, else assigned, else of its role."""
    if by:
        people = [by]
    elif task.assignee:
        people = [task.assignee]
    else:
        people = holders(session, task.role, today, agency=task.agency if task.role in AGENCY_ROLES else None)
    for person in people:
        viewer = viewer_for(session, person, today)
        if doing_for(session, viewer, task) is not None:
            return viewer
    whose = role_name(task.role) + (f" of {task.agency}" if task.agency else "")
    who = "That person may not" if by else f"Nobody may do it as {whose}"
    raise CannotBeDone(f"{task.step}: {who}.")


def known_as(session: Session, person: str) -> tuple[str, str]:
    """The role (in words) and the name of somebody of a rehearsal; or the system."""
    if person.startswith("system:"):
        return "", "The system"
    row = session.get(Person, person)
    roles = sorted(roles_of(session, person, local_date(house(session).clock.now())), key=str)
    words = ", ".join(role_name(role) + (f" ({agency})" if agency else "") for role, agency in roles)
    return words, row.name if row is not None else person
