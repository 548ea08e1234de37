"""A case of a small process, driven through the engine's verbs as the product does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import engine
from engine import Actor, Completion, Database, Report, TaskRow, VirtualClock
from engine.models import Outbox
from tests.engine.drawing import bundle
from tests.versions import put_into_use

ALEX = Actor("alex")
KEY = "CASE-1"


class PostBox:
    """Collects what is sent; refuses while `away`."""

    def __init__(self) -> None:
        self.sent: list[Outbox] = []
        self.away = False

    def send(self, session: object, notice: Outbox) -> None:
        if self.away:
            raise ConnectionError("the post office is closed")
        self.sent.append(notice)


class Case:
    """Deploys a diagram, starts one instance, and gives short verbs to drive it."""

    def __init__(
        self, database: Database, diagram: str, variables: Mapping[str, Any] | None = None, **files: str
    ) -> None:
        self.database = database
        self.post = PostBox()
        with database.write() as session:
            version = put_into_use(session, bundle(diagram, **files))
            self.version = version.number
        with database.write() as session:
            self.id: UUID = engine.start(session, "p", business_key=KEY, variables=variables or {}, by=ALEX)

    def open(self) -> list[str]:
        """The steps that are open, sorted; a step that is open twice is named twice."""
        return sorted(task.step for task in self.tasks())

    def tasks(self) -> list[TaskRow]:
        with self.database.read() as session:
            return engine.tasks(session, instance_id=self.id)

    def task(self, step: str, number: int = 0) -> TaskRow:
        return [task for task in self.tasks() if task.step == step][number]

    def complete(
        self, step: str, number: int = 0, *, by: Actor = ALEX, key: str | None = None, **variables: Any
    ) -> Completion:
        task = self.task(step, number)
        with self.database.write() as session:
            return engine.complete_task(session, task.id, dict(variables), dict(variables), by=by, key=key)

    def send(self, message: str, **payload: Any) -> bool:
        with self.database.write() as session:
            return engine.send_message(session, message, instance_id=self.id, payload=payload, by=ALEX)

    def set(self, **variables: Any) -> None:
        with self.database.write() as session:
            engine.set_variables(session, self.id, variables, by=ALEX)

    def tick(self) -> Report:
        return engine.tick(self.database, self.post)

    def days_pass(self, days: int) -> Report:
        """Live through `days` calendar days, one tick a day; what happened in all."""
        clock = self.database.clock
        assert isinstance(clock, VirtualClock)
        total = Report()
        for _ in range(days):
            clock.advance(timedelta(days=1))
            report = self.tick()
            total.timers += report.timers
            total.reminders += report.reminders
            total.messages += report.messages
            total.notices += report.notices
            total.failed += report.failed
        return total

    @property
    def state(self) -> engine.InstanceRow:
        with self.database.read() as session:
            return engine.instance(session, self.id)

    def kinds(self) -> list[str]:
        """The kinds of the case's audit events, in order."""
        with self.database.read() as session:
            return [event.kind for event in engine.history(session, KEY)]
