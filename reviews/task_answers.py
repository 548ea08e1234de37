"""One-click answers to a reminder: more time, not mine, blocked. Each is one sentence about one open task.

"Done" is not here: a step is completed only by its form. Actions have verbs of their own
(`reviews.action_commands`). A sentence is kept in a row and never leaves in a notice. None commits.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import (
    Actor,
    NotFound,
    Refused,
    TaskNotOpen,
    TaskRow,
    diagram_of,
    record,
    release,
    task,
)
from engine.models import UserTask
from reviews.acting import mail, now_of, today_of
from reviews.models import Review, TaskNote, TimeRequest
from reviews.permissions import PRIVATE_STEPS, Viewer, may_do
from reviews.posts import those_told
from reviews.time_requests import deciders, waiting_request

OFFICE = ("business_manager", "business_support")


def ask_for_longer(session: Session, viewer: Viewer, task_id: UUID, *, until: dt.date, reason: str) -> None:
    """Ask for more time; those who may decide are told, and the due date stays until they do.

    Raises NotFound, TaskNotOpen, Refused for a date that is not later, or where somebody has asked already.
    """
    row = _own_open_task(session, viewer, task_id, reason)
    if until < today_of(session) or (row.due_on and until <= row.due_on):
        raise Refused("Give a date that is later than the present one.", about="until")
    if waiting_request(session, row.id) is not None:
        raise Refused("More time has been asked for already. You are told as soon as it is decided.")
    session.add(
        TimeRequest(
            task=row.id,
            about=row.business_key,
            asked_by=viewer.person,
            asked_at=now_of(session),
            asked_until=until,
            old_due=row.due_on,
            reason=reason.strip(),
        )
    )
    _note(session, viewer, row, "time_asked")
    mail(
        session,
        deciders(session, row.id, row.business_key, but=viewer.acting),
        "time_asked",
        row.business_key,
    )


def not_mine(session: Session, viewer: Viewer, task_id: UUID, *, reason: str) -> bool:
    """Say that a task is for somebody else; whether it was given back.

    One that this person took on goes back to all who may do it. One that the process gives to them by name
    stays theirs until the office, which is told, hands it over. Raises NotFound, TaskNotOpen, Refused.
    """
    row = _own_open_task(session, viewer, task_id, reason)
    _keep(session, viewer, row, "not_mine", reason)
    given_back = row.assignee == viewer.person and not _given_by_name(session, row)
    if given_back:
        release(session, row.id, by=Actor(viewer.person))
    else:
        mail(session, _office(session, viewer), "step_not_mine", row.business_key)
    return given_back


def blocked(session: Session, viewer: Viewer, task_id: UUID, *, reason: str) -> None:
    """Say that something is in the way: the office and the chair are told that there is, not what.

    Raises NotFound, TaskNotOpen, Refused.
    """
    row = _own_open_task(session, viewer, task_id, reason)
    _keep(session, viewer, row, "blocked", reason)
    chair = session.scalar(select(Review.chair).where(Review.ref == row.business_key))
    people = dict.fromkeys([*_office(session, viewer), *([chair] if chair else [])])
    mail(session, [each for each in people if each != viewer.person], "step_blocked", row.business_key)


def notes_of(
    session: Session, viewer: Viewer, review: Review, *, whole_team: bool
) -> list[tuple[TaskNote, UserTask]]:
    """What was said of the open tasks of a review, newest first.

    `whole_team` for who sees every part of the review; others read what they or their agency said.
    """
    query = (
        select(TaskNote, UserTask)
        .join(UserTask, UserTask.id == TaskNote.task)
        .where(TaskNote.about == review.ref, UserTask.status == "open")
        .order_by(TaskNote.at.desc())
    )
    return [
        (note, row)
        for note, row in session.execute(query)
        if whole_team or note.by in viewer.acting or row.agency in viewer.agencies_as(row.role)
    ]


def _own_open_task(session: Session, viewer: Viewer, task_id: UUID, reason: str) -> TaskRow:
    """The task, locked so that two answers at once come one after the other."""
    session.scalars(select(UserTask.id).where(UserTask.id == task_id).with_for_update()).one_or_none()
    row = task(session, task_id)
    if row.step in PRIVATE_STEPS or not may_do(session, viewer, row):
        raise NotFound("This task does not exist.")
    if row.status != "open":
        raise TaskNotOpen(row.status, row.completed_by, row.completed_at)
    if not reason.strip():
        raise Refused("Enter a sentence.", about="sentence")
    return row


def _given_by_name(session: Session, row: TaskRow) -> bool:
    """Whether the diagram itself names who does this step."""
    _, diagram = diagram_of(session, row.instance_id)
    return bool(diagram.elements[row.step].attributes.get("assignee"))


def _office(session: Session, viewer: Viewer) -> list[str]:
    today = today_of(session)
    found = dict.fromkeys(person for role in OFFICE for person in those_told(session, role, None, today))
    return [person for person in found if person != viewer.person]


def _keep(session: Session, viewer: Viewer, row: TaskRow, answer: str, sentence: str) -> None:
    session.add(
        TaskNote(
            task=row.id,
            about=row.business_key,
            answer=answer,
            sentence=sentence.strip(),
            by=viewer.person,
            at=now_of(session),
        )
    )
    _note(session, viewer, row, f"step_{answer}")


def _note(session: Session, viewer: Viewer, row: TaskRow, subject: str) -> None:
    record(
        session,
        kind="record.changed",
        business_key=row.business_key,
        actor=Actor(viewer.person),
        subject=subject,
        instance_id=row.instance_id,
        task_id=row.id,
        details={"name": row.name},
    )
