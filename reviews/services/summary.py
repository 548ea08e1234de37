"""Services of writing up: the summary in two versions, recommendations, plan, and its checks (P12)."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engine import Refused, ServiceCall
from reviews.disclosure_check.steps import latest_summary, sign_summary
from reviews.models import Action, AnonymityCheck, FactCheck, Involvement, Recommendation, Review, Summary
from reviews.services.actions import propose
from reviews.services.answers import (
    Row,
    agency_of,
    choice,
    day,
    given,
    review_of,
    rows,
    texts,
    words,
    yes,
)
from reviews.services.meeting import keep_learning
from reviews.services.registry import registry
from reviews.writing.texts import authors_of
from reviews.writing.views import keep_view

FULL = (
    "why_reviewed",
    "method",
    "child",
    "what_happened",
    "went_well",
    "family_view",
    "single_agency_learning",
    "minority_views",
    "limits",
)
SHAREABLE = ("shared_story", "shared_went_well", "shared_learning", "shared_family_view")
CHECKS = ("no_names", "no_dates", "no_places", "no_rare_facts", "no_quotes", "combination", "child_welfare")


@registry.service("record_summary")
def record_summary(call: ServiceCall) -> None:
    """Keep a new version of the summary, its recommendations and the proposed actions (P12)."""
    review, answers = review_of(call), given(call)
    review.period_from = day(answers, "period_from") or review.period_from
    review.period_to = day(answers, "period_to") or review.period_to
    shareable: dict[str, object] = {key: words(answers, key) for key in SHAREABLE}
    shareable["practice_questions"] = texts(answers, "practice_questions", "question")
    call.session.add(
        Summary(
            review=review.id,
            version=latest_version(call.session, review) + 1,
            title=words(answers, "title"),
            full={key: words(answers, key) for key in FULL},
            shareable=shareable,
            child_voice=bool(words(answers, "child")),
            written_by=call.actor.id,
            written_at=call.now,
        )
    )
    keep_learning(call, review, rows(answers, "learning_points"), None)
    keep_plan(call, review, rows(answers, "recommendations"), rows(answers, "actions"))
    review.state = "summary_drafting"


@registry.service("record_fact_check")
def record_fact_check(call: ServiceCall) -> None:
    """Keep an agency's answer: are the facts right, does it take its actions on (P12, A12)."""
    review, answers, agency = review_of(call), given(call), agency_of(call)
    right, reply = yes(answers, "facts_right"), words(answers, "actions_reply")
    said = [words(answers, key) for key in ("corrections", "actions_note", "different_view")]
    if words(answers, "different_view"):
        keep_view(call.session, review, agency, words(answers, "different_view"), by=call.actor.id)
    call.session.add(
        FactCheck(
            review=review.id,
            agency=agency,
            answer="right" if right else "corrections",
            comments="\n\n".join(filter(None, said)),
            checked_by=call.actor.id,
            checked_on=call.today,
        )
    )
    call.session.execute(
        update(Involvement)
        .where(Involvement.review == review.id, Involvement.agency == agency)
        .values(facts_checked_on=call.today, facts_answer="right" if right else "corrections")
    )
    if reply == "accepted":
        theirs = Action.review == review.id, Action.status == "proposed", Action.agency == agency
        call.session.execute(update(Action).where(*theirs).values(accepted_by_agency_on=call.today))
    if review.chair and (not right or reply in ("changes", "not_accepted")):
        call.mail(to=review.chair, text="fact_check_answered", about=review.ref)


@registry.service("note_unanswered_fact_checks")
def note_unanswered_fact_checks(call: ServiceCall) -> None:
    """Note the agencies that did not answer in time; the review goes on (P12)."""
    review = review_of(call)
    for row in call.session.scalars(select(Involvement).where(Involvement.review == review.id)):
        if row.notified_on is not None and row.facts_checked_on is None:
            row.facts_answer = "no_answer"
            call.session.add(
                FactCheck(review=review.id, agency=row.agency, answer="no_answer", checked_on=call.today)
            )


@registry.service("record_anonymity_check")
def record_anonymity_check(call: ServiceCall) -> None:
    """Keep the second reader's check. Raises Refused when it is the author who reads, and for a text that is
    found clear while something in it must go or a mark has no word (2.9)."""
    review, answers = review_of(call), given(call)
    summary = latest_summary(call.session, review)
    if summary is None:
        raise Refused("There is no summary to read yet.")
    if call.actor.id in {summary.written_by, review.chair, *authors_of(call.session, review)}:
        raise Refused("The second reader is somebody other than the author.")
    outcome = words(answers, "outcome")
    call.session.add(
        AnonymityCheck(
            review=review.id,
            version=summary.version,
            outcome=outcome,
            changes=words(answers, "changes_needed"),
            checks=[key for key in CHECKS if yes(answers, key)],
            checked_by=call.actor.id,
            checked_on=call.today,
        )
    )
    if outcome == "clear":
        summary.cleared_checksum = sign_summary(call, review, summary)
        summary.cleared_by, summary.cleared_on = call.actor.id, call.today
    elif review.chair:
        call.mail(to=review.chair, text="summary_changes", about=review.ref)


def latest_version(session: Session, review: Review) -> int:
    """The number of the newest version; 0 before the first."""
    return session.scalar(select(func.max(Summary.version)).where(Summary.review == review.id)) or 0


def keep_plan(call: ServiceCall, review: Review, recommended: list[Row], proposed: list[Row]) -> None:
    """Put these recommendations and proposed actions in place of the earlier ones.

    Recommendations keep their numbers by order; one left out is retired, not lost. Actions at work stay.
    """
    call.session.execute(delete(Action).where(Action.review == review.id, Action.status == "proposed"))
    known = {
        row.number: row
        for row in call.session.scalars(select(Recommendation).where(Recommendation.review == review.id))
    }
    for place, told in enumerate(recommended, start=1):
        row = known.pop(place, None)
        if row is None:
            row = Recommendation(review=review.id, number=place)
            call.session.add(row)
        row.text, row.agency, row.retired_on = words(told, "text"), choice(told, "agency"), None
        row.priority = words(told, "priority") or "medium"
    for row in known.values():
        row.retired_on = row.retired_on or call.today
    call.session.flush()
    propose(call, review, proposed)
