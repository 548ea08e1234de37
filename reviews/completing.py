"""Completing a step: may they, are the answers right, then the engine. The way in for pages and API."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import (
    Actor,
    Completion,
    NotFound,
    Refused,
    TaskRow,
    complete_task,
    form_text,
    house,
    local_date,
)
from engine.unsealed import gathered
from forms import Form, load_form
from reviews.by_reference import review_by_reference
from reviews.disclosure_check.outgoing import errors_in
from reviews.doing import Doing, doing
from reviews.options import Pairs, options_for
from reviews.permissions import Viewer
from reviews.prefill import prefill


@dataclass(frozen=True)
class Asked:
    """A step as it is asked: its task and who may do it, its form, the choices, and what is already known."""

    doing: Doing
    form: Form
    options: dict[str, Pairs]
    known: dict[str, Any]
    form_version: str

    @property
    def task(self) -> TaskRow:
        """The task."""
        return self.doing.task


@dataclass(frozen=True)
class Outcome:
    """What sending a step in came to: errors by question, a rule that says no, or what the engine did."""

    errors: dict[str, str] = field(default_factory=dict)
    refusal: Refused | None = None
    completion: Completion | None = None


def ask(
    session: Session,
    task_id: UUID,
    viewer: Viewer,
    *,
    today: dt.date,
    done: Doing | None = None,
    to_send: bool = False,
) -> Asked:
    """The form of a task as this viewer is asked it. Raises NotFound for a task without a form.

    `done` is the task where this transaction has looked at it already. `to_send` leaves out what is known but
    for what the answers are checked with.
    """
    looked = done or doing(session, viewer, task_id)
    row = looked.task
    text = form_text(session, row.process, row.version, row.step)
    if text is None:
        raise NotFound("This step has no form.")
    form = _form(text, f"{row.process}/{row.step}.form")
    review = review_by_reference(session, row.business_key)
    options = options_for(session, form.option_names, on=today, review=review)
    names = form.readonly_names if to_send else form.prefill_names
    known = prefill(session, row, names, person=viewer.person, today=today)
    return Asked(looked, form, options, known, hashlib.sha256(text.encode()).hexdigest())


def send_in(
    session: Session,
    task_id: UUID,
    viewer: Viewer,
    raw: Mapping[str, Any],
    *,
    key: str | None = None,
    asked: Asked | None = None,
    first: bool = False,
) -> Outcome:
    """Check the answers and complete the step, in the transaction of `session`. `asked` is the step as this
    transaction has asked it of the viewer already; `first` says that it has written nothing yet, and is this
    step's own.

    Raises NotFound where this viewer may not do the task (even knowing of it is too much), and what
    `engine.complete_task` raises, but for Refused. Errors by question and a refusal come back; then nothing
    has changed, and `session` can go on to keep the text as a draft.
    """
    today = local_date(house(session).clock.now())
    asked = asked or ask(session, task_id, viewer, today=today, to_send=True)
    place = asked.doing.place
    if place is None:
        raise NotFound("This task does not exist.")
    answers = asked.form.clean(raw, options=asked.options, today=today, prefill=asked.known)
    if answers.errors:
        return Outcome(errors=dict(answers.errors))
    actor = Actor(viewer.person, place if place != viewer.person else None)
    telling = errors_in(session, asked.task, answers.values, by=actor)
    if telling:
        return Outcome(errors=telling)
    try:
        with _undone_when_refused(session, whole=first and not gathered(session)):
            completion = complete_task(
                session,
                task_id,
                dict(answers.values),
                asked.form.variables(answers.values),
                by=actor,
                identity=dict(answers.identity),
                form_version=asked.form_version,
                key=key,
            )
    except Refused as refusal:
        return Outcome(refusal=refusal)
    return Outcome(completion=completion)


@contextmanager
def _undone_when_refused(session: Session, *, whole: bool) -> Iterator[None]:
    """What a refused step leaves behind is taken back: to a savepoint, or the `whole` of a transaction that
    holds nothing else, which needs none. The session goes on either way."""
    if not whole:
        with session.begin_nested():
            yield
        return
    try:
        yield
    except Refused:
        session.rollback()
        raise


@lru_cache(maxsize=256)
def _form(text: str, file: str) -> Form:
    return load_form(text, file)
