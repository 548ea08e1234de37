"""Looking at what a move would do to a case, before it is made: nothing is written, nothing is locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import clocks
from engine.db import house
from engine.diagram import Element
from engine.errors import CannotMove, EngineError
from engine.migration.outcome import MovedDeadline, Outcome, StepChange, TimerChange
from engine.migration.planning import (
    Plan,
    Unforeseen,
    deadline_changed,
    holder_changed,
    look_ahead,
    plan_move,
)
from engine.models import ProcessInstance, ProcessVersion, Timer
from engine.projections import holder_of
from engine.workflow.alignment import reached


def preview(
    session: Session, instance: ProcessInstance, version: ProcessVersion, mapping: Mapping[str, str]
) -> Outcome:
    """What would become of a case. Never raises for what a case is like: then it says why it cannot."""
    try:
        execution = look_ahead(session, instance)
        plan = plan_move(execution, version, mapping)
        services: list[str] = []
        try:
            execution.live.settle()
        except Unforeseen as service:
            services.append(str(service))
        plan.compare(session)
        return _outcome(session, plan, tuple(services))
    except CannotMove as refusal:
        return Outcome(instance.id, instance.business_key, str(refusal), refusal.what_to_do)
    except EngineError as fault:
        sentence, what_to_do = cannot_be_moved(type(fault).__name__, getattr(fault, "element", ""))
        return Outcome(instance.id, instance.business_key, sentence, what_to_do)


def cannot_be_moved(fault: str, element: str = "") -> tuple[str, str]:
    """Why a case cannot be moved that something went wrong with, and what to do: nothing of its content."""
    at = f" at “{element}”" if element else ""
    return (
        f"The case could not go on in the other version{at} ({fault}).",
        "Leave the case where it is, and look at the other version there.",
    )


def _outcome(session: Session, plan: Plan, services: tuple[str, ...]) -> Outcome:
    instance = plan.execution.instance
    drawn = plan.execution.bundle.diagram.elements
    opens = []
    for task in plan.opens:
        step = drawn[task.element]
        role, agency, _ = holder_of(
            plan.execution, step, {step.item_name: task.item} if step.item_name else {}
        )
        opens.append(StepChange(step.id, step.name or step.id, role, agency))
    handed_over = []
    for row, old, new in plan.kept:
        if holder_changed(old, new):
            role, agency, _ = holder_of(plan.execution, new, row.item)
            handed_over.append(StepChange(new.id, new.name or new.id, role, agency))
    moved, due = _deadlines(session, plan)
    return Outcome(
        instance.id,
        instance.business_key,
        opens=tuple(opens),
        closes=tuple(StepChange(task.step, task.name, task.role, task.agency) for task in plan.closes),
        handed_over=tuple(handed_over),
        too_late=tuple(_new_steps(plan, ahead=False)),
        to_come=tuple(_new_steps(plan, ahead=True)),
        not_asked=tuple(_not_asked(plan)),
        deadlines=tuple(moved),
        timers=tuple(_timers(session, plan, due)),
        services=services,
        ends=plan.execution.live.ended,
    )


def _deadlines(session: Session, plan: Plan) -> tuple[list[MovedDeadline], dict[str, date | None]]:
    """The deadlines that move, and the earliest day of each open step as it will be."""
    moved: list[MovedDeadline] = []
    due: dict[str, date | None] = {}
    for row, old, new in plan.kept:
        day = row.due_on
        if deadline_changed(old, new):
            known, stops = plan.ledger.row_of(row), plan.ledger.stops
            anew, _ = clocks.counted_anew(session, row, known, new, plan.execution.variables, stops)
            day = anew.due_on if anew else None
            if day != row.due_on:
                total = anew.sum if anew else ""
                moved.append(MovedDeadline(new.name or new.id, row.agency, row.due_on, day, total))
        earlier = due.get(new.id)
        due[new.id] = min(filter(None, (earlier, day)), default=None)
    return moved, due


def _timers(session: Session, plan: Plan, due: dict[str, date | None]) -> Iterator[TimerChange]:
    now = house(session).clock.now()
    variables, stops = plan.execution.variables, plan.ledger.stops
    for timer, drawn in plan.timers:
        at = clocks.fires_at(session, timer, drawn, variables, due.get(drawn.attached_to), stops)
        if at != timer.due_at:
            yield TimerChange("moved", _label(plan, drawn), timer.due_at, at, at is not None and at <= now)
    for found in plan.armed:
        drawn = plan.execution.element(found.element)
        start = opened_at(plan, drawn.attached_to) or now
        new = Timer(instance_id=plan.execution.instance.id, started_at=start, counted_at=start)
        at = clocks.fires_at(session, new, drawn, variables, due.get(drawn.attached_to), stops)
        yield TimerChange("armed", _label(plan, drawn), None, at, at is not None and at <= now)
    for timer in plan.dropped:
        before = plan.alignment.old.elements[timer.element]
        attached = plan.alignment.old.elements.get(before.attached_to)
        name = before.name or (attached.name if attached else "") or before.id
        yield TimerChange("dropped", name, timer.due_at, None)


def opened_at(plan: Plan, step: str) -> datetime | None:
    """Since when an open step that is kept has been open: the first of those who were asked."""
    return min((row.opened_at for row, _, new in plan.kept if new.id == step), default=None)


def _label(plan: Plan, drawn: Element) -> str:
    attached = plan.alignment.new.elements.get(drawn.attached_to)
    return drawn.name or (attached.name if attached else "") or drawn.id


def _new_steps(plan: Plan, *, ahead: bool) -> Iterator[StepChange]:
    """Steps that are new: those that the case will come to, or those that it has passed."""
    coming, opening = _ahead(plan), {task.element for task in plan.opens}
    known = opening.union(plan.alignment.target(step.id) for step in plan.alignment.old.user_tasks())
    for step in plan.alignment.new.user_tasks():
        here = step.id not in known and step.scope == plan.execution.live.scope
        if here and (step.id in coming) == ahead:
            yield StepChange(step.id, step.name or step.id, step.role)


def _not_asked(plan: Plan) -> Iterator[StepChange]:
    """Steps that are gone, and that the case would still have come to."""
    old, here = plan.alignment.old, {task.step for task in [row for row, _, _ in plan.kept] + plan.closes}
    ahead = set().union(*(reached(old, each) for each in here)) if here else set()
    for step in old.user_tasks():
        if step.id in ahead - here and plan.alignment.target(step.id) is None:
            yield StepChange(step.id, step.name or step.id, step.role)


def _ahead(plan: Plan) -> set[str]:
    live = plan.execution.live
    here = {task.element for task in live.open_tasks()}
    here |= {wait.element for wait in live.timers()} | {wait.element for wait in live.messages()}
    return here.union(*(reached(plan.alignment.new, each) for each in here))
