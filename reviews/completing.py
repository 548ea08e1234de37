"""Completing a step: may they, are the answers right, then the engine. The way in for pages and API."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
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
    task,
)
from forms import Form, load_form
from reviews.disclosure_check.outgoing import errors_in
from reviews.models import Review
from reviews.options import Pairs, options_for
from reviews.permissions import Viewer, doing_for
from reviews.prefill import prefill


@dataclass(frozen=True)
class Asked:
    """A step as it is asked: its task, its form, the choices, and what is already known."""

    task: TaskRow
    form: Form
    options: dict[str, Pairs]
    known: dict[str, Any]
    form_version: str


@dataclass(frozen=True)
class Outcome:
    """What sending a step in came to: errors by question, a rule that says no, or what the engine did."""

    errors: dict[str, str] = field(default_factory=dict)
    refusal: Refused | None = None
    completion: Completion | None = None


def ask(session: Session, task_id: UUID, viewer: Viewer, *, today: dt.date) -> Asked:
    """The form of a task as this viewer is asked it. Raises NotFound for a task without a form."""
    row = task(session, task_id)
    text = form_text(session, row.process, row.version, row.step)
    if text is None:
        raise NotFound("This step has no form.")
    form = _form(text, f"{row.process}/{row.step}.form")
    review = session.scalars(select(Review).where(Review.ref == row.business_key)).one_or_none()
    options = options_for(session, form.option_names, on=today, review=review)
    known = prefill(session, row, form.prefill_names, person=viewer.person, today=today)
    return Asked(row, form, options, known, hashlib.sha256(text.encode()).hexdigest())


def send_in(
    session: Session,
    task_id: UUID,
    viewer: Viewer,
    raw: Mapping[str, Any],
    *,
    key: str | None = None,
) -> Outcome:
    """Check the answers and complete the step, in the transaction of `session`.

    Raises NotFound where this viewer may not do the task (even knowing of it is too much), and what
    `engine.complete_task` raises, but for Refused. Errors by question and a refusal come back; then nothing
    has changed, and `session` can go on to keep the text as a draft.
    """
    today = local_date(house(session).clock.now())
    asked = ask(session, task_id, viewer, today=today)
    place = doing_for(session, viewer, asked.task)
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
        with session.begin_nested():
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


@lru_cache(maxsize=256)
def _form(text: str, file: str) -> Form:
    return load_form(text, file)
