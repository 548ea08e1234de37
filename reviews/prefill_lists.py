"""Rows that forms are filled with: who should come, what was learned, the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.disclosure_check.gathering import written_of
from reviews.models import (
    Action,
    Agency,
    Involvement,
    LearningPoint,
    Recommendation,
    Review,
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
