"""Who writes: the one who does the step writes every part and sends it; others write the parts they were
asked to, as long as their role on the review lets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, TaskRow, record
from engine.models import UserTask
from reviews.acting import mail, now_of, today_of
from reviews.holders import holders, names
from reviews.models import Agency, Involvement, Person, Review, Writer
from reviews.permission_table import RULES
from reviews.permissions import Viewer, doing_for, may, viewer_for
from reviews.roles import AGENCY_ROLES, role_name

VERB = "write_parts"
_ASKED = (  # each opening of My work asks it
    select(Writer, UserTask, Review)
    .join(UserTask, UserTask.id == Writer.task)
    .join(Review, Review.id == Writer.review)
    .where(Writer.person == bindparam("person"), Writer.ended_at.is_(None), UserTask.status == "open")
    .order_by(UserTask.due_at)
)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked to write, with what they are on this review."""

    person: str
    name: str
    part: str


@dataclass(frozen=True)
class Asked:
    """A step of which somebody was asked to write parts."""

    task: UserTask
    by: str


def parts_open(session: Session, viewer: Viewer, task: TaskRow, every: Iterable[str]) -> list[str]:
    """Which of the parts a viewer may write: all for the one who does the step, else those they were asked to
    write; none for others."""
    if doing_for(session, viewer, task) is not None:
        return list(every)
    row = _asked(session, viewer, task)
    return [part for part in every if row is not None and part in row.parts]


def may_write(session: Session, viewer: Viewer, task: TaskRow) -> bool:
    """Whether a viewer was asked to write parts of a step, and may."""
    return _asked(session, viewer, task) is not None


def asked_to_write(session: Session, viewer: Viewer, ref: str | None = None) -> list[Asked]:
    """The open steps of which a viewer was asked to write parts; of one review when it is named."""
    query = _ASKED if ref is None else _ASKED.where(Review.ref == ref)
    return [
        Asked(task, row.asked_by)
        for row, task, review in session.execute(query, {"person": viewer.person})
        if may(session, viewer, VERB, review)
    ]


def writers_of(session: Session, task: TaskRow) -> list[Writer]:
    """Those who were asked to write parts of a step and still are, oldest first."""
    query = select(Writer).where(Writer.task == task.id, Writer.ended_at.is_(None))
    return list(session.scalars(query.order_by(Writer.asked_at, Writer.person)))


def candidates(session: Session, task: TaskRow, *, but: frozenset[str]) -> list[Candidate]:
    """Who could be asked: people whose role on this review lets them write, and whom nothing keeps out."""
    review, today = _review_of(session, task), today_of(session)
    told = select(Involvement.agency).where(
        Involvement.review == review.id, Involvement.notified_on.is_not(None)
    )
    agencies = sorted(session.scalars(told))
    called = {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}
    found: dict[str, str] = {}
    for role in dict.fromkeys(rule.role for rule in RULES if rule.verb == VERB):
        for agency in agencies if role in AGENCY_ROLES else [None]:
            people = holders(session, role, today, agency=agency)
            for person in [review.chair] if role == "chair" and review.chair else people:
                where = f", {called[agency]}" if agency else ""
                found.setdefault(person, f"{role_name(role)}{where}")
    known = names(session, set(found))
    return sorted(
        (
            Candidate(person, known.get(person, person), part)
            for person, part in found.items()
            if person not in but and may(session, viewer_for(session, person, today), VERB, review)
        ),
        key=lambda each: (each.part, each.name),
    )


def ask_to_write(session: Session, viewer: Viewer, task: TaskRow, person: str, parts: list[str]) -> None:
    """Ask somebody to write parts of a step, or other parts than before; they are told.

    Raises NotFound for who does not do the step, Refused.
    """
    _holder(session, viewer, task)
    if not parts:
        raise Refused("Select the parts to write", about="parts")
    if person not in {each.person for each in candidates(session, task, but=frozenset({viewer.person}))}:
        raise Refused("Select who is to write", about="person")
    row = session.scalars(select(Writer).where(Writer.task == task.id, Writer.person == person)).one_or_none()
    _note(session, viewer, task, "part.asked", person)
    if row is None:
        review = _review_of(session, task)
        row = Writer(review=review.id, task=task.id, person=person)
        session.add(row)
    row.parts, row.asked_by, row.asked_at, row.ended_at = parts, viewer.person, now_of(session), None
    mail(session, [person], "asked_to_write", task.business_key)


def stop_writing(session: Session, viewer: Viewer, task: TaskRow, person: str) -> None:
    """Take back that somebody writes; what they wrote stays. Raises NotFound."""
    _holder(session, viewer, task)
    row = next((each for each in writers_of(session, task) if each.person == person), None)
    if row is None:
        raise NotFound("This person writes nothing here.")
    _note(session, viewer, task, "part.ended", person)
    row.ended_at = now_of(session)


def _asked(session: Session, viewer: Viewer, task: TaskRow) -> Writer | None:
    row = session.scalars(
        select(Writer)
        .join(Person, Person.id == Writer.person)
        .where(Writer.task == task.id, Writer.person == viewer.person, Writer.ended_at.is_(None))
    ).one_or_none()
    if row is None or not may(session, viewer, VERB, session.get_one(Review, row.review)):
        return None
    return row


def _holder(session: Session, viewer: Viewer, task: TaskRow) -> None:
    if task.status != "open" or doing_for(session, viewer, task) is None:
        raise NotFound("This task does not exist.")


def _review_of(session: Session, task: TaskRow) -> Review:
    review = session.scalars(select(Review).where(Review.ref == task.business_key)).one_or_none()
    if review is None:
        raise NotFound("This step is about no review.")
    return review


def _note(session: Session, viewer: Viewer, task: TaskRow, kind: str, person: str) -> None:
    record(
        session,
        kind=kind,
        business_key=task.business_key,
        actor=Actor(viewer.person),
        subject=task.step,
        instance_id=task.instance_id,
        task_id=task.id,
        details={"person": person},
    )
