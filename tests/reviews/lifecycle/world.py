"""The world in which the lifecycle is tried: the invented partnership, with reviews at several places of
their road, made once and copied for each example."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.orm import Session

from engine import Actor, Database, Outbox, VirtualClock, tick
from engine.rehearsal import bundles_of
from engine.scenarios import Words
from engine.sweep import next_due
from reviews.demonstration.loading import as_written
from reviews.demonstration.reference import load_reference
from reviews.domain import LEARNING_REVIEWS
from reviews.shipped import deploy_shipped
from reviews.studio.beginning import begin_case
from reviews.studio.playing import do_step, open_tasks
from reviews.studio.scenes import usual_answers
from tests.postgresql import PostgreSQL

SECRET = b"only for tests: not a secret at all"
IDENTITY = SECRET[::-1]
BEGINS = dt.datetime(2026, 4, 13, 8, 30, tzinfo=dt.UTC)
# The first lives longest: its actions are at work and its learning is passed on when the last one is begun.
STANDING = ("action_evidence", "fact_check", "agency_preparation", "statutory_screen")
Answers = dict[str, dict[str, Any]]


@dataclass
class PostBox:
    """Takes every notice, and counts how often each was offered."""

    offered: dict[str, int] = field(default_factory=dict)

    def send(self, session: Session, notice: Outbox) -> None:
        """Take one."""
        self.offered[notice.key] = self.offered.get(notice.key, 0) + 1


@dataclass(frozen=True)
class World:
    """How the world began, and how a copy of it is made and put away."""

    began: dt.datetime
    answers: Answers
    copy: Callable[[], str]
    drop: Callable[[str], object]

    def opened(self, url: str) -> Database:
        """A copy, at the moment at which the world began."""
        return opened(url, self.began)


def opened(url: str, now: dt.datetime) -> Database:
    """The product's database at `url`, at a moment."""
    return Database(
        url, clock=VirtualClock(now), domain=LEARNING_REVIEWS, secret_key=SECRET, identity_keys=[IDENTITY]
    )


def furnish(url: str, standing: tuple[str, ...] = STANDING) -> tuple[dt.datetime, Answers]:
    """Fill a database whose tables are made, with a review at each of these steps; the moment it came to, and
    the usual answers of each step."""
    database = opened(url, BEGINS)
    with database.write() as session:
        load_reference(session, as_written())
        deploy_shipped(session, by=Actor("u_devon"), note="first", approved_by="u_jude")
    with database.read() as session:
        bundles = bundles_of(session)
    steps = frozenset(
        task.id for each in bundles.values() if each.drawn for task in each.diagram.user_tasks()
    )
    files = {name: bundle.files for name, bundle in bundles.items()}
    answers, _ = usual_answers(files, Words(steps, frozenset()))
    for step in standing:
        _walk(database, step, answers)
    if standing:
        with database.write() as session:
            begin_case(session, "case_suggestion", {})
    tick(database, PostBox())
    database.dispose()
    return database.clock.now(), answers


def files_world(template: Path, furnished: tuple[dt.datetime, Answers]) -> World:
    """A world of SQLite files: each copy lies beside the template."""

    def copy() -> str:
        path = template.with_name(f"{uuid.uuid4()}.sqlite")
        path.write_bytes(template.read_bytes())
        return f"sqlite:///{path}"

    def drop(url: str) -> None:
        for tail in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + tail).unlink(missing_ok=True)

    return World(*furnished, copy, drop)


def databases_world(server: PostgreSQL, template: str, furnished: tuple[dt.datetime, Answers]) -> World:
    """A world of PostgreSQL databases, each made from the template."""

    def drop(url: str) -> None:
        server.drop(str(make_url(url).database))

    return World(*furnished, lambda: server.url(server.make(template)), drop)


def _walk(database: Database, step: str, answers: Answers) -> None:
    """Begin a review and do its steps until one is open."""
    clock, post = database.clock, PostBox()
    assert isinstance(clock, VirtualClock)
    with database.write() as session:
        ref = begin_case(session, "learning_review", {})
    for _ in range(100):
        tick(database, post)
        with database.read() as session:
            rows = [row for row in open_tasks(session) if row.business_key.startswith(ref)]
            moment = next_due(session)
        if any(row.step == step for row in rows):
            return
        if rows:
            with database.write() as session:
                do_step(session, rows[0], answers.get(rows[0].step, {}))
        else:
            assert moment is not None
            clock.advance_to(moment)
    raise AssertionError(f"{step} is not reached")
