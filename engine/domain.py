"""What the engine asks of the domain that it serves: its services, and what it knows of people and days.

Each answer has a plain default, so that the engine runs without any domain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Session

from engine.errors import Finding
from engine.models import Outbox, UserTask
from engine.services import Actor, ServiceRegistry
from engine.world import Answers, Stage, World, no_answers_known, no_stage, no_texts

if TYPE_CHECKING:
    from engine.db import Database


def _assignee(session: Session, task: UserTask, who: str) -> list[str]:
    return [task.assignee] if task.assignee and who == "assignee" else []


def _as_drawn(session: Session, role: str, agency: str | None) -> tuple[str, str | None, str | None]:
    return role, agency, None


def _never(now: datetime) -> ColumnElement[bool]:
    return false()


def _nothing_to_know(session: Session, tasks: Sequence[UserTask]) -> None:
    return None


def _nothing_begins(database: Database) -> int:
    return 0


def _at_once(session: Session, moment: datetime) -> datetime:
    return moment


def _nothing_follows(session: Session, notice: Outbox) -> None:
    return None


def _nobody_follows(session: Session, task: UserTask, by: Actor) -> None:
    return None


def _nobody_waits(session: Session, opened: list[UserTask]) -> None:
    return None


def _nothing_found(process: str, files: Mapping[str, str]) -> Sequence[Finding]:
    return ()


def _nothing_brought() -> Mapping[str, Mapping[str, str]]:
    return {}


@dataclass(frozen=True)
class Domain:
    """One domain. Its functions write in the session they are given and never commit."""

    services: ServiceRegistry = field(default_factory=ServiceRegistry)
    recipients: Callable[[Session, UserTask, str], list[str]] = _assignee
    """Who a reminder goes to: (session, task, who the chasing table names) -> ids of persons."""
    post_for: Callable[[Session, str, str | None], tuple[str, str | None, str | None]] = _as_drawn
    """Who does a step that is meant for a role (of an agency): the same, or whoever stands in for an empty
    post: a role, its agency, and a person where one stands in by name."""
    beginnings: Callable[[Database], int] = _nothing_begins
    """What time itself begins, where `begins` says that there is something: how many cases it began."""
    begins: Callable[[datetime], ColumnElement[bool]] = _never
    """The condition, asked with every tick, that there is something for `beginnings` to do at a moment."""
    about_to_remind: Callable[[Session, Sequence[UserTask]], None] = _nothing_to_know
    """Many tasks are about to be chased in one transaction, which remembers: what `recipients` asks of each
    can be read for all."""
    quiet_until: Callable[[Session, datetime], datetime] = _at_once
    """When a notice may leave that is ready at a moment: then, or when the quiet hours are over."""
    gave_up: Callable[[Session, Outbox], None] = _nothing_follows
    """What follows from a notice that was given up or came back."""
    tasks_opened: Callable[[Session, list[UserTask]], None] = _nobody_waits
    """What follows when tasks open: all that one move of a case opened, at once."""
    task_changed: Callable[[Session, UserTask, Actor], None] = _nobody_follows
    """What follows when an open task has ended (completed, no longer needed), has changed hands, or is due on
    another day."""
    findings: Callable[[str, Mapping[str, str]], Sequence[Finding]] = _nothing_found
    """What the domain finds wrong in a bundle (process, files): its forms, which the engine cannot read."""
    answers: Answers = no_answers_known
    """Which answers of a form become variables, and what they can hold: (file name, text) -> by key."""
    roles: Collection[str] = ()
    """The ids of the roles a step can be for; with none, any will do."""

    stage: Callable[[], Stage | None] = no_stage
    """What scenarios may name beside processes: people, agencies, what may happen, questions of forms."""
    texts: Callable[[Mapping[str, str]], Collection[str] | None] = no_texts
    """The ids of the notices that can be sent; None where that is not known."""
    readers: Collection[str] = ()
    """Whom the chasing table may name beside a role, such as the one who has the step."""
    brought: Callable[[], Mapping[str, Mapping[str, str]]] = _nothing_brought
    """The bundles that a release brings, for processes that have no version yet."""

    @property
    def world(self) -> World:
        """What the checks of a bundle need to know of this domain."""
        return World(
            self.services.names(),
            self.answers,
            self.services.facts,
            self.roles,
            self.stage,
            self.texts,
            self.readers,
        )
