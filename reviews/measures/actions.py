"""Measures of actions: overdue, closed on time, extended, evidenced, and what was escalated (P14, A15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select

from engine import local_date
from engine.models import Deadline, Extension, UserTask
from reviews.measures.lines import Line, Window
from reviews.models import Action, ActionExtension, Evidence, LateStep, Review

REPLY_WITHIN = 5  # working days
LEVELS = {
    "recovery_plan": "1. Owner and line lead: plan to recover",
    "catch_up_plan": "1. Owner and line lead: plan to recover",
    "escalation_decision": "2. Decision how to go on",
    "late_step_decision": "2. Decision how to go on",
    "written_assurance": "3. Written assurance of the agency",
    "step_assurance": "3. Written assurance of the agency",
    "exception_report": "4. Exception report to the Board",
    "step_exception": "4. Exception report to the Board",
}
LATE_BY = ((20, "1 to 20 working days"), (60, "21 to 60 working days"))
LATER = "More than 60 working days"


def overdue(window: Window) -> list[Line]:
    """12. Actions overdue by agency: open past due / open, under 10%; by number of days (A15).

    Rows: `action` agreed by the window's end and by then neither verified nor cancelled. Its due date on
    that day: `action.due`, less what `action_extension` gave later. What its owner completed by then and
    waits to be verified is open and not overdue.
    """
    query = (
        select(Action, Review.ref)
        .join(Review, Review.id == Action.review)
        .where(
            Action.agreed_on <= window.end,
            or_(Action.verified_on.is_(None), Action.verified_on > window.end),
            or_(Action.cancelled_on.is_(None), Action.cancelled_on > window.end),
        )
    )
    earlier = _given_later(window)
    lines = []
    for action, ref in window.session.execute(query):
        due = earlier.get(action.id, action.due)
        done = action.completed_on is not None and action.completed_on <= window.end
        late = 0 if done or due >= window.end else window.calendar.between(due, window.end)
        is_late = not done and due < window.end
        group = _late_by(late) if is_late else ""
        lines.append(Line("overdue", window.end, ref, action.ref, action.agency, group, is_late))
        if is_late:
            lines.append(Line("late_days", window.end, ref, action.ref, action.agency, value=late))
    return window.within(lines)


def _given_later(window: Window) -> dict[UUID, dt.date]:
    """Action -> its due date when the window ended, for those that were given more time since."""
    query = (
        select(ActionExtension.action, ActionExtension.old_due)
        .where(ActionExtension.granted.is_(True), ActionExtension.decided_on > window.end)
        .order_by(ActionExtension.decided_on.desc(), ActionExtension.old_due.desc())
    )
    return {row[0]: row[1] for row in window.session.execute(query)}


def _late_by(days: int) -> str:
    return next((words for most, words in LATE_BY if days <= most), LATER)


def on_time(window: Window) -> list[Line]:
    """13. Actions closed and verified by their first due date / due, target 80% (P14).

    Rows: `action` with `agreed_on`, on the day of `original_due` once that is over; `verified_on` by then.
    Those cancelled before it do not count.
    """
    query = (
        select(Review.ref, Action.ref, Action.agency, Action.original_due, Action.verified_on)
        .join(Review, Review.id == Action.review)
        .where(
            Action.agreed_on.is_not(None),
            Action.original_due.between(window.first, window.end),
            Action.original_due < window.today,
            or_(Action.cancelled_on.is_(None), Action.cancelled_on > Action.original_due),
        )
    )
    return window.within(
        Line("closed", due, ref, action, agency, met=verified is not None and verified <= due)
        for ref, action, agency, due, verified in window.session.execute(query)
    )


def extensions(window: Window) -> list[Line]:
    """14. Extensions: number, and median days added (P14).

    Rows: `action_extension` that was granted, by `decided_on`; `extension` (of steps in the clock ledger) by
    the day of `at`. Working days from the old date to the new.
    """
    actions = (
        select(Review.ref, Action.ref, Action.agency, ActionExtension.decided_on)
        .add_columns(ActionExtension.old_due, ActionExtension.new_due)
        .join(Action, Action.id == ActionExtension.action)
        .join(Review, Review.id == Action.review)
        .where(ActionExtension.granted.is_(True))
    )
    lines = [
        Line("extension", day, ref, what, agency, "Actions", value=window.calendar.between(old, new))
        for ref, what, agency, day, old, new in window.session.execute(actions)
        if day is not None and new is not None
    ]
    steps = (
        select(UserTask.business_key, UserTask.name, UserTask.agency, Extension.at)
        .add_columns(Extension.old_due_on, Extension.new_due_on)
        .join(Deadline, Deadline.id == Extension.deadline_id)
        .join(UserTask, UserTask.id == Deadline.task_id)
    )
    for ref, what, agency, at, before, after in window.session.execute(steps):
        added = window.calendar.between(before, after) if before else None
        lines.append(Line("extension", local_date(at), ref, what, agency or "", "Steps", value=added))
    return window.within(lines)


def evidenced(window: Window) -> list[Line]:
    """15. Verified actions with a measure and evidence / verified, target 100% (2.7, A15).

    Rows: `action` by `verified_on`; `evidence` of it given by that day.
    """
    shown = select(Evidence.id).where(Evidence.action == Action.id, Evidence.given_on <= Action.verified_on)
    query = (
        select(Review.ref, Action.ref, Action.agency, Action.verified_on, Action.measure, shown.exists())
        .join(Review, Review.id == Action.review)
        .where(Action.verified_on.between(window.first, window.end), Action.status == "verified")
    )
    return window.within(
        Line("evidenced", day, ref, what, agency, met=bool(measure.strip()) and bool(there))
        for ref, what, agency, day, measure, there in window.session.execute(query)
        if day is not None
    )


def escalations(window: Window) -> list[Line]:
    """16. Escalations by level, and replies within 5 working days, target 90% (2.7).

    Rows: `user_task` of the steps of the two ladders by `opened_at`, `completed_at`. One that was no longer
    needed before it was late counts as raised only. The agency is that of the action or of the late step.
    """
    query = select(UserTask.business_key, UserTask.instance_id, UserTask.step, UserTask.status).add_columns(
        UserTask.opened_at, UserTask.completed_at
    )
    whose = _whose(window)
    lines: list[Line] = []
    for ref, instance, step, status, opened, ended in window.session.execute(
        query.where(UserTask.step.in_(LEVELS))
    ):
        action, agency = whose.get(instance, ("", ""))
        began, on = local_date(opened), local_date(ended) if ended else None
        lines.append(Line("raised", began, ref, action, agency, LEVELS[step]))
        if status == "cancelled" and on is not None and on <= window.due(ref, began, REPLY_WITHIN):
            continue
        done = on if status == "completed" else None
        lines += _about(action, window.timed("reply", ref, began, done, REPLY_WITHIN, agency))
    return window.within(lines)


def _about(what: str, lines: Iterator[Line]) -> Iterator[Line]:
    return (replace(line, what=what) for line in lines)


def _whose(window: Window) -> dict[UUID, tuple[str, str]]:
    """The process of a ladder -> the action's reference, and the agency that is asked."""
    actions = select(Action.process_instance, Action.ref, Action.agency)
    found = {row[0]: (row[1], row[2]) for row in window.session.execute(actions) if row[0]}
    late = select(LateStep.process_instance, UserTask.agency).join(UserTask, UserTask.id == LateStep.task)
    found |= {row[0]: ("", row[1] or "") for row in window.session.execute(late) if row[0]}
    return found
