"""The chair's summary: in full for those in the review, and the version that may be shared (P12, 2.6)."""

from __future__ import annotations

from sqlalchemy import select

from reviews.disclosure_check.steps import is_signed, latest_summary
from reviews.documents.contents.words import (
    agencies,
    document_of,
    fact,
    meetings,
    on,
    opens,
    plan_rows,
    recommendation_rows,
)
from reviews.documents.kinds import ONLY, Asking, Kind, Offer, register
from reviews.documents.structure import RESTRICTED, SHARED, Document, Part, Place, parts_of
from reviews.models import Involvement, LearningPoint, Summary
from reviews.options import label
from reviews.writing.views import views_in_words

FULL = (
    Place("about", "About this review"),
    Place("why_reviewed", "Why this case was reviewed"),
    Place("method", "How the review was done"),
    Place("child", "The child’s story and voice"),
    Place("what_happened", "What happened, and why"),
    Place("went_well", "What worked well"),
    Place("family_view", "The family’s view"),
    Place("learning", "What we learned", ("Number", "Kind", "Learning point", "Why it was so", "Themes")),
    Place("single_agency_learning", "Learning for single agencies"),
    Place("minority_views", "Where agencies saw things differently"),
    Place("limits", "Limits of this review"),
    Place("recommendations", "Recommendations", ("Number", "Recommendation", "Agency", "Priority")),
    Place(
        "plan",
        "Action plan",
        ("Action", "What is done", "Difference for children", "Measure", "Owner", "Due"),
    ),
)
SHAREABLE = (
    Place("shared_story", "What happened, in general"),
    Place("shared_went_well", "What worked well"),
    Place("shared_learning", "What we learned"),
    Place("shared_family_view", "The family’s view, in general"),
    Place("practice_questions", "Questions for practice"),
)
KINDS_OF_POINTS = {"strength": "Strength", "development": "Development"}


def _full_offers(asking: Asking) -> list[Offer]:
    found = latest_summary(asking.session, asking.review) if opens(asking, "documents") else None
    return [Offer(ONLY, f"Full summary, version {found.version}")] if found else []


def _full(asking: Asking, _part: str) -> Document:
    summary = _latest(asking)
    return document_of(
        asking,
        "full_summary",
        summary.title,
        summary_parts(asking, summary),
        classification=RESTRICTED,
        subtitle=f"Full summary of {asking.review.ref}, version {summary.version}",
    )


def summary_parts(asking: Asking, summary: Summary) -> tuple[Part, ...]:
    """The parts of the full summary, with what was learned and the plan."""
    told = {key: str(text) for key, text in summary.full.items()}
    views = views_in_words(asking.session, asking.review)
    told["minority_views"] = "\n\n".join(filter(None, (told.get("minority_views"), *views)))
    return parts_of(
        FULL,
        told,
        lines={"about": _about(asking)},
        rows={
            "learning": _learning_rows(asking),
            "recommendations": recommendation_rows(asking.session, asking.review),
            "plan": plan_rows(asking),
        },
    )


def _shareable_offers(asking: Asking) -> list[Offer]:
    """Once the second reader has cleared the latest version: an earlier one is not given out beside it."""
    found = latest_summary(asking.session, asking.review) if opens(asking, "learning") else None
    cleared = found is not None and is_signed(found)
    return [Offer(ONLY, "Shareable summary")] if cleared else []


def _shareable(asking: Asking, _part: str) -> Document:
    """Only what the second reader read: nothing is added that they did not clear."""
    summary = _latest(asking)
    told = dict(summary.shareable)
    questions = [str(each) for each in told.pop("practice_questions", [])]
    parts = parts_of(
        SHAREABLE,
        {key: str(text) for key, text in told.items()},
        lines={"practice_questions": questions},
    )
    return document_of(
        asking,
        "shareable_summary",
        summary.title,
        parts,
        classification=SHARED,
        subtitle=f"What was learned from a review, {asking.review.ref}",
    )


def _latest(asking: Asking) -> Summary:
    found = latest_summary(asking.session, asking.review)
    assert found is not None  # it was offered
    return found


def _about(asking: Asking) -> list[str]:
    review, named = asking.review, agencies(asking.session)
    query = select(Involvement.agency).where(Involvement.review == review.id)
    took_part = sorted(named.get(each, each) for each in asking.session.scalars(query))
    held = [on(row.held_on) for row in meetings(asking.session, review) if row.recorded_on]
    period = " to ".join(filter(None, (on(review.period_from), on(review.period_to))))
    return [
        fact("Child (pseudonym)", review.pseudonym),
        fact("Period looked at", period),
        fact("Meetings", "; ".join(held)),
        fact("Agencies", "; ".join(took_part)),
    ]


def _learning_rows(asking: Asking) -> list[tuple[str, ...]]:
    query = select(LearningPoint).where(LearningPoint.review == asking.review.id)
    return [
        (
            str(row.number),
            KINDS_OF_POINTS.get(row.kind, row.kind),
            row.statement,
            row.why,
            ", ".join(label(asking.session, "themes", each) for each in row.themes),
        )
        for row in asking.session.scalars(query.order_by(LearningPoint.number))
    ]


register(Kind("full_summary", "Full summary", RESTRICTED, FULL, _full_offers, _full, long=frozenset({"pdf"})))
register(Kind("shareable_summary", "Shareable summary", SHARED, SHAREABLE, _shareable_offers, _shareable))
