"""What waits for the QA sub-group: reviews to decide, returned ones with their rounds, impact, policy,
themes, escalated actions (P13, 2.7, 2.10, I2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import local_date
from engine.calendars import short_date
from engine.models import Submission, UserTask
from reviews.agendas.items import REVIEW, Drawn, Item, Round
from reviews.disclosure_check.steps import latest_summary
from reviews.measures.actions import LEVELS
from reviews.measures.learning import DECISIONS, RATINGS
from reviews.models import Action, ImpactCheck, PolicyDocument, QaDecision, Review
from reviews.option_lists import words_of
from reviews.permissions import Viewer, sections, visible_actions, visible_reviews
from reviews.themes.alerts import open_alerts

SECOND_LEVEL = [step for step, level in LEVELS.items() if not level.startswith("1.")]
IMPACT = {"impact_check": "Impact check that is due", "impact_rating": "Impact to be rated"}
POLICY = {"policy_review": "Policy to be reviewed", "policy_approval": "Policy amendment to be approved"}


def draw(session: Session, viewer: Viewer, on: dt.date, *, coming: bool, until: dt.date | None) -> Drawn:
    """The items of a meeting. `coming`: it is the next one, so that all that waits is on it; else what was
    decided at it, `until` the meeting after it."""
    found = _reviews(session, viewer, on)
    if coming:
        for more in (_returned, _impact_due, _policies, _themes, _actions):
            found.items += more(session, viewer, on)
    else:
        found.items += _rated(session, viewer, on, until)
    return found


def rounds(session: Session, review: Review) -> tuple[Round, ...]:
    """Each time a review was decided on, with what was asked for and what came back, oldest first."""
    decisions = session.scalars(
        select(QaDecision)
        .where(QaDecision.review == review.id, QaDecision.decided_on.is_not(None))
        .order_by(QaDecision.decided_on, QaDecision.meeting_on)
    ).all()
    answers = session.execute(
        select(Submission.at, Submission.answers)
        .join(UserTask, UserTask.id == Submission.task_id)
        .where(UserTask.business_key == review.ref, Submission.step == "qa_changes")
        .order_by(Submission.at)
    ).all()
    told = []
    for number, row in enumerate(decisions, 1):
        after = [each for each in decisions[number:] if each.decided_on]
        end = after[0].decided_on if after else None
        said = [
            _answered(given)
            for at, given in answers
            if row.decided_on and local_date(at) >= row.decided_on and (end is None or local_date(at) < end)
        ]
        asked = "\n".join(filter(None, (row.reason, row.changes)))
        told.append(
            Round(
                number,
                row.decided_on or row.meeting_on,
                DECISIONS.get(row.outcome or "", row.outcome or ""),
                asked,
                "\n".join(said),
            )
        )
    return tuple(told)


def _answered(given: dict[str, Any]) -> str:
    changed, kept = str(given.get("changed") or ""), str(given.get("not_changed") or "")
    return "\n".join(filter(None, (changed, f"Left as it was: {kept}" if kept else "")))


def _reviews(session: Session, viewer: Viewer, on: dt.date) -> Drawn:
    """Reviews that are presented at this meeting, decided or not."""
    query = (
        select(QaDecision, Review)
        .join(Review, Review.id == QaDecision.review)
        .where(QaDecision.meeting_on == on)
        .order_by(Review.ref)
    )
    found = Drawn()
    for row, review in session.execute(query).all():
        if row.decided_on is None and review.closed_on is not None:
            continue
        if not _sees(session, viewer, review):
            found.hidden += 1
            continue
        before = tuple(each for each in rounds(session, review) if each.on < (row.decided_on or on))
        outcome = DECISIONS.get(row.outcome or "", "")
        found.items.append(
            Item(
                f"{REVIEW}{review.ref}",
                "Coming back, for decision" if before else "For decision",
                _title(session, viewer, review),
                lines=(row.reason,) if outcome and row.reason else (),
                review=review.ref,
                papers=(("qa_paper", on.isoformat()),),
                rounds=before if _reads(session, viewer, review) else (),
                outcome=outcome,
                waits=not outcome,
            )
        )
    return found


def _returned(session: Session, viewer: Viewer, on: dt.date) -> Iterator[Item]:
    """Returned to the chair and not yet on an agenda again."""
    waiting = select(QaDecision.review).where(QaDecision.decided_on.is_(None))
    query = visible_reviews(viewer).where(Review.state == "qa_returned", Review.id.not_in(waiting))
    for review in session.scalars(query.order_by(Review.ref)):
        if _reads(session, viewer, review):
            yield Item(
                f"back-{review.ref}",
                "With the chair, to come back",
                _title(session, viewer, review),
                review=review.ref,
                rounds=rounds(session, review),
            )


def _impact_due(session: Session, viewer: Viewer, on: dt.date) -> Iterator[Item]:
    query = select(UserTask.business_key, UserTask.step).where(
        UserTask.status == "open", UserTask.step.in_(IMPACT)
    )
    steps = {row.business_key: row.step for row in session.execute(query)}
    seen = visible_reviews(viewer).where(Review.ref.in_(steps)).order_by(Review.ref)
    for review in session.scalars(seen):
        title = _title(session, viewer, review)
        yield Item(f"impact-{review.ref}", IMPACT[steps[review.ref]], title, review=review.ref)


def _policies(session: Session, _viewer: Viewer, _on: dt.date) -> Iterator[Item]:
    query = (
        select(PolicyDocument, UserTask.step)
        .join(UserTask, UserTask.business_key == PolicyDocument.id)
        .where(UserTask.status == "open", UserTask.step.in_(POLICY))
        .order_by(PolicyDocument.title)
    )
    for policy, step in session.execute(query).all():
        lines = policy.proposed_change.split("\n", 1)[1:] if step == "policy_approval" else []
        yield Item(
            f"policy-{policy.id}",
            POLICY[step],
            policy.title,
            lines=tuple(line.strip() for line in lines if line.strip()),
        )


def _themes(session: Session, _viewer: Viewer, _on: dt.date) -> Iterator[Item]:
    names = words_of(session, "themes")
    for row in open_alerts(session):
        told = (
            f"In {row.reviews} reviews within {row.months} months, pointed out on {short_date(row.arose_on)}"
        )
        title = names.get(row.theme, row.theme)
        yield Item(
            f"theme-{row.theme}", "Theme that keeps coming back", title, lines=(told,), theme=row.theme
        )


def _actions(session: Session, viewer: Viewer, _on: dt.date) -> Iterator[Item]:
    """Actions whose delay is before a decision, an assurance or an exception report (2.7)."""
    query = (
        visible_actions(viewer)
        .join(UserTask, UserTask.instance_id == Action.process_instance)
        .where(UserTask.status == "open", UserTask.step.in_(SECOND_LEVEL))
        .add_columns(UserTask.step, Review.ref)
        .order_by(Action.ref)
    )
    levels: dict[str, list[str]] = {}
    found: dict[str, tuple[Action, str]] = {}
    for action, step, ref in session.execute(query).all():
        found[action.ref] = action, ref
        levels.setdefault(action.ref, []).append(LEVELS[step].split(". ", 1)[1])
    for key, (action, ref) in found.items():
        waits = "; ".join(dict.fromkeys(levels[key]))
        lines = (action.text, f"Due {short_date(action.due)}. {waits}")
        yield Item(f"action-{key}", "Action that was escalated", key, lines=lines, review=ref)


def _rated(session: Session, viewer: Viewer, on: dt.date, until: dt.date | None) -> Iterator[Item]:
    """Impact that was rated from this meeting to the one after it."""
    query = (
        select(ImpactCheck, Review)
        .join(Review, Review.id == ImpactCheck.review)
        .where(ImpactCheck.rated_on >= on)
        .order_by(Review.ref)
    )
    if until is not None:
        query = query.where(ImpactCheck.rated_on < until)
    for row, review in session.execute(query).all():
        if _reads(session, viewer, review):
            yield Item(
                f"impact-{review.ref}",
                "Impact",
                _title(session, viewer, review),
                review=review.ref,
                outcome=RATINGS.get(row.rating or "", ""),
                waits=False,
            )


def _sees(session: Session, viewer: Viewer, review: Review) -> bool:
    seen = visible_reviews(viewer).with_only_columns(Review.id).where(Review.id == review.id)
    return session.scalar(seen) is not None


def _reads(session: Session, viewer: Viewer, review: Review) -> bool:
    return "learning" in sections(session, viewer, review)


def _title(session: Session, viewer: Viewer, review: Review) -> str:
    summary = latest_summary(session, review) if _reads(session, viewer, review) else None
    return f"{review.ref}: {summary.title}" if summary and summary.title else review.ref
