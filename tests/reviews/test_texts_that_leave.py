"""No text of a review can be read by people outside it unless the disclosure check reads it before.

Every text of every case is replaced by the name of its column; then people who have a role and no
part in any review walk through every page that links lead them to, and what they read says what leaves.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html
from sqlalchemy import JSON, Column, String, Table, Text, select, update

from app import create_app
from app.config import Config
from engine import Database, VirtualClock
from engine.models import Base, Submission
from reviews.disclosure_check.outgoing import OUTGOING
from reviews.disclosure_check.steps import CHECKED_STEPS
from reviews.domain import LEARNING_REVIEWS
from reviews.models import PersonRole
from tests.policy.browsing import Person
from tests.reviews.conftest import SHOWN_AT, SHOWN_KEY

pytestmark = pytest.mark.slow
OUTSIDE = {
    *("practitioner", "board_member", "board_chair", "training_member", "process_owner"),
    *("policy_approver", "auditor", "system_admin"),
}
OF_A_CASE = {"review", "learning_event", "board_report", "kept_briefing", "submission"}
ALIKE = 3  # pages of one kind that are opened: the same part of the next review shows nothing new
MARK = re.compile(r"qz(\d+)zq")
# What people outside a review can read, and the steps at which it is read before.
# (the numbers of a report and what they count are words of the system: a measure, an outcome, a theme).
LEAVES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("briefing.title", "briefing.sections"), ("briefing_check",)),
    **dict.fromkeys(("kept_briefing.title", "kept_briefing.sections"), ("briefing_check",)),
    **dict.fromkeys(("summary.title", "summary.shareable"), ("anonymity_check",)),
    **dict.fromkeys(("training_change.course", "training_change.change"), ("training_change",)),
    "learning_event.title": ("event_programme",),
    "event_item.title": ("event_programme",),
    "learning_event.questions": ("event_programme",),
    "learning_event.place": ("event_plan",),
    "learning_event.audience": ("event_plan",),
    "learning_event.feedback": ("event_record",),
    "learning_event.report": ("event_report",),
    "board_report.texts": ("chairs_report",),
    **dict.fromkeys(("board_report.figures", "board_report_line.what", "board_report_line.counts_as"), ()),
    "board_report.concerns": ("chairs_report",),
    "board_report.noting": ("board_noting",),
    "board_report_item.text": ("qa_decision", "exception_report"),
    **{f"submission.{step}": (step,) for step in OUTGOING},  # its own answers, and what the next begins with
    "submission.policy_review": (),  # of no case
    "submission.suggestion": (),  # its writer's own
    "review.pseudonym": (),  # drawn by the system
}
SIGNED = ("summary.title", "summary.shareable")  # shown only as long as they are the words that were signed


def columns() -> list[Column[Any]]:
    """Every column that holds a text of a case, or of what is made of cases."""
    tables = Base.metadata.tables
    names = set(OF_A_CASE)
    while more := {
        table.name
        for table in tables.values()
        if table.name not in names and any(key.column.table.name in names for key in table.foreign_keys)
    }:
        names |= more
    return [
        column
        for name in sorted(names)
        for column in tables[name].columns
        if isinstance(column.type, (Text, JSON))
        or (isinstance(column.type, String) and (column.type.length or 0) >= 200)
    ]


def marked(value: Any, mark: str) -> Any:
    """The same with a mark for each text in it; codes, dates and numbers stay."""
    if isinstance(value, dict):
        return {key: marked(each, mark) for key, each in value.items()}
    if isinstance(value, list):
        return [marked(each, mark) for each in value]
    return mark if isinstance(value, str) and " " in value.strip() else value


@pytest.fixture(scope="module")
def shown(demonstration: str) -> Iterator[tuple[Database, dict[str, str]]]:
    """The demonstration with marks for texts, and which mark is which column."""
    database = Database(
        demonstration, clock=VirtualClock(SHOWN_AT), domain=LEARNING_REVIEWS, secret_key=SHOWN_KEY
    )
    names: dict[str, str] = {}
    with database.write() as session:
        steps = {row.id: row.step for row in session.execute(select(Submission.id, Submission.step))}
        for column in columns():
            table: Table = column.table
            keys = list(table.primary_key.columns)
            for *key, value in session.execute(select(*keys, column)).all():
                of = steps[key[0]] if table.name == "submission" else column.name
                number = names.setdefault(f"{table.name}.{of}", str(len(names)))
                told = marked(value, f"qz{number}zq")
                if told != value:
                    where = [each == part for each, part in zip(keys, key, strict=True)]
                    session.execute(update(table).where(*where).values({column.name: told}))
    names = {number: name for name, number in names.items()}
    yield database, names
    database.dispose()


def walked(person: Person) -> Iterator[tuple[str, str]]:
    """Every page that links lead somebody to: its address and what it holds."""
    person.sign_in()
    waiting, met, alike = deque(["/", "/documents/", "/learning/"]), {"/"}, Counter[str]()
    while waiting:
        path = waiting.popleft()
        answer = person.client.get(path, follow_redirects=True)
        body = words_of(answer.get_data())
        yield path, body
        if "html" not in (answer.content_type or ""):
            continue
        for link in html.fromstring(body).xpath("//a/@href"):
            where = urlsplit(urljoin(path, link))
            to = where.path + (f"?{where.query}" if where.query else "")
            kind = re.sub(r"[0-9a-f-]{36}|MALR-[\w-]+|\d[\w-]*", "*", where.path)
            if where.netloc or to in met or "sign-out" in to or alike[kind] >= ALIKE:
                continue
            met.add(to)
            alike[kind] += 1
            waiting.append(to)


def words_of(body: bytes) -> str:
    """A page, or what is packed in a file."""
    if body[:2] != b"PK":
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def outsiders(database: Database) -> list[str]:
    """People whose roles have no part in a review, one for each set of roles."""
    roles: dict[str, set[str]] = {}
    with database.read() as session:
        for person, role in session.execute(select(PersonRole.person, PersonRole.role)):
            roles.setdefault(person, set()).add(role)
    found = {frozenset(held): person for person, held in sorted(roles.items()) if held <= OUTSIDE}
    return sorted(found.values())


def test_what_people_outside_a_review_read_was_read_before(shown: tuple[Database, dict[str, str]]) -> None:
    database, names = shown
    config = Config(secret_key="x" * 40, identity_keys=("y" * 40,), demonstration=True, testing=True)
    app = create_app(config, database)
    read: dict[str, str] = {}
    pages = 0
    for person in outsiders(database):
        for path, body in walked(Person(app, person)):
            pages += 1
            for mark in MARK.findall(body):
                read.setdefault(names[mark], f"{person} {path}")
    assert pages > 200 and "briefing.sections" in read and "event_item.title" in read
    assert [f"{name}: {where}" for name, where in read.items() if name not in LEAVES] == []
    assert {name: where for name, where in read.items() if name in SIGNED} == {}, "nobody signed these words"
    steps = {step for each in LEAVES.values() for step in each}
    assert steps <= set(OUTGOING) | set(CHECKED_STEPS)
