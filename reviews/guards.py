"""Steps that one person must leave to another, whatever their roles: nobody judges what is their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute

from engine.models import Submission, UserTask
from reviews.models import Action, BreakGlass, Evidence, PartText, Person, PolicyDocument, Review, Summary

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
NOT_ITS_OWNER = ("action_verification", "extension_decision", "escalation_decision", "written_assurance")
OPENED_BY_ANOTHER = ("access_review", "late_access_review")
# The step of which somebody wrote parts. Its columns are named here, once: an alias of a class works them out
# when it is first asked, and two threads that ask at once can leave it with a wrong one for good.
_SUMMARY = UserTask.__table__.alias("summary_task").c
LEFT_TO_ANOTHER = frozenset({*NOT_ITS_OWNER, *OPENED_BY_ANOTHER, "anonymity_check", "policy_approval"})
GUARDED = LEFT_TO_ANOTHER | {"briefing_check"}  # every step that `broken` keeps from anybody


def broken(
    person: Column | str,
    step: Column,
    business_key: Column,
    instance: Column,
    of: FromClause | type[UserTask] = UserTask,
) -> ColumnElement[bool]:
    """That a step is one which this person must leave to another. Takes columns of tasks, or of what holds
    some of them (`of`), or literals; and of people, where many are asked about at once.

    Nobody verifies, extends or assures an action of their own (2.7), or verifies what they sent as its
    evidence in the place of its owner; who opened a review in an emergency does not judge that; the second
    reader is never one who wrote the summary, a part of it, or the briefing (2.9); who proposed a change of
    a policy does not approve it (H2).
    """
    owns = exists().where(Action.process_instance == instance, Action.owner == person)
    sent = exists().where(
        Action.process_instance == instance, Evidence.action == Action.id, Evidence.given_by == person
    )
    opened = exists().where(BreakGlass.process_instance == instance, BreakGlass.person == person)
    chairs = exists().where(Review.ref == business_key, Review.chair == person)
    wrote = exists().where(
        Review.ref == business_key, Summary.review == Review.id, Summary.written_by == person
    )
    wrote_parts = exists().where(
        PartText.task == _SUMMARY.id, _SUMMARY.business_key == business_key, PartText.by == person
    )
    briefed = exists().where(
        Submission.instance_id == instance, Submission.step == "briefing", Submission.by == person
    )
    proposed = exists().where(PolicyDocument.id == business_key, PolicyDocument.reviewed_by == person)
    return or_(
        and_(step.in_(NOT_ITS_OWNER), owns.correlate(of, Person)),
        and_(step == "action_verification", sent.correlate(of, Person)),
        and_(step.in_(OPENED_BY_ANOTHER), opened.correlate(of, Person)),
        and_(
            step == "anonymity_check",
            or_(*(each.correlate(of, Person) for each in (chairs, wrote, wrote_parts))),
        ),
        and_(step == "briefing_check", briefed.correlate(of, Person)),
        and_(step == "policy_approval", proposed.correlate(of, Person)),
    )
