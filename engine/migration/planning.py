"""What becomes of one case in another version: its run, translated, beside what is stored of it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bundles import Bundle, bundle_of
from engine.diagram import Diagram, Element
from engine.errors import CannotMove
from engine.execution import Execution
from engine.ledger import Ledger, ledger_of
from engine.models import ProcessInstance, ProcessVersion, Timer, UserTask
from engine.services import Actor
from engine.workflow import Alignment, OpenTask, WaitingTimer, translate

PLANNER = Actor.system("planner")
DUE = ("due", "statutoryLimit")
HOLDER = ("agency", "assignee")
NOT_NOW = {
    "paused": (
        "The case is paused.",
        "Move it when it is resumed, or leave it on its version.",
    ),
    "stuck": (
        "The case is stuck: what it was doing last has not been done.",
        "Let it try again first, on the page of stuck cases.",
    ),
    "completed": ("The case has ended.", "Nothing: it stays as it is."),
    "cancelled": ("The case has ended.", "Nothing: it stays as it is."),
}


class Unforeseen(Exception):
    """Looking ahead ends here: the engine would do something whose result nobody knows before."""


class Foresight(Execution):
    """An execution that only looks ahead: decisions are made, nothing is noted, and no service is asked."""

    def perform(self, element: str) -> None:
        """Decide; or stop, where a service would be asked."""
        if self.element(element).kind != "businessRuleTask":
            raise Unforeseen(self.element(element).name or element)
        super().perform(element)

    def _event(self, kind: str, *, subject: str, details: dict[str, Any]) -> None:
        return None


@dataclass
class Plan:
    """A case in another version: `execution` has its translated run, not settled.

    `ledger` has its open tasks as they are stored; `kept` are those of them that stay, with the steps they
    are drawn as before and now.
    """

    execution: Execution
    alignment: Alignment
    ledger: Ledger
    kept: list[tuple[UserTask, Element, Element]] = field(default_factory=list)
    closes: list[UserTask] = field(default_factory=list)
    opens: list[OpenTask] = field(default_factory=list)
    armed: list[WaitingTimer] = field(default_factory=list)
    timers: list[tuple[Timer, Element]] = field(default_factory=list)
    dropped: list[Timer] = field(default_factory=list)

    def compare(self, session: Session) -> None:
        """Find out which rows stay, come and go."""
        live, elements = self.execution.live, self.execution.bundle.diagram.elements
        found = {task.token: task for task in live.open_tasks()}
        waiting = {timer.token: timer for timer in live.timers()}
        open_now = sorted((task for task, _ in self.ledger.rows), key=lambda row: (row.opened_at, row.id))
        timers_now = _waiting_timers(session, self.execution.instance.id)
        before = self.alignment.old.elements
        self.kept = [
            (t, before[t.step], elements[found[t.token].element]) for t in open_now if t.token in found
        ]
        self.closes = [task for task in open_now if task.token not in found]
        self.opens = [task for token, task in found.items() if token not in {t.token for t in open_now}]
        self.timers = [(t, elements[waiting[t.token].element]) for t in timers_now if t.token in waiting]
        self.dropped = [timer for timer in timers_now if timer.token not in waiting]
        self.armed = [timer for token, timer in waiting.items() if token not in {t.token for t in timers_now}]


def plan_move(execution: Execution, version: ProcessVersion, mapping: Mapping[str, str]) -> Plan:
    """Put the run of an execution into another version; the execution is of that version from now on.

    Its stored rows are not touched. Raises CannotMove.
    """
    instance = execution.instance
    if instance.status in NOT_NOW:
        raise CannotMove(*NOT_NOW[instance.status])
    if instance.version_id == version.id:
        raise CannotMove("The case is on this version already.", "Nothing.")
    old, new = execution.bundle, bundle_of(execution.session, version.id)
    alignment = Alignment(old.diagram, new.diagram, mapping)
    execution.run = translate(execution.live, new.runnable, execution, alignment)
    execution.bundle = new
    _rename_answers(execution, old, new, mapping)
    return Plan(execution, alignment, ledger_of(execution.session, instance.id))


def check_mapping(old: Diagram, new: Diagram, mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, in sentences: each side must be a step that there is."""
    found = []
    for before, after in mapping.items():
        if before not in old.elements:
            found.append(f"There is no step “{before}” in the version that the cases are on.")
        elif after not in ("skip", "leave") and after not in new.elements:
            found.append(f"There is no step “{after}” in the new version.")
    return found


def holder_changed(old: Element, new: Element) -> bool:
    """Whether a step is somebody else's work now."""
    return (old.role, *map(old.attributes.get, HOLDER)) != (new.role, *map(new.attributes.get, HOLDER))


def deadline_changed(old: Element, new: Element) -> bool:
    """Whether a step has another deadline now."""
    return any(old.attributes.get(name, "") != new.attributes.get(name, "") for name in DUE)


def _rename_answers(execution: Execution, old: Bundle, new: Bundle, mapping: Mapping[str, str]) -> None:
    """The answers of a step that was renamed can be asked for by its new name, too."""
    for before, after in mapping.items():
        if after in new.diagram.elements and before in old.diagram.elements and before in execution.variables:
            execution.variables.setdefault(after, execution.variables[before])


def _waiting_timers(session: Session, instance_id: UUID) -> list[Timer]:
    query = select(Timer).where(Timer.instance_id == instance_id, Timer.status == "waiting")
    return list(session.scalars(query.order_by(Timer.started_at, Timer.id)))


def look_ahead(session: Session, instance: ProcessInstance) -> Foresight:
    """The case, to look ahead of it without its lock. Raises StateUnreadable."""
    return Foresight.look(session, instance, PLANNER)
