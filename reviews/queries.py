"""What pages read of reviews. Every list starts from what this viewer may see."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from engine import NextStep, TaskRow, Wait, position, tasks
from engine.models import UserTask
from reviews.capacity import Capacity, capacity
from reviews.models import (
    Agency,
    Attendance,
    EventSource,
    Involvement,
    LearningEvent,
    Meeting,
    Review,
)
from reviews.permissions import Viewer, sections, visible_reviews
from reviews.standing import STANDINGS, standing
from reviews.task_lists import unblocked_tasks

__all__ = [
    "Capacity",
    "Overview",
    "Readiness",
    "ReviewRow",
    "capacity",
    "my_reviews",
    "overview",
    "readiness",
]


@dataclass(frozen=True)
class ReviewRow:
    """A review as a list shows it."""

    ref: str
    pseudonym: str
    title: str
    nature: str | None
    standing: str
    standing_word: str
    sentence: str
    referring_agency: str
    chair: str | None
    referred_on: dt.date | None
    next_due: dt.date | None
    open_tasks: int
    restricted: bool
    ended: bool


@dataclass(frozen=True)
class Overview:
    """One review at a glance: where it stands, who it waits for, what comes next."""

    row: ReviewRow
    waits_for: list[TaskRow]
    events: list[Wait]
    next: list[NextStep]
    sections: set[str]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Readiness:
    """One agency's line of the readiness list."""

    agency: str
    name: str
    notified_on: dt.date | None
    preparation: str
    prepared_on: dt.date | None
    due_on: dt.date | None
    late: bool
    attendance: str | None


def my_reviews(
    session: Session,
    viewer: Viewer,
    *,
    text: str = "",
    standings: Iterable[str] = (),
    agency: str | None = None,
    open_only: bool = False,
) -> list[ReviewRow]:
    """The reviews this viewer may know of, newest first; found by reference, pseudonym or title."""
    query = visible_reviews(viewer).order_by(Review.started_at.desc(), Review.ref.desc())
    wanted = set(standings)
    if text.strip():
        query = _matching(query, text)
    if agency:
        query = query.where(
            or_(
                Review.referring_agency == agency,
                Review.id.in_(select(Involvement.review).where(Involvement.agency == agency)),
            )
        )
    if open_only:
        query = query.where(Review.closed_on.is_(None))
    found = list(session.scalars(query))
    rows = _rows(session, viewer, found)
    return [row for row in rows if not wanted or row.standing in wanted]


def overview(session: Session, viewer: Viewer, review: Review) -> Overview:
    """One review for its page. Of open steps an agency sees its own and those of no agency."""
    row = _rows(session, viewer, [review])[0]
    parts = sections(session, viewer, review)
    waits: list[TaskRow] = []
    events: list[Wait] = []
    following: list[NextStep] = []
    if review.process_instance is not None:
        here = position(session, review.process_instance)
        whole = "agencies" in parts
        open_now = tasks(session, business_keys=[review.ref])
        waits = [task for task in open_now if whole or _shown(viewer, task)]
        events, following = here.waits, here.next
    return Overview(row, waits, events, following, parts, _facts(session, review))


def readiness(session: Session, review: Review, *, today: dt.date) -> list[Readiness]:
    """Who is ready for the meeting: every agency of the review, with what is late (P4b)."""
    due = {
        task.agency: task.due_on
        for task in tasks(session, business_keys=[review.ref])
        if task.step == "agency_preparation"
    }
    came = dict(
        session.execute(
            select(Attendance.agency, Attendance.status)
            .join(Meeting, Meeting.id == Attendance.meeting)
            .where(Meeting.review == review.id)
            .order_by(Meeting.number)
        ).all()
    )
    rows = session.execute(
        select(Involvement, Agency.name)
        .join(Agency, Agency.id == Involvement.agency)
        .where(Involvement.review == review.id)
        .order_by(Agency.name)
    )
    return [
        Readiness(
            agency=row.agency,
            name=name,
            notified_on=row.notified_on,
            preparation=row.preparation,
            prepared_on=row.prepared_on,
            due_on=due.get(row.agency),
            late=_is_late(due.get(row.agency), today),
            attendance=came.get(row.agency),
        )
        for row, name in rows
    ]


def _is_late(due: dt.date | None, today: dt.date) -> bool:
    return due is not None and due < today


def _matching(query: Select[Review], text: str) -> Select[Review]:
    pattern = "%" + text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return query.where(
        or_(
            Review.ref.ilike(pattern, escape="\\"),
            Review.pseudonym.ilike(pattern, escape="\\"),
            Review.title.ilike(pattern, escape="\\"),
        )
    )


def _rows(session: Session, viewer: Viewer, found: list[Review]) -> list[ReviewRow]:
    refs = [review.ref for review in found]
    steps, due, counts = _open_work(session, viewer, refs)
    carried = _carried_by_events(session, refs)
    return [_row(review, steps[review.ref], due, counts, review.ref in carried) for review in found]


def _row(
    review: Review, steps: set[str], due: dict[str, dt.date], counts: dict[str, int], carried: bool
) -> ReviewRow:
    stands = standing(review, steps, event_ahead=carried)
    word, sentence = STANDINGS[stands]
    return ReviewRow(
        ref=review.ref,
        pseudonym=review.pseudonym,
        title=review.title,
        nature=review.nature,
        standing=stands,
        standing_word=word,
        sentence=sentence,
        referring_agency=review.referring_agency,
        chair=review.chair,
        referred_on=review.referred_on,
        next_due=due.get(review.ref),
        open_tasks=counts.get(review.ref, 0),
        restricted=review.restricted,
        ended=review.ended,
    )


def _open_work(
    session: Session, viewer: Viewer, refs: list[str]
) -> tuple[dict[str, set[str]], dict[str, dt.date], dict[str, int]]:
    """Open steps, earliest due date and number of open tasks of each review, in one query."""
    steps: dict[str, set[str]] = defaultdict(set)
    due: dict[str, dt.date] = {}
    counts: dict[str, int] = {}
    rows = session.execute(
        select(UserTask.business_key, UserTask.step, func.min(UserTask.due_on), func.count())
        .where(UserTask.business_key.in_(refs), UserTask.status == "open", unblocked_tasks(viewer))
        .group_by(UserTask.business_key, UserTask.step)
    )
    for ref, step, earliest, number in rows:
        steps[ref].add(step)
        counts[ref] = counts.get(ref, 0) + number
        if earliest is not None:
            due[ref] = min(due.get(ref, earliest), earliest)
    return steps, due, counts


def _carried_by_events(session: Session, refs: list[str]) -> set[str]:
    query = (
        select(EventSource.source)
        .join(LearningEvent, LearningEvent.id == EventSource.event)
        .where(EventSource.source.in_(refs), LearningEvent.status.in_(("idea", "planned")))
    )
    return set(session.scalars(query))


def _shown(viewer: Viewer, task: TaskRow) -> bool:
    if task.assignee in viewer.acting:
        return True
    return task.agency is None or task.agency in viewer.agencies


def _facts(session: Session, review: Review) -> dict[str, Any]:
    """Dates and counts that any viewer of a review may know."""
    meetings = session.scalars(
        select(Meeting).where(Meeting.review == review.id).order_by(Meeting.number)
    ).all()
    waiting = (each for each in meetings if each.recorded_on is None and each.cancelled_on is None)
    planned = next(waiting, None)
    return {
        "accepted_on": review.accepted_on,
        "met_on": review.met_on,
        "next_meeting": planned.held_on if planned else None,
        "next_meeting_time": planned.starts_at if planned else "",
        "plan_adopted_on": review.plan_adopted_on,
        "closed_on": review.closed_on,
        "held_since": review.held_since,
        "duplicate_of": review.duplicate_of,
    }
