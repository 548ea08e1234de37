"""The steps that keep cases from being moved as they are: open somewhere, and not in the new version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from engine.bundles import bundle_of
from engine.diagram import Diagram, Element
from engine.migration.batches import RUNNING
from engine.models import MessageWait, ProcessInstance, ProcessVersion, Timer, UserTask
from engine.workflow import Alignment


@dataclass(frozen=True)
class StepInTheWay:
    """A step or wait at which cases are and that has no place in the new version.

    `choices` are the elements of the new version that it may be mapped to (id, name), `likely` the one that
    has its name, if there is one.
    """

    step: str
    name: str
    cases: int
    choices: tuple[tuple[str, str], ...]
    likely: str = ""


def steps_in_the_way(session: Session, version: ProcessVersion) -> list[StepInTheWay]:
    """What has to be mapped before every running case can be moved to a version, most cases first."""
    new = bundle_of(session, version.id).diagram
    found: dict[str, StepInTheWay] = {}
    for version_id, step, cases in _places(session, version):
        old = bundle_of(session, version_id).diagram
        drawn = old.elements.get(step)
        if drawn is None or drawn.kind == "boundaryEvent" or Alignment(old, new).target(step) is not None:
            continue
        before = found.get(step)
        choices = _choices(old, new, drawn)
        likely = next((each for each, name in choices if drawn.name and name == drawn.name), "")
        total = cases + (before.cases if before else 0)
        found[step] = StepInTheWay(step, drawn.name or step, total, choices, likely)
    return sorted(found.values(), key=lambda each: (-each.cases, each.name))


def _choices(old: Diagram, new: Diagram, drawn: Element) -> tuple[tuple[str, str], ...]:
    """The elements of the same nature that the old version does not have come first."""
    fitting = [
        each
        for each in new.elements.values()
        if Alignment(old, new, {drawn.id: each.id}).target(drawn.id) == each.id
    ]
    fitting.sort(key=lambda each: (each.id in old.elements, each.name))
    return tuple((each.id, each.name or each.id) for each in fitting)


def _places(session: Session, version: ProcessVersion) -> list[tuple[UUID, str, int]]:
    rows: list[tuple[UUID, str, int]] = []
    for step, holds in (
        (UserTask.step, UserTask.status == "open"),
        (Timer.element, Timer.status == "waiting"),
        (MessageWait.element, true()),
    ):
        query = (
            select(ProcessInstance.version_id, step, func.count(ProcessInstance.id.distinct()))
            .join(step.class_, step.class_.instance_id == ProcessInstance.id)
            .where(
                ProcessInstance.process == version.process, ProcessInstance.version_id != version.id, holds
            )
            .where(ProcessInstance.status.in_(RUNNING))
            .group_by(ProcessInstance.version_id, step)
        )
        rows.extend((row[0], row[1], row[2]) for row in session.execute(query))
    return rows
