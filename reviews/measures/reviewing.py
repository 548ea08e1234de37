"""Measures of the review itself: how soon it meets, is written up and presented; who came, whose voice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from engine import local_date
from engine.models import Deadline, ProcessInstance, UserTask
from reviews.measures.lines import Line, Window
from reviews.models import (
    Attendance,
    FamilyView,
    Invitation,
    Meeting,
    QaDecision,
    Review,
    Summary,
)

MEETING_WITHIN, SUMMARY_WITHIN, QA_MONTHS = 30, 20, 6
FAMILY = {
    "sought_given": "Sought and given",
    "sought_declined": "Sought, declined",
    "not_sought": "Not sought, with a reason",
}
CAME = ("attended", "sent_deputy")
A_MONTH = 30.4375  # days: a year of 365.25 in twelve


def to_meeting(window: Window) -> list[Line]:
    """4. Acceptance to the first meeting: median; % within 30 working days, target 85% (P6).

    Rows: `review.accepted_on`; of its `meeting` rows that are recorded the earliest `held_on`. A review that
    ended before it was late does not count.
    """
    query = (
        select(Review.ref, Review.accepted_on, Review.closed_on, func.min(Meeting.held_on))
        .join(Meeting, (Meeting.review == Review.id) & Meeting.recorded_on.is_not(None), isouter=True)
        .where(Review.accepted_on.is_not(None))
        .group_by(Review.ref, Review.accepted_on, Review.closed_on)
    )
    return _spans(window, "meeting", query, MEETING_WITHIN)


def to_summary(window: Window) -> list[Line]:
    """5. The last meeting to the summary: median; % within 20 working days, target 85% (P12).

    Rows: recorded `meeting` after which no other was wanted, the latest of a review; `summary` version 1.
    """
    query = (
        select(Review.ref, func.max(Meeting.held_on), Review.closed_on, func.min(Summary.written_at))
        .join(Meeting, Meeting.review == Review.id)
        .join(Summary, (Summary.review == Review.id) & (Summary.version == 1), isouter=True)
        .where(Meeting.recorded_on.is_not(None), Meeting.another.is_(False))
        .group_by(Review.ref, Review.closed_on)
    )
    return _spans(window, "summary", query, SUMMARY_WITHIN)


def _spans(window: Window, part: str, query: Select[*tuple[Any, ...]], limit: int) -> list[Line]:
    """Lines of rows of (reference, beginning, end of the review, done)."""
    lines: list[Line] = []
    for ref, began, closed, done in window.session.execute(query):
        on = local_date(done) if isinstance(done, dt.datetime) else done
        if on is None and closed is not None and closed <= window.due(ref, began, limit):
            continue
        lines += window.timed(part, ref, began, on, limit)
    return window.within(lines)


def to_qa(window: Window) -> list[Line]:
    """6. Referral to the QA sub-group: median months; % within 6, target 90%; paused days apart (P13).

    Rows: `review.referred_on` of accepted reviews; of its presented `qa_decision` rows the earliest
    `meeting_on`. Paused days (calendar days here) are added to the six months and left out of the months.
    """
    query = (
        select(Review.ref, Review.referred_on, Review.closed_on, func.min(QaDecision.meeting_on))
        .join(
            QaDecision,
            (QaDecision.review == Review.id) & QaDecision.presented_by.is_not(None),
            isouter=True,
        )
        .where(Review.accepted_on.is_not(None), Review.referred_on.is_not(None))
        .group_by(Review.ref, Review.referred_on, Review.closed_on)
    )
    lines: list[Line] = []
    for ref, began, closed, done in window.session.execute(query):
        assert began is not None
        lines += _months(window, ref, began, closed, done)
    return window.within(lines)


def _months(
    window: Window, ref: str, began: dt.date, closed: dt.date | None, done: dt.date | None
) -> Iterator[Line]:
    stopped, due = 0, began
    while True:
        due = months_on(began, QA_MONTHS) + dt.timedelta(days=stopped)
        more = window.days_still(ref, began, due)
        if more == stopped:
            break
        stopped = more
    if done is not None and done <= due:
        yield Line("qa", done, ref, met=True)
    elif due < window.today and not (done is None and closed is not None and closed <= due):
        yield Line("qa", due + dt.timedelta(days=1), ref, met=False)
    if done is not None:
        still = window.days_still(ref, began, done)
        yield Line(
            "qa_months", done, ref, value=round(((done - began).days - still) / A_MONTH, 1), paused=still
        )


def months_on(day: dt.date, months: int) -> dt.date:
    """So many months later: the same day of the month, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    return dt.date(year, month + 1, day.day)


def preparation(window: Window) -> list[Line]:
    """8. Agency preparation returned by its due date, by agency, target 90% (P4, A9).

    Rows: `user_task` of the step "agency_preparation" with its `deadline` (extensions agreed are in it). What
    was no longer needed before it was late, and what is late in a paused review, does not count.
    """
    query = (
        select(UserTask.business_key, UserTask.agency, UserTask.status, UserTask.completed_at)
        .add_columns(Deadline.due_on, ProcessInstance.status)
        .join(Deadline, Deadline.task_id == UserTask.id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.step == "agency_preparation", Deadline.due_on.is_not(None))
    )
    lines = []
    for ref, agency, status, completed, due, instance in window.session.execute(query):
        done = local_date(completed) if completed else None
        if status == "completed" and done is not None and done <= due:
            lines.append(Line("prepared", done, ref, agency=agency or "", met=True))
        elif status == "cancelled" and done is not None and done <= due:
            continue
        elif due < window.today and not (status == "open" and instance == "paused"):
            late = due + dt.timedelta(days=1)
            lines.append(Line("prepared", late, ref, agency=agency or "", met=False))
    return window.within(lines)


def attendance(window: Window) -> list[Line]:
    """9. Agencies that came or sent a deputy / invited, target 90%; with a practitioner (P7, P8).

    Rows: recorded `meeting` by `held_on`; its agencies by `invitation`; `attendance`. An agency that came
    without an invitation counts as invited. Numbers of people, never names.
    """
    came = select(Attendance.meeting, Attendance.agency, Attendance.status).add_columns(
        Attendance.practitioners, Attendance.managers
    )
    there = {(row.meeting, row.agency): row for row in window.session.execute(came)}
    meetings = (
        select(Meeting.id, Meeting.held_on, Review.ref, Invitation.agency)
        .join(Review, Review.id == Meeting.review)
        .join(Invitation, (Invitation.meeting == Meeting.id) & Invitation.agency.is_not(None), isouter=True)
        .where(Meeting.recorded_on.is_not(None), Meeting.held_on.between(window.first, window.end))
    )
    asked: dict[tuple[UUID, str], tuple[dt.date, str]] = {}
    held: dict[UUID, tuple[dt.date, str]] = {}
    for meeting, day, ref, agency in window.session.execute(meetings):
        held[meeting] = (day, ref)
        if agency is not None:
            asked[meeting, agency] = (day, ref)
    asked |= {(meeting, agency): held[meeting] for meeting, agency in there if meeting in held}
    lines = []
    for (meeting, agency), (day, ref) in asked.items():
        row = there.get((meeting, agency))
        here = row is not None and row.status in CAME
        people, managers = (row.practitioners, row.managers) if row is not None and here else (0, 0)
        lines += [
            Line("attended", day, ref, agency=agency, met=here),
            Line("practitioner", day, ref, agency=agency, met=people > 0),
            Line("practitioners", day, ref, agency=agency, value=people),
            Line("managers", day, ref, agency=agency, value=managers),
        ]
    return window.within(lines)


def family(window: Window) -> list[Line]:
    """10. The view of the family: % sought (target 75%), % given; why not, where it was not sought (P11).

    Rows: `family_view` by `recorded_on`. The reason itself is read in the review, not here.
    """
    query = (
        select(Review.ref, FamilyView.recorded_on, FamilyView.decision)
        .join(Review, Review.id == FamilyView.review)
        .where(FamilyView.recorded_on.between(window.first, window.end))
    )
    lines = []
    for ref, day, decision in window.session.execute(query):
        group = FAMILY[decision]
        lines.append(Line("sought", day, ref, group=group, met=decision != "not_sought"))
        lines.append(Line("given", day, ref, met=decision == "sought_given"))
    return window.within(lines)


def childs_voice(window: Window) -> list[Line]:
    """11. The child's voice is in the summary: yes / finished summaries, target 100% (P12, A10).

    Rows: `summary` with `cleared_on`: of each review the highest version that was cleared.
    """
    query = (
        select(Review.ref, Summary.version, Summary.cleared_on, Summary.child_voice)
        .join(Review, Review.id == Summary.review)
        .where(Summary.cleared_on.is_not(None))
        .order_by(Summary.version)
    )
    last = {ref: (day, voice) for ref, _, day, voice in window.session.execute(query)}
    return window.within(
        Line("voice", day, ref, met=voice) for ref, (day, voice) in last.items() if day is not None
    )
