"""A place with many open tasks: reviews at every stage, each a copy of one that the engine brought there.

A few cases are lived through in memory: a small one, and the heaviest there is (15 agencies, 20 actions). At
each stage every row that a case has is kept, in every table. Each copy gets its own ids, reference, people
and days, and states that are sealed for their own place; reminders of days gone by count as sent. Copies are
written as plain text in bulk (COPY, or long INSERTs), so that 10,000 cases take less than a minute.

What no list reads is left out: who the child is, the search index, and the audit log of what happened before.
"""

from __future__ import annotations

import atexit
import datetime as dt
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

import app.auth.models  # noqa: F401  (so that its tables are made, too)
from bench.bulk import OWN, PEOPLE, REF, Bulk, cut
from bench.rehearsal import AGENCIES, heavy_answers
from bench.storm.servers import place
from engine import Database, VirtualClock, create_schema
from engine.chasing import moments, name_of
from engine.clock import at_local
from engine.execution import place_of_state
from engine.models import Base, ProcessInstance, UserTask
from engine.rehearsal import MemoryDatabase, bundles_of
from engine.scenarios import Given, Words
from engine.secrecy import open_sealed, seal
from reviews.demonstration.loading import as_written
from reviews.domain import LEARNING_REVIEWS
from reviews.models import ReferenceCounter
from reviews.studio.furnishing import FIRST_DAY, invented_partnership
from reviews.studio.scenes import usual_answers
from reviews.studio.walking import Roads

SECRET = b"only for benches: not a secret at all"
WEEKS = 9  # over which the cases have begun
NOW = at_local(FIRST_DAY + dt.timedelta(weeks=WEEKS), dt.time(9, 0))
A_CASE = 10  # open tasks of a case, on average
NAMESAKES = 30  # people who hold the same roles as each person of the small partnership, with that person
AHEAD = 20  # days over which the time limits fall whose own moment has passed
LETTERS_OF_ONE_IN = 5  # cases: the letters that were sent are many, and only the office's pages show them
AT_ONCE = 200  # cases that are written together
HEAVY = ("agency_preparation", "meeting_record", "fact_check", "qa_decision", "action_evidence")
LIGHT = (
    "statutory_screen",
    "triage_decision",
    "chair_nomination",
    "agency_preparation",
    "meeting_record",
    "fact_check",
    "summary",
    "qa_decision",
    "action_evidence",
)
LEFT_OUT = frozenset(
    "child_identity child_index child_index_key event event_seal audit_head audit_anchor audit_anchor_head "
    "search_text schedule idempotency board_report board_report_item board_report_line".split()
)
LAST_REFERENCE = 99_999
Row = dict[str, Any]
_OPEN = ExitStack()


@dataclass(frozen=True)
class Stage:
    """One case at one stage: its reference, its rows by table, its states as plain text, its open tasks."""

    ref: str
    rows: dict[str, list[Row]]
    states: dict[UUID, str]
    open: int


@dataclass(frozen=True)
class Shape:
    """A stage that began in one week, as text to be written, open where a copy differs from another."""

    blocks: dict[str, str]
    instances: list[tuple[str, str, int, str]]  # the row without its state; its id; its revision; its state


@dataclass(frozen=True)
class Loaded:
    """What was made: how many reviews, and how many of their tasks are open."""

    reviews: int
    open: int


@cache
def standing(kind: str, tasks: int) -> Database:
    """A place with so many open tasks that stands to the end of the run, shared by those who measure it."""
    where = _OPEN.enter_context(place(kind))
    url = _OPEN.enter_context(where.database(f"load{tasks}"))
    database, _ = place_with(url, tasks)
    _OPEN.callback(database.dispose)
    atexit.unregister(_OPEN.close)
    atexit.register(_OPEN.close)  # anew: what was opened last, here a server, is let go of before it ends
    return database


def place_with(url: str, tasks: int) -> tuple[Database, Loaded]:
    """An empty database, filled with about so many open tasks, at NOW."""
    database = Database(url, clock=VirtualClock(NOW), domain=LEARNING_REVIEWS, secret_key=SECRET)
    create_schema(database.engine)
    made, stages = _stages()
    people = _copy_the_place(made, database)
    with Bulk(database) as bulk:
        loaded = _cases(bulk, made, stages, people, tasks)
    with database.write() as session:
        session.execute(update(ReferenceCounter).values(last=LAST_REFERENCE))
    return database, loaded


def _cases(
    bulk: Bulk, made: MemoryDatabase, stages: list[Stage], people: frozenset[str], tasks: int
) -> Loaded:
    """Heavy and light cases in turn, so that a case has A_CASE open tasks on average."""
    heavy = cycle(range(len(HEAVY)))
    light = cycle(range(len(HEAVY), len(stages)))
    shapes: dict[tuple[int, int], Shape] = {}
    number = opened = 0
    while opened < tasks:
        place, week = next(heavy if opened <= A_CASE * number else light), number * 7 % WEEKS
        if (place, week) not in shapes:
            shapes[place, week] = _shape(bulk, made, stages[place], people, week)
        _add(bulk, shapes[place, week], number)
        number, opened = number + 1, opened + stages[place].open
        if number % AT_ONCE == 0:
            bulk.write()
    return Loaded(number, opened)


def _add(bulk: Bulk, shape: Shape, number: int) -> None:
    own, ref, namesake = f"{number:012x}", f"MALR-2026-{1000 + number}", number * 7919 // 13 % (NAMESAKES + 1)
    people = f"_{namesake}" if namesake else ""

    def ours(text: str) -> str:
        return text.replace(OWN, own).replace(REF, ref).replace(PEOPLE, people)

    for table, block in shape.blocks.items():
        if table != "outbox" or number % LETTERS_OF_ONE_IN == 0:
            bulk.add(table, ours(block))
    for row, identity, revision, state in shape.instances:
        case = ProcessInstance(id=UUID(ours(identity)), revision=revision)
        plain = zlib.compress(ours(state).encode(), 1)
        sealed = seal(plain, bulk.database.state_key, place_of_state(case))
        bulk.add("process_instance", bulk.with_bytes(ours(row), sealed))


# --- the stages, lived through by the engine ---


@cache
def _stages() -> tuple[MemoryDatabase, list[Stage]]:
    """The small partnership; then the stages of a heavy case and of a light one. Once a run."""
    made = invented_partnership()
    roads = Roads(made, "learning_review", _usual(made))
    known = {name for name, _ in _rows(made)}
    stages = [
        _stage(roads.to(Given(reached=step, answers=answers)), known)
        for steps, answers in ((HEAVY, _heavy()), (LIGHT, {}))
        for step in steps
    ]
    roads.close()
    return made, stages


def _usual(made: MemoryDatabase) -> dict[str, dict[str, Any]]:
    with made.read() as session:
        bundles = bundles_of(session)
        files = {name: bundle.files for name, bundle in bundles.items()}
        drawn = [bundle.diagram for bundle in bundles.values() if bundle.drawn]
        steps = frozenset(task.id for each in drawn for task in each.user_tasks())
        return usual_answers(files, Words(steps, frozenset()))[0]


def _heavy() -> dict[str, dict[str, Any]]:
    """The heaviest case, with its actions spread over the agencies."""
    leads = {each["id"]: each["lead"] for each in as_written()["agencies"]}
    answers = heavy_answers()
    for number, action in enumerate(answers["summary"]["actions"]):
        action["agency"] = AGENCIES[number % len(AGENCIES)]
        action["owner"] = leads[action["agency"]]
    return answers


def _rows(made: MemoryDatabase) -> Iterator[tuple[tuple[Any, ...], tuple[str, Row]]]:
    """Every row that matters here, under its name: its table and its key."""
    with made.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                for row in session.execute(select(table)).mappings():
                    key = tuple(row[column.name] for column in table.primary_key.columns)
                    yield (table.name, *key), (table.name, dict(row))


def _stage(there: MemoryDatabase, known: set[tuple[Any, ...]]) -> Stage:
    """What a case has: the rows that were not there before it."""
    rows: dict[str, list[Row]] = {}
    for name, (table, row) in _rows(there):
        if name not in known:
            rows.setdefault(table, []).append(row)
    with there.read() as session:
        states = {
            case.id: zlib.decompress(open_sealed(case.state, there.state_key, place_of_state(case))).decode()
            for case in session.scalars(select(ProcessInstance))
        }
    there.dispose()
    still_open = sum(row["status"] == "open" for row in rows["user_task"])
    return Stage(rows["review"][0]["ref"], rows, states, still_open)


# --- a stage as text ---


def _shape(bulk: Bulk, made: MemoryDatabase, stage: Stage, people: frozenset[str], week: int) -> Shape:
    """A stage that began `week` weeks after the first, with everything due by NOW done."""
    later = dt.timedelta(weeks=week)
    rows = {table: [_moved(row, later) for row in found] for table, found in stage.rows.items()}
    rows.setdefault("chase", []).extend(_reminded(made, rows))
    for number, timer in enumerate(rows.get("timer", [])):
        if timer["next_at"] is not None and timer["next_at"] <= NOW:
            timer["due_at"] = timer["next_at"] = NOW + dt.timedelta(days=1 + number % AHEAD)
    for row in rows.get("outbox", []):
        row["key"] = f"copy-{row['id']}"
    ids = frozenset(str(row["id"]) for found in rows.values() for row in found if "id" in row)
    cases = rows.pop("process_instance")
    tables = Base.metadata.tables
    blocks = {
        name: cut(bulk.text(tables[name], found), ids, stage.ref, people)
        for name, found in rows.items()
        if found
    }
    instances = [
        (
            cut(bulk.text(tables["process_instance"], [{**case, "state": b""}]), ids, stage.ref, people),
            cut(str(case["id"]), ids, stage.ref, people),
            case["revision"],
            cut(stage.states[case["id"]], ids, stage.ref, people),
        )
        for case in cases
    ]
    return Shape(blocks, instances)


def _moved(row: Row, later: dt.timedelta) -> Row:
    return {name: value + later if isinstance(value, dt.date) else value for name, value in row.items()}


def _reminded(made: MemoryDatabase, rows: dict[str, list[Row]]) -> Iterator[Row]:
    """The rungs that open tasks have reached, each as fired; their ledger says when the next one is."""
    ledger = {row["task_id"]: row for row in rows.get("deadline", [])}
    with made.read() as session:
        for values in rows["user_task"]:
            row = ledger.get(values["id"])
            if row is None:
                continue
            if values["status"] != "open":
                row["next_chase_at"] = None
                continue
            task = UserTask(**values)
            found = moments(session, task)
            row["next_chase_at"] = min((at for _, at in found if at > NOW), default=None)
            for number, (rung, at) in enumerate(found):
                if task.opened_at <= at <= NOW:
                    ours = UUID(int=task.id.int ^ (number + 1) << 60)
                    told = {"id": ours, "task_id": task.id, "rung": name_of(task, rung)}
                    yield {**told, "recipient": task.assignee or task.role, "at": at}


# --- the place itself ---


def _copy_the_place(made: MemoryDatabase, database: Database) -> frozenset[str]:
    """Everything that is there before any case, and more people who hold the same roles; whom copies name."""
    there: dict[str, list[Row]] = {}
    for _, (table, row) in _rows(made):
        there.setdefault(table, []).append(row)
    people = frozenset(row["id"] for row in there["person"])
    for table, new in (("person", _namesake), ("person_role", _held_too)):
        there[table] += [new(row, number) for number in range(1, NAMESAKES + 1) for row in there[table]]
    with database.engine.begin() as connection:
        for each in Base.metadata.sorted_tables:
            if rows := there.get(each.name):
                connection.execute(insert(each), rows)
    return people


def _namesake(person: Row, number: int) -> Row:
    names = {"id": f"{person['id']}_{number}", "email": f"{number}-{person['email']}"}
    return {**person, **names, "name": f"{person['name']} {number}"}


def _held_too(role: Row, number: int) -> Row:
    return {**role, "id": UUID(int=role["id"].int ^ number << 64), "person": f"{role['person']}_{number}"}
