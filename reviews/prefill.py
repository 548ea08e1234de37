"""What a form may show of what is already known, by name. A name that is not here fills nothing in.

The list is closed on purpose: an owner of a form could otherwise show one agency's preparation to another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import TaskRow
from engine.calendars import short_date
from engine.models import UserTask
from reviews import prefill_lists as lists
from reviews.board_reports.keeping import begins_with
from reviews.break_glass import grant_facts
from reviews.by_reference import action_by_process, review_by_reference
from reviews.capacity import capacity
from reviews.feedback.reading import in_words
from reviews.holders import holders, names
from reviews.learning_events.facts import event_facts
from reviews.models import (
    Agency,
    BoardReport,
    FamilyView,
    Involvement,
    LateStep,
    Person,
    PolicyDocument,
    QaDecision,
    Review,
    Suggestion,
    Term,
)
from reviews.options import label
from reviews.roles import role_name
from reviews.settings import setting
from reviews.shown_again import shown_again
from reviews.undelivered import notice_facts
from reviews.writing.recorded import summary_facts
from reviews.writing.states import proposed_for
from reviews.writing.views import view_of

TEXTS = {
    "texts.child_at_risk_now": "immediate_danger",
    "texts.ground_rules": "ground_rules",
    "texts.meeting_purpose": "meeting_purpose",
    "texts.what_to_prepare": "what_to_prepare",
    "texts.what_is_shared": "what_is_shared",
    "texts.anonymity": "anonymity",
    "settings.wellbeing_contact": "wellbeing_contact",
}


@dataclass(frozen=True)
class Known:
    """What the fillings of one form start from."""

    session: Session
    task: TaskRow
    person: str
    today: dt.date
    review: Review | None
    wanted: frozenset[str] = frozenset()

    def names(self, group: str) -> frozenset[str]:
        """What is wanted of a group, so that nothing else is looked up."""
        return frozenset(name.partition(".")[2] for name in self.wanted if name.startswith(f"{group}."))


def prefill(
    session: Session, task: TaskRow, wanted: Iterable[str], *, person: str, today: dt.date
) -> dict[str, Any]:
    """The wanted facts that are known, for one task and the person who opens it."""
    asked = set(wanted)
    if not asked:
        return {}
    review = review_by_reference(session, task.business_key)
    known = Known(session, task, person, today, review, frozenset(asked))
    filled: dict[str, Any] = {name: setting(session, TEXTS[name]) for name in asked if name in TEXTS}
    for group, fill in _GROUPS.items():
        if any(name.startswith(f"{group}.") for name in asked):
            filled |= {f"{group}.{name}": value for name, value in fill(known).items()}
    filled |= shown_again(session, task, asked)
    return {name: value for name, value in filled.items() if name in asked and value not in (None, "")}


def _referrer(known: Known) -> dict[str, Any]:
    found = known.session.get(Person, known.review.referrer if known.review else known.person)
    if found is None:
        return {}
    agency = known.session.get(Agency, known.review.referring_agency) if known.review else None
    return {
        "name": found.name,
        "email": found.email,
        "agency_name": agency.name if agency else "",
        "role": role_name(known.task.role),
    }


def _referral(known: Known) -> dict[str, Any]:
    if known.review is None:
        return {}
    return {
        "agencies": _agencies(known, told_only=False),
        "period_from": _iso(known.review.period_from),
        "period_to": _iso(known.review.period_to),
    }


def _review(known: Known) -> dict[str, Any]:
    if known.review is None:
        return {}
    return {
        "agencies": _agencies(known, told_only=known.task.step != "agency_notice"),
        **lists.what_was_agreed(known.session, known.review),
    }


def _agencies(known: Known, *, told_only: bool) -> list[str]:
    assert known.review is not None
    query = select(Involvement.agency).where(Involvement.review == known.review.id)
    if told_only:
        query = query.where(Involvement.notified_on.is_not(None))
    return list(known.session.scalars(query.order_by(Involvement.agency)))


def _capacity(known: Known) -> dict[str, Any]:
    room = capacity(known.session, known.today)
    called = names(known.session, set(room.free_chairs))
    free = ", ".join(called.get(person, person) for person in room.free_chairs)
    return {
        "open_reviews": str(room.open_reviews),
        "limit": str(room.limit),
        "free_chairs": free or "Nobody is free",
    }


def _criteria(known: Known) -> dict[str, Any]:
    """The plan criterion in words, from the facts that the decision table reads."""
    if known.review is None:
        return {}
    statuses = (known.review.plan_status_now, known.review.plan_status_then)
    in_scope = any(status in ("tac", "cp") for status in statuses)
    plan = ", then ".join(label(known.session, "plan_status", status) for status in statuses[::-1] if status)
    first = "is met" if in_scope else "is not met"
    words = f"Plan: {plan or 'not known'}. The criterion of the plan {first}."
    return {"explanation": words, "plan_in_scope": in_scope}


def _triage(known: Known) -> dict[str, Any]:
    if known.review is None:
        return {}
    return {"outcome_label": label(known.session, "triage_outcome", known.review.outcome)}


def _chair(known: Known) -> dict[str, Any]:
    chair = known.review.chair if known.review else None
    return {"name": names(known.session, {chair}).get(chair, "")} if chair else {}


def _next_qa(known: Known) -> dict[str, Any]:
    if known.review is None:
        return {}
    query = select(QaDecision.meeting_on).where(QaDecision.review == known.review.id)
    return {
        "date": _iso(known.session.scalars(query.order_by(QaDecision.meeting_on.desc()).limit(1)).first())
    }


def _family(known: Known) -> dict[str, Any]:
    if known.review is None:
        return {}
    return {"view": known.session.scalar(select(FamilyView.view).where(FamilyView.review == known.review.id))}


def _meeting(known: Known) -> dict[str, Any]:
    return lists.meeting_facts(known.session, known.review) if known.review else {}


def _agenda(known: Known) -> dict[str, Any]:
    items = str(setting(known.session, "agenda_items")).splitlines()
    return {"items": [{"topic": item.strip()} for item in items if item.strip()]}


def _summary(known: Known, *, whole: bool = False) -> dict[str, Any]:
    wanted = None if whole else known.names("summary")
    return summary_facts(known.session, known.review, known.today, wanted) if known.review else {}


def _agency(known: Known) -> dict[str, Any]:
    """What the agency of the task wrote itself, and what is proposed to it."""
    if known.review is None or known.task.agency is None:
        return {}
    of, wanted = (known.session, known.review, known.task.agency), known.names("agency")
    written = view_of(*of) if "different_view" in wanted else None
    actions = proposed_for(*of) if "actions" in wanted else []
    return {"different_view": written.text if written else "", "actions": "\n".join(actions)}


def _action(known: Known) -> dict[str, Any]:
    found = action_by_process(known.session, known.task.instance_id)
    if found is None:
        return {}
    return {
        "text": found.text,
        "measure": found.measure,
        "evidence_required": found.evidence_required,
        "due": short_date(found.due),
    }


def _late(known: Known) -> dict[str, Any]:
    """The late step as it stands today: the board member of an agency sees no more of the review."""
    query = (
        select(UserTask)
        .join(LateStep, LateStep.task == UserTask.id)
        .where(LateStep.process_instance == known.task.instance_id)
    )
    found = known.session.scalars(query).one_or_none()
    if found is None:
        return {}
    agency = known.session.get(Agency, found.agency) if found.agency else None
    who = names(known.session, {found.assignee}).get(found.assignee, "") if found.assignee else ""
    return {
        "name": found.name,
        "agency": agency.name if agency else "",
        "who": who or role_name(found.role),
        "due": short_date(found.due_on) if found.due_on else "",
    }


def _board(known: Known) -> dict[str, Any]:
    query = select(BoardReport).where(BoardReport.process_instance == known.task.instance_id)
    report = known.session.scalars(query).one_or_none()
    return begins_with(known.session, report, known.today) if report else {}


def _suggestion(known: Known) -> dict[str, Any]:
    query = select(Suggestion).where(Suggestion.key == known.task.business_key)
    found = known.session.scalars(query).one_or_none()
    return {"what": found.what, "why": found.why} if found else {}


def _policy(known: Known) -> dict[str, Any]:
    found = known.session.get(PolicyDocument, known.task.business_key)
    return {"title": found.title, "review_due": short_date(found.review_due)} if found else {}


def _policy_review(known: Known) -> dict[str, Any]:
    found = known.session.get(PolicyDocument, known.task.business_key)
    first = found.proposed_change.split("\n", 1)[0] if found else ""
    said = {"keep": "Keep it as it is", "change": "Change it", "withdraw": "Withdraw it"}
    return {"outcome_label": said.get(first, first)}


def _notice(known: Known) -> dict[str, Any]:
    return notice_facts(known.session, known.task.instance_id)


def _term(known: Known) -> dict[str, Any]:
    found = known.session.get(Term, known.task.business_key.removeprefix("EVENT-"))
    return {"name": found.name} if found else {}


def _event(known: Known) -> dict[str, Any]:
    return event_facts(known.session, known.task.business_key.removeprefix("EVENT-"))


def _settings(known: Known) -> dict[str, Any]:
    held = holders(known.session, "business_manager", known.today)
    return {"business_manager": ", ".join(names(known.session, set(held)).values())}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


_GROUPS: dict[str, Callable[[Known], dict[str, Any]]] = {
    "referrer": _referrer,
    "referral": _referral,
    "review": _review,
    "capacity": _capacity,
    "criteria": _criteria,
    "triage_decision": _triage,
    "chair": _chair,
    "next_qa": _next_qa,
    "family_view": _family,
    "meeting": _meeting,
    "agenda": _agenda,
    "summary": _summary,
    "agency": _agency,
    "briefing": lambda known: lists.briefing_facts(
        known.session, known.task.instance_id, _summary(known, whole=True)
    ),
    "feedback": lambda known: {"said": in_words(known.session, known.review) if known.review else ""},
    "action": _action,
    "late": _late,
    "board": _board,
    "suggestion": _suggestion,
    "policy": _policy,
    "policy_review": _policy_review,
    "notice": _notice,
    "emergency": lambda known: grant_facts(known.session, known.task.instance_id),
    "term": _term,
    "event": _event,
    "settings": _settings,
}
