"""The steps at which a text is checked: who writes it, who reads it second, what they say of its marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, ServiceCall, TaskRow
from reviews.disclosure_check.checking import Checker
from reviews.disclosure_check.gathering import checker_for, unlogged_checker, written_of
from reviews.disclosure_check.judging import (
    Check,
    checked,
    refuse_unless_settled,
    refuse_what_must_go,
    say_of_mark,
)
from reviews.disclosure_check.texts import (
    BRIEFING,
    SUMMARY,
    briefing_texts,
    kept_summary_texts,
    plan_texts,
    signature,
    summary_texts,
    with_text,
)
from reviews.models import AUTHOR, READER, Action, Recommendation, Review, Summary
from reviews.permissions import Viewer, doing_for

BRIEFING_STEP = "briefing"
# Step -> what is checked there, and the part of the person who does it.
CHECKED_STEPS = {
    "summary": (SUMMARY, AUTHOR),
    "anonymity_check": (SUMMARY, READER),
    BRIEFING_STEP: (BRIEFING, AUTHOR),
    "briefing_check": (BRIEFING, READER),
}


def latest_summary(session: Session, review: Review) -> Summary | None:
    """The newest version of a review's summary, or None."""
    query = select(Summary).where(Summary.review == review.id).order_by(Summary.version.desc())
    return session.scalars(query.limit(1)).first()


def is_signed(summary: Summary) -> bool:
    """Whether a second reader has signed exactly these words. One of before words were digested stands."""
    if summary.cleared_on is None:
        return False
    known = summary.cleared_checksum
    return known is None or known == signature(kept_summary_texts(summary.title, summary.shareable))


def review_of_task(session: Session, task: TaskRow) -> Review:
    """The review whose text a step checks. Raises NotFound for a step that is over or checks none."""
    review = session.scalars(select(Review).where(Review.ref == task.business_key)).one_or_none()
    if review is None or task.step not in CHECKED_STEPS or task.status != "open":
        raise NotFound("There is no text to check here.")
    return review


def look(session: Session, task: TaskRow, answers: Mapping[str, Any], *, by: Actor | None = None) -> Check:
    """The check as a page shows it: its author's draft, or what was sent to its second reader.

    Without `by` the caller has left in the log that the identity is compared. Raises NotFound.
    """
    review = review_of_task(session, task)
    checker = checker_for(session, review, by=by) if by else unlogged_checker(session, review)
    return _check(session, task, review, answers, checker)


def say(
    session: Session, viewer: Viewer, task: TaskRow, answers: Mapping[str, Any], *, key: str, why: str
) -> None:
    """Keep what its reader or its author says of a mark. Raises NotFound, Refused."""
    review, actor = review_of_task(session, task), _actor(session, viewer, task)
    checker = checker_for(session, review, by=actor)
    row = _check(session, task, review, answers, checker).named(key)
    document, part = CHECKED_STEPS[task.step]
    say_of_mark(session, review, document, row, why, part=part, by=actor, checker=checker)


def replaced(
    session: Session, viewer: Viewer, task: TaskRow, answers: Mapping[str, Any], *, key: str
) -> dict[str, Any]:
    """An author's answers with the suggestion in place of a mark's words. Raises NotFound, Refused."""
    review, actor = review_of_task(session, task), _actor(session, viewer, task)
    if CHECKED_STEPS[task.step][1] != AUTHOR:
        raise NotFound("The second reader does not change the text.")
    check = _check(session, task, review, answers, checker_for(session, review, by=actor))
    mark = check.named(key).mark
    if not mark.instead:
        raise Refused("There are no words to put there. Change the text yourself.", about=key)
    text = check.texts[mark.field]
    return with_text(answers, mark.field, text[: mark.start] + mark.instead + text[mark.end :])


def sign_summary(call: ServiceCall, review: Review, summary: Summary) -> str:
    """The signature of a summary in which nothing is left to say, nor in its plan. Raises Refused, about
    "outcome". The plan is not signed: it goes on being changed, and each change is read for itself."""
    texts = kept_summary_texts(summary.title, summary.shareable)
    _settled(call, review, SUMMARY, {**texts, **_proposed_plan(call.session, review)})
    return signature(texts)


def sign_briefing(call: ServiceCall, review: Review, answers: Mapping[str, Any]) -> str:
    """The same of a briefing."""
    texts = briefing_texts(answers)
    _settled(call, review, BRIEFING, texts)
    return signature(texts)


def refuse_briefing(call: ServiceCall, review: Review, answers: Mapping[str, Any]) -> None:
    """Raises Refused, about the field, for a briefing in which something stands that must go."""
    checker = checker_for(call.session, review, by=call.actor)
    refuse_what_must_go(checked(call.session, review, BRIEFING, briefing_texts(answers), checker))


def _settled(call: ServiceCall, review: Review, document: str, texts: Mapping[str, str]) -> None:
    checker = checker_for(call.session, review, by=call.actor)
    refuse_unless_settled(checked(call.session, review, document, texts, checker), about="outcome")


def _check(
    session: Session, task: TaskRow, review: Review, answers: Mapping[str, Any], checker: Checker
) -> Check:
    document, _ = CHECKED_STEPS[task.step]
    return checked(session, review, document, _texts(session, task, review, answers), checker)


def _texts(session: Session, task: TaskRow, review: Review, answers: Mapping[str, Any]) -> dict[str, str]:
    if task.step == "summary":
        return {**summary_texts(answers), **plan_texts(answers)}
    if task.step == BRIEFING_STEP:
        return briefing_texts(answers)
    if task.step == "briefing_check":
        sent = written_of(session, task.instance_id, BRIEFING_STEP)
        return briefing_texts(sent.answers if sent else {})
    summary = latest_summary(session, review)
    if summary is None:
        return {}
    texts = kept_summary_texts(summary.title, summary.shareable)
    return {**texts, **_proposed_plan(session, review)}


def _proposed_plan(session: Session, review: Review) -> dict[str, str]:
    """The plan as it was sent with the summary: an action at work was read when it was set."""
    recommended = select(Recommendation).where(
        Recommendation.review == review.id, Recommendation.retired_on.is_(None)
    )
    proposed = select(Action).where(Action.review == review.id, Action.status == "proposed")
    return plan_texts(
        {
            "recommendations": [
                {"text": row.text} for row in session.scalars(recommended.order_by(Recommendation.number))
            ],
            "actions": [
                {
                    "text": row.text,
                    "outcome": row.difference,
                    "baseline": row.baseline,
                    "measure": row.measure,
                    "evidence_required": row.evidence_required,
                }
                for row in sorted(session.scalars(proposed), key=lambda row: int(row.ref.rpartition("-A")[2]))
            ],
        }
    )


def _actor(session: Session, viewer: Viewer, task: TaskRow) -> Actor:
    place = doing_for(session, viewer, task)
    if place is None:
        raise NotFound("This task does not exist.")
    return Actor(viewer.person, place if place != viewer.person else None)
