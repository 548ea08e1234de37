"""The measures counted once more, another way: plain loops over whole tables, days counted one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import local_date, working_calendar
from engine.audit_models import Event
from engine.models import Base, Deadline, Extension, Pause, ProcessInstance, UserTask
from reviews.models import (
    Action,
    ActionExtension,
    Attendance,
    Briefing,
    Cascade,
    Evidence,
    FamilyView,
    FeedbackAnswer,
    FeedbackRound,
    ImpactCheck,
    Invitation,
    LateStep,
    LearningEvent,
    LearningPoint,
    Meeting,
    Person,
    PersonRole,
    PolicyDocument,
    QaDecision,
    Recommendation,
    Redirect,
    Review,
    Summary,
    Term,
    TriageDecision,
    UndeliveredNotice,
)
from reviews.roles import AGENCY_ROLES

DAY = dt.timedelta(days=1)
Told = tuple[str, dt.date, str, str, bool | None, float | None]  # part, day, review, agency, met, value


class Recount:
    """The rows of a database, and the window that is asked for."""

    def __init__(self, session: Session, first: dt.date, last: dt.date, today: dt.date) -> None:
        self.session, self.first, self.today = session, first, today
        self.last = last if last < today else today
        self.free = working_calendar(session)
        self.read: dict[type[Base], list[Any]] = {}

    def all(self, table: type[Base]) -> list[Any]:
        """Every row of a table."""
        if table not in self.read:
            self.read[table] = list(self.session.scalars(select(table)))
        return self.read[table]

    @cached_property
    def refs(self) -> dict[Any, Review]:
        """Reviews by id."""
        return {row.id: row for row in self.all(Review)}

    def days(self, begin: dt.date, end: dt.date) -> Iterator[dt.date]:
        """The days after one, up to another."""
        day = begin + DAY
        while day <= end:
            yield day
            day += DAY

    def paused(self, ref: str) -> set[dt.date]:
        """The days on which a review stood still: after the one on which it was paused."""
        found: set[dt.date] = set()
        for pause in self.all(Pause):
            case = self.session.get(ProcessInstance, pause.instance_id)
            if case is not None and case.business_key == ref and case.process == "learning_review":
                end = local_date(pause.resumed_at) if pause.resumed_at else self.today
                found |= set(self.days(local_date(pause.paused_at), end))
        return found

    def work(self, begin: dt.date, end: dt.date, without: set[dt.date]) -> int:
        """The working days after one day up to another, without some."""
        return sum(self.free.is_working_day(day) and day not in without for day in self.days(begin, end))

    def due(self, ref: str, begin: dt.date, limit: int) -> dt.date:
        """The day on which so many working days are over that were not paused."""
        still, left, day = self.paused(ref), limit, begin
        while left:
            day += DAY
            left -= self.free.is_working_day(day) and day not in still
        return day

    def span(
        self, part: str, ref: str, begin: dt.date, done: dt.date | None, limit: int, agency: str = ""
    ) -> list[Told]:
        """In time or late, and how long it took."""
        due, found = self.due(ref, begin, limit), []
        if done and done <= due:
            found.append((part, done, ref, agency, True, None))
        elif self.today > due:
            found.append((part, due + DAY, ref, agency, False, None))
        if done:
            took = self.work(begin, done, self.paused(ref))
            found.append((f"{part}_days", done, ref, agency, None, float(took)))
        return found

    def counted(self, lines: list[Told]) -> Counter[Told]:
        """Those in the window."""
        return Counter(line for line in lines if self.first <= line[1] <= self.last)


def _first_decision(at: Recount, review: Review) -> tuple[dt.date, str] | None:
    made = [
        (row.decided_on, row.outcome)
        for row in at.all(TriageDecision)
        if row.review == review.id and row.step == "triage_decision" and row.outcome != "more_info"
    ]
    made += [(row.sent_on, "redirect_scr") for row in at.all(Redirect) if row.review == review.id]
    return sorted(made)[0] if made else None


def m1(at: Recount) -> list[Told]:
    return [
        ("referral", r.referred_on, r.ref, r.referring_agency, r.nature == "good_practice", None)
        for r in at.refs.values()
        if r.referred_on
    ]


def m2(at: Recount) -> list[Told]:
    found = []
    for review in at.refs.values():
        made = _first_decision(at, review)
        if made:
            found.append(("outcome", made[0], review.ref, review.referring_agency, made[1] == "accept", None))
    return found


def m3(at: Recount) -> list[Told]:
    found: list[Told] = []
    for review in at.refs.values():
        if review.referred_on is None:
            continue
        sent = [
            local_date(event.at)
            for event in at.all(Event)
            if event.kind == "notice.sent"
            and event.business_key == review.ref
            and event.details.get("text") == "referral_receipt"
        ]
        found += at.span("receipt", review.ref, review.referred_on, min(sent) if sent else None, 2)
        made = _first_decision(at, review)
        over = review.closed_on is not None and review.closed_on <= at.due(review.ref, review.referred_on, 10)
        if made or not over:
            found += at.span("decision", review.ref, review.referred_on, made[0] if made else None, 10)
    return found


def m4(at: Recount) -> list[Told]:
    found: list[Told] = []
    for review in at.refs.values():
        held = [m.held_on for m in at.all(Meeting) if m.review == review.id and m.recorded_on]
        if review.accepted_on is None:
            continue
        over = review.closed_on is not None and review.closed_on <= at.due(review.ref, review.accepted_on, 30)
        if held or not over:
            found += at.span("meeting", review.ref, review.accepted_on, min(held) if held else None, 30)
    return found


def m5(at: Recount) -> list[Told]:
    found: list[Told] = []
    for review in at.refs.values():
        last = [
            m.held_on
            for m in at.all(Meeting)
            if m.review == review.id and m.recorded_on and m.another is False
        ]
        if not last:
            continue
        written = [
            local_date(s.written_at) for s in at.all(Summary) if s.review == review.id and s.version == 1
        ]
        over = review.closed_on is not None and review.closed_on <= at.due(review.ref, max(last), 20)
        if written or not over:
            found += at.span("summary", review.ref, max(last), written[0] if written else None, 20)
    return found


def m6(at: Recount) -> list[Told]:
    found: list[Told] = []
    for review in at.refs.values():
        if review.accepted_on is None or review.referred_on is None:
            continue
        shown = [q.meeting_on for q in at.all(QaDecision) if q.review == review.id and q.presented_by]
        done = min(shown) if shown else None
        still = at.paused(review.ref)
        half = review.referred_on
        month = half.month + 6
        year, month = (half.year + 1, month - 12) if month > 12 else (half.year, month)
        day = half.day
        while True:
            try:
                due = dt.date(year, month, day)
                break
            except ValueError:
                day -= 1
        base = due
        while (due - base).days < len([d for d in at.days(half, due) if d in still]):
            due += DAY
        if done and done <= due:
            found.append(("qa", done, review.ref, "", True, None))
        elif due < at.today and not (done is None and review.closed_on and review.closed_on <= due):
            found.append(("qa", due + DAY, review.ref, "", False, None))
        if done:
            took = [d for d in at.days(half, done) if d not in still]
            found.append(("qa_months", done, review.ref, "", None, round(len(took) / 30.4375, 1)))
    return found


def m7(at: Recount) -> list[Told]:
    found: list[Told] = []
    for review in at.refs.values():
        if review.closed_on and review.closed_on <= at.last:
            continue
        made = [t for t in at.all(TriageDecision) if t.review == review.id and t.decided_on <= at.last]
        made.sort(key=lambda t: t.decided_on, reverse=True)
        since = None
        for decision in made:
            if decision.outcome != "defer":
                break
            since = decision.decided_on
        if since:
            days = at.work(since, at.last, set())
            told = (at.last, review.ref, review.referring_agency)
            found += [("waiting", *told, days <= 60, float(days)), ("over", *told, None, float(days > 60))]
    return found


def m8(at: Recount) -> list[Told]:
    found: list[Told] = []
    dates = {row.task_id: row.due_on for row in at.all(Deadline)}
    for task in at.all(UserTask):
        due = dates.get(task.id)
        if task.step != "agency_preparation" or due is None:
            continue
        ended = local_date(task.completed_at) if task.completed_at else None
        case = at.session.get(ProcessInstance, task.instance_id)
        assert case
        if ended and ended <= due:
            if task.status == "completed":
                found.append(("prepared", ended, task.business_key, task.agency or "", True, None))
        elif due < at.today and (task.status != "open" or case.status != "paused"):
            found.append(("prepared", due + DAY, task.business_key, task.agency or "", False, None))
    return found


def m9(at: Recount) -> list[Told]:
    found: list[Told] = []
    for meeting in at.all(Meeting):
        if not meeting.recorded_on:
            continue
        came = {a.agency: a for a in at.all(Attendance) if a.meeting == meeting.id}
        asked = {i.agency for i in at.all(Invitation) if i.meeting == meeting.id and i.agency}
        ref = at.refs[meeting.review].ref
        for agency in asked | set(came):
            row = came.get(agency)
            here = row is not None and row.status in ("attended", "sent_deputy")
            people, managers = (row.practitioners, row.managers) if row and here else (0, 0)
            found += [
                ("attended", meeting.held_on, ref, agency, here, None),
                ("practitioner", meeting.held_on, ref, agency, people > 0, None),
                ("practitioners", meeting.held_on, ref, agency, None, float(people)),
                ("managers", meeting.held_on, ref, agency, None, float(managers)),
            ]
    return found


def m10(at: Recount) -> list[Told]:
    found: list[Told] = []
    for row in at.all(FamilyView):
        told = (row.recorded_on, at.refs[row.review].ref, "")
        found.append(("sought", *told, row.decision in ("sought_given", "sought_declined"), None))
        found.append(("given", *told, row.decision == "sought_given", None))
    return found


def m11(at: Recount) -> list[Told]:
    found: list[Told] = []
    for review in at.refs.values():
        cleared = [s for s in at.all(Summary) if s.review == review.id and s.cleared_on]
        if cleared:
            last = max(cleared, key=lambda s: s.version)
            found.append(("voice", last.cleared_on, review.ref, "", last.child_voice, None))
    return found


def m12(at: Recount) -> list[Told]:
    found: list[Told] = []
    for action in at.all(Action):
        if action.agreed_on is None or action.agreed_on > at.last:
            continue
        if any(day and day <= at.last for day in (action.verified_on, action.cancelled_on)):
            continue
        due = action.due
        later = [e for e in at.all(ActionExtension) if e.action == action.id and e.granted]
        for more in sorted(later, key=lambda e: (e.decided_on, e.old_due), reverse=True):
            due = more.old_due if more.decided_on > at.last else due
        late = due < at.last and not (action.completed_on and action.completed_on <= at.last)
        told = (at.last, at.refs[action.review].ref, action.agency)
        found.append(("overdue", *told, late, None))
        if late:
            found.append(("late_days", *told, None, float(at.work(due, at.last, set()))))
    return found


def m13(at: Recount) -> list[Told]:
    found: list[Told] = []
    for action in at.all(Action):
        due = action.original_due
        stopped = action.cancelled_on is not None and action.cancelled_on <= due
        if action.agreed_on and due < at.today and not stopped:
            done = bool(action.verified_on and action.verified_on <= due)
            found.append(("closed", due, at.refs[action.review].ref, action.agency, done, None))
    return found


def m14(at: Recount) -> list[Told]:
    found: list[Told] = []
    owners = {action.id: action for action in at.all(Action)}
    for more in at.all(ActionExtension):
        if more.granted:
            action = owners[more.action]
            days = float(at.work(more.old_due, more.new_due, set()))
            ref = at.refs[action.review].ref
            found.append(("extension", more.decided_on, ref, action.agency, None, days))
    for step in at.all(Extension):
        deadline = at.session.get(Deadline, step.deadline_id)
        assert deadline
        task = at.session.get(UserTask, deadline.task_id)
        assert task
        days = float(at.work(step.old_due_on, step.new_due_on, set())) if step.old_due_on else None
        told = (local_date(step.at), task.business_key, task.agency or "")
        found.append(("extension", *told, None, days))
    return found


def m15(at: Recount) -> list[Told]:
    found: list[Told] = []
    for action in at.all(Action):
        if action.status == "verified" and action.verified_on:
            shown = [
                e for e in at.all(Evidence) if e.action == action.id and e.given_on <= action.verified_on
            ]
            met = bool(shown) and action.measure.strip() != ""
            ref = at.refs[action.review].ref
            found.append(("evidenced", action.verified_on, ref, action.agency, met, None))
    return found


LADDERS = (
    *("recovery_plan", "escalation_decision", "written_assurance", "exception_report"),
    *("catch_up_plan", "late_step_decision", "step_assurance", "step_exception"),
)


def m16(at: Recount) -> list[Told]:
    found: list[Told] = []
    for task in at.all(UserTask):
        if task.step not in LADDERS:
            continue
        agency = ""
        for action in at.all(Action):
            if action.process_instance == task.instance_id:
                agency = action.agency
        for late in at.all(LateStep):
            if late.process_instance == task.instance_id:
                agency = at.session.get_one(UserTask, late.task).agency or ""
        began = local_date(task.opened_at)
        ended = local_date(task.completed_at) if task.completed_at else None
        found.append(("raised", began, task.business_key, agency, None, None))
        if task.status == "cancelled":
            if ended and ended <= at.due(task.business_key, began, 5):
                continue
            ended = None
        found += at.span("reply", task.business_key, began, ended, 5, agency)
    return found


def m17(at: Recount) -> list[Told]:
    return [
        ("returned", row.decided_on, at.refs[row.review].ref, "", row.outcome == "return", None)
        for row in at.all(QaDecision)
        if row.decided_on and row.outcome
    ]


def m18(at: Recount) -> list[Told]:
    found: list[Told] = []
    published = {row.review: row.published_on for row in at.all(Briefing)}
    for review in at.refs.values():
        if review.plan_adopted_on:
            done = published.get(review.id)
            due = at.due(review.ref, review.plan_adopted_on, 10)
            if done or not (review.closed_on and review.closed_on <= due):
                found += at.span("briefing", review.ref, review.plan_adopted_on, done, 10)
    for row in at.all(Cascade):
        ref = at.refs[row.review].ref
        found += at.span("cascade", ref, row.asked_on, row.confirmed_on, 20, row.agency)
    return found


def m19(at: Recount) -> list[Told]:
    found: list[Told] = [
        ("reached", row.confirmed_on, at.refs[row.review].ref, row.agency, None, float(row.reached))
        for row in at.all(Cascade)
        if row.confirmed_on
    ]
    for event in at.all(LearningEvent):
        if event.held_on and event.status in ("held", "reported"):
            if event.places:
                share = float(round((event.attended or 0) / event.places * 100))
                found.append(("filled", event.held_on, "", "", None, share))
            if event.useful_percent is not None:
                found.append(("useful", event.held_on, "", "", None, float(event.useful_percent)))
    return found


def m20(at: Recount) -> list[Told]:
    found: list[Told] = []
    for row in at.all(ImpactCheck):
        if row.rated_on and row.rating:
            told = (row.rated_on, at.refs[row.review].ref, "")
            found.append(("sustained", *told, row.rating == "embedded", None))
            found.append(("both", *told, row.baseline.strip() != "" and row.result.strip() != "", None))
    return found


def m21(at: Recount) -> list[Told]:
    found: list[Told] = []
    year_before = _months_before(at.last, 12)
    where: dict[str, set[Any]] = {}
    for point in at.all(LearningPoint):
        for theme in set(point.themes):
            strength = point.kind == "strength"
            found.append(("theme", point.recorded_on, at.refs[point.review].ref, "", strength, None))
            if year_before < point.recorded_on <= at.last:
                where.setdefault(theme, set()).add(point.review)
    found += [
        ("repeated", at.last, "", "", None, float(len(each))) for each in where.values() if len(each) >= 3
    ]
    return found


def _months_before(day: dt.date, months: int) -> dt.date:
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    last = day.day
    while True:
        try:
            return dt.date(year, month, last)
        except ValueError:
            last -= 1


def m22(at: Recount) -> list[Told]:
    def themes(row: Any) -> set[str]:
        points = [p for p in at.all(LearningPoint) if p.review == row.review and p.kind == "development"]
        return set(row.themes) or {theme for p in points for theme in p.themes}

    every = [
        (at.refs[row.review].plan_adopted_on, row, themes(row))
        for row in at.all(Recommendation)
        if row.agency and not row.retired_on and at.refs[row.review].plan_adopted_on
    ]
    found: list[Told] = []
    for day, row, about in every:
        again = False
        for before, other, named in every:
            same = other.agency == row.agency and other.review != row.review and named & about
            again = again or bool(same and _months_before(day, 24) <= before < day)
        found.append(("repeat", day, at.refs[row.review].ref, row.agency, again, None))
    return found


def m23(at: Recount) -> list[Told]:
    found: list[Told] = []
    for term in at.all(Term):
        held = [
            event
            for event in at.all(LearningEvent)
            if event.term == term.id
            and event.status in ("held", "reported")
            and event.held_on
            and term.starts <= event.held_on <= term.ends
        ]
        found.append(("event", term.ends, "", "", bool(held), None))
    return found


def m24(at: Recount) -> list[Told]:
    """Round by round in the order of their ends; a heap of small ones is emptied when five are on it."""
    found: list[Told] = []
    over = sorted(
        (row for row in at.all(FeedbackRound) if row.closed),
        key=lambda row: (row.closes_on, row.asked_on, row.id.hex),
    )
    for who, begin in (("practitioner", ""), ("family", "family_")):
        for statement in ("safe", "told"):
            heap: list[str] = []
            for row in over:
                said = [
                    getattr(each, statement)
                    for each in at.all(FeedbackAnswer)
                    if each.round == row.id and each.people == who
                ]
                said = [each for each in said if each != "too_early"]
                if len(said) < 5:
                    heap, said = heap + said, heap + said
                    if len(said) < 5:
                        continue
                    heap = []
                for each in said:
                    agrees = each.startswith("agree")
                    found.append((begin + statement, row.closes_on, "", "", agrees, None))
    return found


def m25(at: Recount) -> list[Told]:
    found: list[Told] = []
    for review in at.refs.values():
        if review.referred_on:
            told = [review.characteristics.get(name, "").strip() for name in ("ethnicity", "disability")]
            found.append(("told", review.referred_on, review.ref, "", all(told), None))
            found += [
                (part, review.referred_on, review.ref, "", None, None)
                for part in ("age", "ethnicity", "disability")
            ]
    return found


def _held(at: Recount, role: str, agency: str | None) -> bool:
    active = {person.id for person in at.all(Person) if person.active}
    return any(
        row.role == role
        and row.person in active
        and row.from_on <= at.today
        and (row.to_on is None or row.to_on >= at.today)
        and agency in (None, row.agency)
        for row in at.all(PersonRole)
    )


def m26(at: Recount) -> list[Told]:
    found: list[Told] = []
    dates = {row.task_id: row.due_on for row in at.all(Deadline)}
    for task in at.all(UserTask):
        if task.status != "open":
            continue
        told = ("trouble", at.today, task.business_key, task.agency or "", None, None)
        agency = task.agency if task.role in AGENCY_ROLES else None
        if task.assignee is None and not _held(at, task.role, agency):
            found.append(told)
        case = at.session.get(ProcessInstance, task.instance_id)
        day = dates.get(task.id)
        if day and day < at.today and case and case.status != "paused":
            found.append(told)
    others = [row.business_key for row in at.all(ProcessInstance) if row.status == "stuck"]
    others += [row.about for row in at.all(UndeliveredNotice) if row.settled_at is None]
    due = [row for row in at.all(PolicyDocument) if row.review_due < at.today and not row.withdrawn_on]
    others += ["" for _ in due]
    found += [("trouble", at.today, about, "", None, None) for about in others]
    return found


RECOUNTS: dict[int, Callable[[Recount], list[Told]]] = {
    int(name[1:]): function
    for name, function in list(globals().items())
    if name[0] == "m" and name[1:].isdigit()
}
