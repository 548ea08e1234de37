"""Loading the demonstration: reference tables first, then every case played through the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Database, Post, TaskRow, VirtualClock, local_date, tasks, working_calendar
from engine.calendars import Calendar
from engine.models import Outbox
from reviews.demonstration.answers_after import update
from reviews.demonstration.dates import moved, weeks_between
from reviews.demonstration.feedback import answer_feedback
from reviews.demonstration.moves import Move, at
from reviews.demonstration.playing import Stage, play
from reviews.demonstration.reference import load_reference
from reviews.demonstration.script_after import after_moves, shared_moves
from reviews.demonstration.script_referral import referral_moves
from reviews.demonstration.script_review import review_moves
from reviews.domain import LEARNING_REVIEWS
from reviews.models import Action, PolicyDocument
from reviews.shipped import deploy_shipped

FILE = Path(__file__).with_name("demo.yaml")
PATIENCE = dt.timedelta(days=4)  # after which an owner of the demonstration answers a routine question
SILENT = dt.timedelta(days=27)  # owners of late actions have said nothing for so long
FIRST_DAY = dt.timedelta(days=14)  # before the first case
Tree = dict[str, Any]


class NoPost:
    """Takes notices without delivering them: those of the past were never real."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Nothing is sent."""


def as_written() -> Tree:
    """The demonstration's file as it is, with its own dates. By the parser in C where there is one: it takes
    a tenth of the time."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree = yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # nosec B506
    assert isinstance(tree, dict)
    return tree


def read_tree(today: dt.date) -> Tree:
    """The same, with every date moved to the week of `today` (Europe/London)."""
    tree = as_written()
    weeks = weeks_between(tree["anchor_date"], today)
    return {**moved(tree, weeks), "weeks": weeks}


def invented_agencies() -> frozenset[str]:
    """The ids of the demonstration's agencies."""
    return frozenset(agency["id"] for agency in as_written()["agencies"])


def load_demonstration(
    url: str,
    *,
    secret_key: bytes,
    now: dt.datetime,
    post: Post | None = None,
    say: Callable[[float], None] = lambda _: None,
) -> int:
    """Fill an empty database (its tables made) with the demonstration as it stands at `now`; counts moves.

    `say` hears how far it has come, from 0 to 1, before each move.

    Raises DemonstrationFault when the script no longer fits the processes or the forms.
    """
    tree = read_tree(local_date(now))
    clock = VirtualClock(at(_first_day(tree), 7))
    database = Database(
        url,
        clock=clock,
        domain=LEARNING_REVIEWS,
        secret_key=secret_key,
    )
    try:
        with database.write() as session:
            load_reference(session, tree)
            deploy_shipped(session, by=Actor("u_devon"), note="First version", approved_by="u_jude")
            days = working_calendar(session)
        moves = list(_moves(tree, days, local_date(now)))
        play(
            database,
            clock,
            moves,
            until=now,
            post=post or NoPost(),
            each_morning=partial(_answer_routine, tree=tree),
            say=say,
        )
    finally:
        database.dispose()
    return len(moves)


def _first_day(tree: Tree) -> dt.date:
    days = [case.get("submitted_on") or case["started_on"] for case in tree["cases"]]
    first: dt.date = min(days)
    return first - FIRST_DAY


def _moves(tree: Tree, calendar: Calendar, today: dt.date) -> Iterator[Move]:
    leads = {agency["id"]: agency["lead"] for agency in tree["agencies"]}
    weeks = tree["weeks"]

    def next_qa(day: dt.date) -> dt.date:
        earliest = calendar.add(day, 6).date
        found: dt.date = min(date for date in tree["calendar"]["qapm"] if date >= earliest)
        return found

    for place, case in enumerate(tree["cases"]):
        yield from referral_moves(case, place, weeks)
        yield from review_moves(case, leads, next_qa, weeks)
        yield from after_moves(case, leads, tree, weeks)
    yield from shared_moves(tree, today)
    policy = tree["policies"][0]
    yield Move(
        at(today - dt.timedelta(days=10), 6), policy["id"], "policy", act=partial(_add_policy, row=policy)
    )


def _add_policy(stage: Stage, *, row: dict[str, Any]) -> None:
    kept = ("id", "title", "version", "approved_on", "review_due", "review_every", "approved_by_body")
    stage.session.add(PolicyDocument(**{name: row[name] for name in kept}))


def _answer_routine(stage: Stage, *, tree: Tree) -> None:
    """Owners answer the four-weekly question, unless the file has an answer of theirs for those weeks; those
    who took part say what it was like."""
    answer_feedback(stage, present=tree["anchor_date"])
    asked = [row for row in tasks(stage.session) if row.step == "action_update"]
    if not asked:
        return
    rows = stage.session.scalars(
        select(Action).where(Action.process_instance.in_([row.instance_id for row in asked]))
    )
    by_instance = {action.process_instance: action for action in rows}
    told = {action["id"]: action for case in tree["cases"] for action in case.get("actions", [])}
    last = stage.now - tree_age(tree, stage.now)
    for row in asked:
        action = by_instance[row.instance_id]
        if _leave(stage, row, told[action.ref], last):
            continue
        stage.complete(row, action.owner, update("Going as planned."))


def tree_age(tree: Tree, now: dt.datetime) -> dt.timedelta:
    """How far `now` lies before the demonstration's present."""
    anchor: dt.date = tree["anchor_date"]
    return now - at(anchor, 9)


def _leave(stage: Stage, row: TaskRow, told: dict[str, Any], present: dt.datetime) -> bool:
    """Whether a question stays open: it is new, an answer of the file comes soon, or its owner is silent."""
    opened = local_date(row.opened_at)
    today = local_date(stage.now)
    coming = [each["date"] for each in told["updates"] if opened <= each["date"] and each["date"] >= today]
    if any(day - opened <= SILENT for day in coming):
        return True
    late_now = told["brag"] == "red" and present - row.opened_at < SILENT
    return stage.now - row.opened_at < PATIENCE or late_now
