"""Rows that forms are filled with: who should come, what was learned, the plan, what the Board reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.calendars import short_date
from reviews.disclosure_check.gathering import written_of
from reviews.models import (
    OPEN_STATUSES,
    Action,
    Agency,
    BoardReport,
    BoardReportItem,
    ImpactCheck,
    Involvement,
    LearningPoint,
    Recommendation,
    Review,
    Summary,
)
from reviews.option_lists import words_of
from reviews.themes.repeats import made_before


def briefing_facts(session: Session, instance: UUID, summary: Mapping[str, Any]) -> dict[str, Any]:
    """What was written before the second reader asked for changes; the first time, what may be shared."""
    sent = written_of(session, instance, "briefing")
    if sent is not None:
        reader = written_of(session, instance, "briefing_check")
        return {**sent.answers, "asked_changes": reader.answers.get("changes_needed") if reader else ""}
    return {
        "title": summary.get("title"),
        "what_happened": summary.get("shared_story"),
        "what_worked": summary.get("shared_went_well"),
        "what_we_learned": summary.get("shared_learning"),
    }


def meeting_facts(session: Session, review: Review) -> dict[str, Any]:
    """The agencies that should come, the key questions, and what was learned so far."""
    told = session.scalars(
        select(Involvement.agency)
        .where(Involvement.review == review.id, Involvement.notified_on.is_not(None))
        .order_by(Involvement.agency)
    )
    points = session.scalars(
        select(LearningPoint).where(LearningPoint.review == review.id).order_by(LearningPoint.number)
    )
    return {
        "attendance": [{"agency": agency} for agency in told],
        "key_questions": [{"question": question} for question in review.key_questions],
        "learning_points": [
            {
                "kind": point.kind,
                "statement": point.statement,
                "why": point.why,
                "themes": point.themes,
                "agencies": point.agencies,
            }
            for point in points
        ],
    }


def plan_rows(session: Session, review: Review) -> dict[str, Any]:
    """Recommendations and proposed actions as the rows of a form."""
    recommended = session.scalars(
        select(Recommendation)
        .where(Recommendation.review == review.id, Recommendation.retired_on.is_(None))
        .order_by(Recommendation.number)
    ).all()
    numbers = {row.id: row.number for row in recommended}
    proposed = session.scalars(
        select(Action).where(Action.review == review.id, Action.status == "proposed").order_by(Action.ref)
    )
    return {
        "recommendations": [
            {"text": row.text, "priority": row.priority, "agency": row.agency} for row in recommended
        ],
        "actions": [
            {
                "text": row.text,
                "outcome": row.difference,
                "baseline": row.baseline,
                "measure": row.measure,
                "evidence_required": row.evidence_required,
                "agency": row.agency,
                "owner": row.owner,
                "due": row.due.isoformat(),
                "kind": row.kind,
                "recommendation": numbers.get(row.recommendation) if row.recommendation else None,
            }
            for row in proposed
        ],
    }


def what_was_agreed(session: Session, review: Review) -> dict[str, str]:
    """What the agreed actions say of the difference they are for, and of how it was before (2.10)."""
    query = select(Action).where(Action.review == review.id, Action.status != "proposed").order_by(Action.ref)
    agreed = session.scalars(query).all()
    return {
        "expected_outcomes": "\n".join(row.difference for row in agreed if row.difference),
        "baselines": "\n".join(
            f"{row.ref}: {row.baseline} Measure: {row.measure}" for row in agreed if row.baseline
        ),
    }


def recommended_before(session: Session, review: Review, today: dt.date) -> str:
    """What other reviews recommended to the same agencies on the same themes, a line each (I2)."""
    found = made_before(session, review, today=today)
    themes = words_of(session, "themes")
    agencies = {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}
    return "\n".join(
        f"{themes.get(each.theme, each.theme)}, {agencies.get(each.agency, each.agency)}: "
        + " ".join(f"{made.text} ({made.ref})" for made in each.made)
        for each in found
    )


def board_facts(session: Session, report: BoardReport, today: dt.date) -> dict[str, Any]:
    """What the chair's report begins with: what began, ended, was learned, is late, has changed (P15)."""
    before = session.scalar(
        select(func.max(BoardReport.board_on)).where(BoardReport.board_on < report.board_on)
    )
    since = before or report.board_on - dt.timedelta(days=92)
    begun = session.scalars(
        select(Review.ref)
        .where(Review.accepted_on > since, Review.restricted.is_(False))
        .order_by(Review.ref)
    ).all()
    items = session.scalars(
        select(BoardReportItem).where(BoardReportItem.report == report.id).order_by(BoardReportItem.about)
    ).all()
    named = {
        kind: [item for item in items if item.kind == kind] for kind in ("finished", "exception", "impact")
    }
    late = session.scalars(
        select(Action)
        .join(Review, Review.id == Action.review)
        .where(Action.status.in_(OPEN_STATUSES), Action.due < today, Review.restricted.is_(False))
        .order_by(Action.due, Action.ref)
    ).all()
    return {
        "date": report.board_on.isoformat(),
        "period_from": since.isoformat(),
        "period_to": min(today, report.board_on).isoformat(),
        "begun": ", ".join(begun) or "None in this period.",
        "finished": "\n".join(f"{item.about}: {item.text}" for item in named["finished"]) or "None.",
        "learning": "\n".join(_titles(session, [item.about for item in named["finished"]])) or "None.",
        "overdue": "\n".join(
            [f"{action.ref}, {action.agency}: due {short_date(action.due)}" for action in late]
            + [f"{item.about}: {item.text}" for item in named["exception"]]
        ),
        "impact": "\n".join(f"{item.about}: {_rating(session, item)}" for item in named["impact"]),
    }


def _titles(session: Session, refs: list[str]) -> list[str]:
    rows = session.execute(
        select(Review.ref, Summary.title, func.max(Summary.version))
        .join(Summary, Summary.review == Review.id)
        .where(Review.ref.in_(refs))
        .group_by(Review.ref, Summary.title)
    )
    return sorted({f"{ref}: {title}" for ref, title, _ in rows})


def _rating(session: Session, item: BoardReportItem) -> str:
    found = session.scalars(
        select(ImpactCheck.rating)
        .join(Review, Review.id == ImpactCheck.review)
        .where(Review.ref == item.about)
        .order_by(ImpactCheck.rated_on.desc())
        .limit(1)
    ).first()
    return found or item.text
