"""How somebody stands to a review, as conditions on it: one for each relation of the permission table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from reviews.models import (
    Action,
    BreakGlass,
    ChairNomination,
    Conflict,
    Involvement,
    QaDecision,
    Redirect,
    Review,
    TriageDecision,
)
from reviews.permission_table import Relation
from reviews.viewers import Part

Condition = ColumnElement[bool]


def review_has(*conditions: Condition) -> Condition:
    """That a row exists which belongs to the review of the outer query, whatever else that query reads."""
    return exists().where(*conditions).correlate(Review)


def among(column: InstrumentedAttribute[Any], values: Iterable[str]) -> Condition:
    """That a column holds one of a few values, each by itself: one may be told later (`reviews.anybody`)."""
    return or_(false(), *(column == each for each in values))


def _told(part: Part, role: str) -> Condition:
    return review_has(
        Involvement.review == Review.id,
        among(Involvement.agency, part.agencies_as(role)),
        Involvement.notified_on.is_not(None),
    )


def _nominated(part: Part, _role: str) -> Condition:
    return review_has(
        ChairNomination.review == Review.id,
        ChairNomination.nominee == part.person,
        ChairNomination.reply.is_(None),
    )


def _owns_action(part: Part, _role: str) -> Condition:
    return review_has(Action.review == Review.id, Action.owner == part.person, Action.status != "proposed")


def _broken_glass(part: Part, _role: str) -> Condition:
    """The grant is the one's who asked. Who covers them does not get it; who holds the role for another may
    ask for one."""
    if part.at is None:
        return false()
    return review_has(
        BreakGlass.review == Review.id,
        BreakGlass.person == part.looks,
        BreakGlass.ended_at.is_(None),
        BreakGlass.ends_at > part.at,
    )


_SUBMITTED: Condition = Review.state != "draft"  # a draft is its writer's own
RELATIONS: dict[Relation, Callable[[Part, str], Condition]] = {
    Relation.ANY: lambda _part, _role: _SUBMITTED,
    Relation.REFERRER: lambda part, _role: Review.referrer == part.person,
    Relation.REFERRING_AGENCY: lambda part, role: and_(
        _SUBMITTED, among(Review.referring_agency, part.agencies_as(role))
    ),
    Relation.TOLD: _told,
    Relation.TOLD_AND_MET: lambda part, role: and_(Review.met_on.is_not(None), _told(part, role)),
    Relation.CHAIR: lambda part, _role: Review.chair == part.person,
    Relation.NOMINATED: _nominated,
    Relation.ASKED_TO_RULE: lambda _part, _role: review_has(
        TriageDecision.review == Review.id, TriageDecision.outcome == "ask_qa_chair"
    ),
    Relation.AT_QA: lambda _part, _role: review_has(QaDecision.review == Review.id),
    Relation.HAS_PLAN: lambda _part, _role: review_has(
        Action.review == Review.id, Action.status != "proposed"
    ),
    Relation.HANDED_OVER: lambda _part, _role: review_has(Redirect.review == Review.id),
    Relation.OWNS_ACTION: _owns_action,
    Relation.BROKEN_GLASS: _broken_glass,
}
ON_AN_ACTION: dict[Relation, Callable[[Part, str], Condition]] = {
    Relation.OWN_ACTION: lambda part, _role: Action.owner == part.person,
    Relation.AGENCYS_ACTION: lambda part, role: among(Action.agency, part.agencies_as(role)),
}


def conflict_of(person: str) -> Condition:
    """That somebody has a recorded conflict of interest on the review."""
    return review_has(Conflict.review == Review.id, Conflict.person == person)
