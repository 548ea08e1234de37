"""Answers of earlier steps that a later step shows again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import TaskRow
from engine.models import Submission, UserTask

# Answers of earlier steps of the same case that a later step may show.
SHOWN_AGAIN = frozenset(
    {
        "referral.lead_considers_learning",
        "triage_decision.reason",
        "triage_decision.information_needed",
        "triage_decision.scope_from",
        "triage_decision.scope_to",
        "outcome_reply.second_look_reason",
        "second_look.reason",
        "meeting_date.date",
        "qa_decision.changes",
        "impact_check.result",
        "impact_check.baseline",
        "action_update.note",
        "action_update.forecast",
        "action_evidence.done",
        "action_evidence.shows",
        "recovery_plan.plan",
        "written_assurance.assurance",
        "catch_up_plan.plan",
        "step_assurance.assurance",
        "policy_review.changes",
        "policy_review.reason",
    }
)
ONE_OF_SEVERAL = (
    "action",
    "late_step",
    "emergency_access",
)  # processes of which a review has several side by side


def shown_again(session: Session, task: TaskRow, asked: set[str]) -> dict[str, Any]:
    """Answers of earlier steps: of this process where it has them, else of the same case."""
    wanted = sorted(asked & SHOWN_AGAIN)
    steps = {name.split(".", 1)[0] for name in wanted}
    if not steps:
        return {}
    rows = session.execute(
        select(Submission.step, Submission.answers)
        .join(UserTask, UserTask.id == Submission.task_id)
        .where(UserTask.business_key == task.business_key, Submission.step.in_(steps))
        .where((Submission.instance_id == task.instance_id) | UserTask.process.not_in(ONE_OF_SEVERAL))
        .order_by(Submission.at)
    )
    latest: dict[str, dict[str, Any]] = dict(rows.all())
    return {name: latest.get(name.split(".", 1)[0], {}).get(name.split(".", 1)[1]) for name in wanted}
