"""Destroying records: every row of a case, or of one kind of record of it, and the certificate of that.

Every way of destroying is here, and begins by asking whether a legal hold stands in the way. Rows go in one
transaction, those that name others first.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, CursorResult, Delete, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from engine import Actor, forget_case_events
from engine.audit_models import AuditHead
from engine.models import Draft, Idempotency, Outbox, UserTask
from engine.outbox import MAIL
from reviews.case_rows import Case, of_case, order, table_named
from reviews.holds import held_keys, refuse_if_held
from reviews.learning_events.terms import event_key
from reviews.models import (
    Action,
    Briefing,
    EventBooking,
    KeptBriefing,
    LearningEvent,
    Review,
    Suggestion,
    UndeliveredNotice,
)
from reviews.record_types import AUDIT, LEARNING, PLAN, PREPARATION, TABLES
from reviews.records_due import notices_of

Counts = Counter[str]


def destroy_case(session: Session, case: Case, *, learning: bool, by: Actor) -> Counts:
    """Destroy every row of a case; published learning stays unless `learning`. Raises UnderHold.

    Its entries in the audit log go with it; what takes their place says how many there were.
    """
    refuse_if_held(session, case.keys)
    counts: Counts = Counter()
    if not learning:
        _keep_briefing(session, case)
    _leave_letters_of_others(session, case)
    counts["idempotency"] = _forget_requests(session, case)
    left = {AUDIT} if learning else {AUDIT, LEARNING}
    reached = [name for name in order() if TABLES[name].by and TABLES[name].kind not in left]
    if not learning:
        reached.insert(0, "briefing")  # its row names the review: its text is kept apart from it now
    for name in reached:
        if name != "idempotency":
            counts[name] += _delete(session, name, of_case(name, case))
    if not learning:
        del counts["briefing"]  # kept, though not in its table
    session.expire_all()
    logged = select(AuditHead.business_key).where(AuditHead.business_key.in_(case.keys))
    for key in sorted(session.scalars(logged)):
        counts["event"] += forget_case_events(session, key, by=by)
    return +counts


def destroy_preparations(session: Session, case: Case) -> Counts:
    """Destroy what agencies prepared: their pages, and the answers they came from. Raises UnderHold."""
    refuse_if_held(session, case.keys)
    steps = select(UserTask.id).where(UserTask.business_key.in_(case.keys), UserTask.step == PREPARATION)
    counts: Counts = Counter()
    for name in ("submission", "draft"):
        counts[name] = _delete(session, name, table_named(name).c.task_id.in_(steps))
    counts["preparation"] = _delete(session, "preparation", of_case("preparation", case))
    counts.update(_delete_files(session, case, "preparation"))
    session.expire_all()
    return +counts


def destroy_plan(session: Session, case: Case) -> Counts:
    """Destroy the action plan with its evidence, and the answers it came from. Raises UnderHold."""
    refuse_if_held(session, case.keys)
    assert case.review is not None
    own = select(Action.process_instance).where(Action.review == case.review.id)
    counts: Counts = Counter()
    tasks = select(UserTask.id).where(UserTask.instance_id.in_(own))
    counts["submission"] = _delete(session, "submission", table_named("submission").c.task_id.in_(tasks))
    counts["draft"] = _delete(session, "draft", table_named("draft").c.task_id.in_(tasks))
    counts.update(_delete_files(session, case, "evidence"))
    for name in order():
        if TABLES[name].kind == PLAN:
            counts[name] = _delete(session, name, of_case(name, case))
    session.expire_all()
    return +counts


def destroy_draft(session: Session, item: str) -> Counts:
    """Destroy what one person typed into a step and did not send. Raises UnderHold."""
    task, _, person = item.partition("|")
    key = session.scalar(select(UserTask.business_key).where(UserTask.id == UUID(task)))
    refuse_if_held(session, [key] if key else [])
    gone = delete(Draft).where(Draft.task_id == UUID(task), Draft.person == person)
    return +Counter({"draft": _run(session, gone)})


def destroy_notices(session: Session, month: dt.date) -> Counts:
    """Destroy the notices of one month, but for those about a case under a hold. Raises UnderHold."""
    refuse_if_held(session, [])
    free = notices_of(month).where(Outbox.about.not_in(_held_cases(session)))
    keys = free.with_only_columns(Outbox.key)
    undelivered = delete(UndeliveredNotice).where(UndeliveredNotice.notice.in_(keys))
    counts = Counter({"undelivered_notice": _run(session, undelivered)})
    gone = delete(Outbox).where(Outbox.id.in_(free.with_only_columns(Outbox.id)))
    counts["outbox"] = _run(session, gone)
    return +counts


def destroy_event_names(session: Session, key: str) -> Counts:
    """Destroy who had a place at an event; how many came from each agency stays. Raises UnderHold."""
    refuse_if_held(session, [key])
    of_key = [row.id for row in session.scalars(select(LearningEvent)) if event_key(row.term) == key]
    gone = delete(EventBooking).where(EventBooking.event.in_(of_key))
    return +Counter({"event_booking": _run(session, gone)})


def rows_of(session: Session, case: Case) -> Counts:
    """How many rows of each table belong to a case: what its destruction is measured by."""
    counts = Counter(
        {
            name: session.scalar(
                select(func.count()).select_from(table_named(name)).where(of_case(name, case))
            )
            or 0
            for name, table in TABLES.items()
            if table.by and name != "idempotency"
        }
    )
    return +counts


def _held_cases(session: Session) -> CompoundSelect[str]:
    """References that a hold covers, and the keys of the suggestions they came from."""
    held = select(Review.ref).where(Review.ref.in_(held_keys()))
    return held.union(select(Suggestion.key).where(Suggestion.review.in_(held_keys())))


def _delete(session: Session, name: str, condition: ColumnElement[bool]) -> int:
    return _run(session, delete(table_named(name)).where(condition))


def _delete_files(session: Session, case: Case, kind: str) -> Counts:
    """The files of one kind, with the copies that were made of them for sharing."""
    files, pieces = table_named("file"), table_named("file_piece")
    of_kind = select(files.c.id).where(of_case("file", case), files.c.kind == kind)
    condition = files.c.id.in_(of_kind) | files.c.made_from.in_(of_kind)
    gone = list(session.scalars(select(files.c.id).where(condition)))
    counts = Counter({"file_piece": _delete(session, "file_piece", pieces.c.file.in_(gone))})
    counts["file"] = _delete(session, "file", files.c.id.in_(gone))
    return counts


def _run(session: Session, statement: Delete) -> int:
    """Delete; how many rows went. What the session had read of them is forgotten at the end."""
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount


# --- what needs more than its rows deleted ---


def _keep_briefing(session: Session, case: Case) -> None:
    if case.review is None:
        return
    found = session.scalars(select(Briefing).where(Briefing.review == case.review.id)).one_or_none()
    if found is not None:
        session.add(
            KeptBriefing(
                ref=case.ref,
                title=found.title,
                sections=found.sections,
                themes=found.themes,
                published_on=found.published_on,
                restricted=case.review.restricted,
            )
        )
        session.flush()


def _forget_requests(session: Session, case: Case) -> int:
    """Answers kept for requests sent twice name a task in their JSON, or a review or one of its actions."""
    tasks = [str(each) for each in session.scalars(_tasks(case))]
    about = Idempotency.result["about"].as_string()
    named = [about.startswith(f"{key}-", autoescape=True) for key in case.keys]
    named += [about.in_(case.keys), Idempotency.result["task"].as_string().in_(tasks)]
    return _run(session, delete(Idempotency).where(or_(*named)))


def _tasks(case: Case) -> Select[UUID]:
    return select(UserTask.id).where(UserTask.business_key.in_(case.keys))


def _leave_letters_of_others(session: Session, case: Case) -> None:
    """A reminder may name steps of several cases: the lines of this one go, the letter stays."""
    mails = session.scalars(select(Outbox).where(Outbox.kind == MAIL, Outbox.key.startswith("reminder-")))
    for row in mails:
        items = row.payload.get("facts", {}).get("items", [])
        others = [each for each in items if each.get("about") not in case.keys]
        if others and len(others) < len(items):
            row.payload = {**row.payload, "facts": {**row.payload["facts"], "items": others}}
            row.about = str(others[0]["about"])
    session.flush()


def digest_of(about: Iterable[str], counts: Mapping[str, int], rules: Iterable[str], at: dt.datetime) -> str:
    """By this a printed certificate is compared with the kept one. Nothing personal goes into it."""
    told = [sorted(about), sorted(counts.items()), sorted(rules), at.isoformat()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
