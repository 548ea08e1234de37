"""What is recorded of a review, as its summary begins with it: the facts, where each came from, and taking
them over once more without losing what was written meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendars import short_date
from forms import Question
from forms.dates import DateProblem, parse_date
from reviews.disclosure_check.steps import latest_summary
from reviews.models import Action, Agency, FamilyView, LearningPoint, Meeting, Review
from reviews.prefill_lists import plan_rows, recommended_before
from reviews.settings import setting
from reviews.writing.views import views_in_words

FAMILY = {
    "sought_given": "The family’s view was sought and given.",
    "sought_declined": "The family’s view was sought; they chose not to give it.",
    "not_sought": "The family’s view was not sought.",
}
DECIDED = "the decision on the referral"
SOURCES = {
    "triage_decision.reason": DECIDED,
    "triage_decision.scope_from": DECIDED,
    "triage_decision.scope_to": DECIDED,
    "review.agencies": "the agencies that take part",
    "family_view.view": "the family’s view as it was recorded",
    "summary.method": "what was recorded of meetings and of the family",
    "summary.went_well": "the strengths that were recorded",
    "summary.recommendations": "the recommendations as they stand",
    "summary.actions": "the proposed actions as they stand",
}

_NEVER_WRITTEN = ("recommended_before", "agency_views", "immediate_actions")  # whatever the version says


def summary_facts(
    session: Session, review: Review, today: dt.date, wanted: Collection[str] | None = None
) -> dict[str, Any]:
    """What the form of the summary can begin with: the latest version, and what was recorded. Of the facts
    that take a question of their own only those that are wanted; all without that."""
    rows = ("recommendations", "actions")
    plan = wanted is None or any(name in wanted for name in rows)
    told: dict[str, Any] = plan_rows(session, review) if plan else {}
    latest = latest_summary(session, review)
    if latest is not None:
        told |= {**latest.full, **latest.shareable, "title": latest.title}
        told["practice_questions"] = [{"question": each} for each in latest.shareable["practice_questions"]]
    recorded: dict[str, Callable[[], str]] = {
        "recommended_before": lambda: recommended_before(session, review, today),
        "agency_views": lambda: "\n".join(views_in_words(session, review)),
        "immediate_actions": lambda: "\n".join(_at_work(session, review)),
        "method": lambda: _method(session, review),
        "went_well": lambda: "\n".join(_strengths(session, review)),
    }
    for name, find in recorded.items():
        if (wanted is None or name in wanted) and (name not in told or name in _NEVER_WRITTEN):
            told[name] = find()
    return told


def where_from(session: Session, review: Review, fact: str) -> str:
    """Where a fact came from, in words for "From ..."; "" where nothing says so."""
    if fact == "meeting.learning_points":
        held = _meetings(session, review)
        of = "meeting" if len(held) == 1 else "meetings"
        return f"what was learned at the {of} of {_listed(held)}" if held else "what was learned"
    latest = latest_summary(session, review)
    name = fact.removeprefix("summary.")
    if latest is not None and (name == "title" or name in latest.full or name in latest.shareable):
        return f"version {latest.version} of the summary"
    return SOURCES.get(fact, "")


def is_missing(question: Question, recorded: Any, stands: Any) -> bool:
    """Whether something recorded does not stand in the answer to a question."""
    if recorded in (None, "", []):
        return False
    return not _same(question, taken_over(question, recorded, stands), stands)


def taken_over(question: Question, recorded: Any, stands: Any) -> Any:
    """What stands, with what is recorded: rows and lines are added to it, a date or a choice is replaced."""
    if question.items:
        return [*_rows(stands), *missing_rows(question, recorded, stands)]
    if question.kind == "checklist":
        return list(dict.fromkeys([*(stands or []), *recorded]))
    if question.kind == "textarea":
        written = str(stands or "").strip()
        lines = str(recorded).split("\n")
        missing = [line for line in lines if line.strip() and line.strip() not in written]
        return "\n\n".join(filter(None, (written, "\n".join(missing))))
    return recorded


def missing_rows(question: Question, recorded: Any, stands: Any) -> list[dict[str, Any]]:
    """Recorded rows whose first text stands in no row yet."""
    first = next((each.key for each in question.questions if each.kind in ("textarea", "textfield")), None)
    if first is None:
        return [row for row in _rows(recorded) if row not in _rows(stands)]
    known = {str(row.get(first) or "").strip() for row in _rows(stands)}
    return [row for row in _rows(recorded) if str(row.get(first) or "").strip() not in known]


def _same(question: Question, one: Any, other: Any) -> bool:
    if question.kind == "date":
        return _day(one) == _day(other)
    if question.kind == "checklist":
        return set(one or []) == set(other or [])
    if question.items:
        return len(_rows(one)) == len(_rows(other))
    return str(one or "").strip() == str(other or "").strip()


def _day(raw: Any) -> dt.date | None:
    try:
        return parse_date(raw)
    except DateProblem:
        return None


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _method(session: Session, review: Review) -> str:
    held = _meetings(session, review)
    met = (
        f"The meeting was held on {held[0]}." if len(held) == 1 else f"Meetings were held on {_listed(held)}."
    )
    decided = session.scalar(select(FamilyView.decision).where(FamilyView.review == review.id))
    words = [str(setting(session, "method")), met if held else "", FAMILY.get(decided or "", "")]
    return " ".join(filter(None, words))


def _meetings(session: Session, review: Review) -> list[str]:
    query = select(Meeting.held_on).where(Meeting.review == review.id, Meeting.recorded_on.is_not(None))
    return [short_date(day) for day in session.scalars(query.order_by(Meeting.held_on))]


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1] if words else "")))


def _strengths(session: Session, review: Review) -> list[str]:
    query = select(LearningPoint.statement).where(
        LearningPoint.review == review.id, LearningPoint.kind == "strength"
    )
    return list(session.scalars(query.order_by(LearningPoint.number)))


def _at_work(session: Session, review: Review) -> list[str]:
    """The immediate actions that began with the meeting, a line each (A7)."""
    query = (
        select(Action, Agency.name)
        .join(Agency, Agency.id == Action.agency)
        .where(Action.review == review.id, Action.kind == "immediate", Action.status != "proposed")
    )
    return [
        f"{row.ref}, {agency}: {row.text} (due {short_date(row.due)})"
        for row, agency in session.execute(query.order_by(Action.ref))
    ]
