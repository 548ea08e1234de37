"""Moving one running case to another version, and back: one transaction, under the case's lock.

Open tasks keep their rows, and so the links in mails, drafts, claims and dates; a date is counted anew only
where the step's sentence is another one. What the case was is kept sealed beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import audit, clocks, projections
from engine.db import house
from engine.diagram import Element
from engine.execution import Execution
from engine.migration.before import keep_before
from engine.migration.models import MigrationCase
from engine.migration.planning import Plan, deadline_changed, holder_changed, plan_move
from engine.migration.preview import opened_at
from engine.models import ProcessVersion, UserTask
from engine.services import Actor

SERVED = "Moving it made “{}” do its work, which cannot be taken back."


class Moving(Execution):
    """An execution that remembers what the engine did while the case was moved."""

    served: str = ""

    def perform(self, element: str) -> None:
        """As always, and remembered: what a service has done cannot be taken back."""
        drawn = self.element(element)
        if drawn.kind != "businessRuleTask":
            self.served = drawn.name or element
        super().perform(element)


def migrate(
    session: Session,
    instance_id: UUID,
    version: ProcessVersion,
    mapping: Mapping[str, str],
    *,
    by: Actor,
    reason: str,
    case: MigrationCase,
) -> None:
    """Move a running case to a version of its process; `case` keeps what it was.

    Raises CannotMove, NotFound, StateUnreadable, ModelFault: then the caller undoes the transaction.
    """
    execution = Moving.open(session, instance_id, by)
    instance, number = execution.instance, execution.version_number
    keep_before(execution, case)
    plan = plan_move(execution, version, mapping)
    instance.version_id = version.id
    execution.live.settle()
    plan.compare(session)
    audit.record(
        session,
        kind="instance.moved",
        business_key=instance.business_key,
        actor=by,
        subject=instance.process,
        instance_id=instance.id,
        details={"from": number, "to": version.number, "reason": reason},
    )
    for task, old, new in plan.kept:
        _redraw(session, plan, task, old, new, by)
    for timer, drawn in plan.timers:
        timer.element = drawn.id
        if timer.sentence != drawn.timer:
            timer.sentence, timer.rule_due_at = drawn.timer, None  # counted anew, with the pauses it had
    session.flush()
    starts = (opened_at(plan, execution.element(found.element).attached_to) for found in plan.armed)
    armed = [(found, start or _now(session)) for found, start in zip(plan.armed, starts, strict=True)]
    projections.add_timers(execution, armed, plan.ledger)
    session.flush()
    projections.save(execution)
    case.revision = instance.revision
    if execution.served or instance.status != "running":
        case.before = None
        case.sentence = SERVED.format(execution.served) if execution.served else "The case has ended with it."


def _redraw(session: Session, plan: Plan, task: UserTask, old: Element, new: Element, by: Actor) -> None:
    """Bring an open task in step with how its step is drawn now."""
    execution = plan.execution
    task.version, task.step = execution.version_number, new.id
    task.name, task.why, task.clause = new.name or new.id, new.documentation, new.clause
    if old.item_name != new.item_name:
        task.item = {new.item_name: task.item.get(old.item_name)}
    if holder_changed(old, new):
        task.role, task.agency, task.assignee = projections.holder_of(execution, new, task.item)
        house(session).domain.task_changed(session, task, by)
    if deadline_changed(old, new):
        instance, variables = execution.instance, execution.variables
        clocks.follow_drawing(session, instance, task, new, variables, by, plan.ledger)


def _now(session: Session) -> datetime:
    return house(session).clock.now()
