"""Promise R9: what earlier releases wrote is brought to this one, and the cases in it go on to their end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from app import Config, create_app
from app.cli import main
from engine import Database, TaskNotOpen, TaskRow, VirtualClock, local_date, tasks, tick
from engine.models import ProcessInstance
from reviews.completing import ask, send_in
from reviews.domain import LEARNING_REVIEWS
from reviews.models import Person, Review
from reviews.permissions import may_do, viewer_for
from tests.app.answering import least_answers
from tests.compiled import compiled_once
from tests.conftest import ROOT
from tests.upgrades.fixtures import FOLDER, KEY, MANIFEST, MOMENT, Fixture, fixtures

FIXTURES = list(fixtures())
LAST = "MALR-2025-012"  # its impact is checked: two steps from its end
ROUNDS = 4


class NoPost:
    """Takes every notice."""

    def send(self, session: object, notice: object) -> None:
        """It is taken."""


@dataclass
class Upgraded:
    """A database of an earlier release, and the people in it."""

    url: str
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(MOMENT + timedelta(minutes=1)))

    def __post_init__(self) -> None:
        self.database = Database(self.url, clock=self.clock, domain=LEARNING_REVIEWS, secret_key=KEY.encode())

    def run(self, *arguments: str) -> Result:
        """A command of this release."""
        env = {"DATABASE_URL": self.url, "SECRET_KEY": KEY, "IDENTITY_KEYS": KEY}
        named = {f"ROUNDTABLE_{name}": value for name, value in env.items()}
        return CliRunner().invoke(main, list(arguments), env=named)

    def open_tasks(self, ref: str | None = None) -> list[TaskRow]:
        """What is to be done."""
        with self.database.read() as session:
            return tasks(session, business_keys=[ref] if ref else None)

    def do(self, row: TaskRow) -> str:
        """Whoever may do a step does it, with the least that they could answer; what was refused, or ""."""
        with self.database.write() as session:
            today = local_date(self.clock.now())
            everybody = session.scalars(select(Person.id).where(Person.active).order_by(Person.id))
            for person in [row.assignee] if row.assignee else everybody.all():
                viewer = viewer_for(session, person, today)
                if may_do(session, viewer, row):
                    break
            else:
                return f"{row.step}: nobody may"
            asked = ask(session, row.id, viewer, today=today)
            raw = least_answers(asked.form, asked.options, today, asked.known)
            try:
                outcome = send_in(session, row.id, viewer, raw)
            except TaskNotOpen:
                return ""  # another step of this round has ended it
            return "" if outcome.completion else f"{row.step}: {outcome.errors or outcome.refusal}"


@pytest.fixture(params=FIXTURES, ids=lambda each: each.name)
def upgraded(
    request: pytest.FixtureRequest,
    database_kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Upgraded]:
    """A database of each release, on each kind of database, before anything was done to it."""
    fixture: Fixture = request.param
    monkeypatch.setattr(Config, "problems", lambda _: [])  # as in a demonstration, one key is for all
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'written.sqlite'}"
        fixture.unpack(tmp_path / "written.sqlite")
    else:
        url = request.getfixturevalue("_postgresql_empty")
        fixture.fill(tmp_path / "written.sqlite", url)
    made = Upgraded(url)
    yield made
    made.database.dispose()


def test_it_is_upgraded_whole_and_its_cases_go_on_to_their_end(upgraded: Upgraded) -> None:
    done = upgraded.run("db", "upgrade")
    assert done.exit_code == 0, done.output
    rotated = upgraded.run("identity", "rotate")
    assert rotated.exit_code == 0, rotated.output
    _is_whole(upgraded)
    _opens(upgraded)

    # What is asked about a late step comes before that step, which answers it.
    waiting = sorted(upgraded.open_tasks(), key=lambda row: row.process == "learning_review")
    assert len({row.step for row in waiting}) >= 8
    refused = [words for row in waiting if (words := upgraded.do(row))]
    assert refused == []
    for _ in range(ROUNDS):
        upgraded.clock.advance(timedelta(days=1))
        assert tick(upgraded.database, NoPost()).failed == []
        for row in upgraded.open_tasks(LAST):
            assert upgraded.do(row) == ""
    with upgraded.database.read() as session:
        wanted = select(ProcessInstance.status, ProcessInstance.process).where(
            ProcessInstance.business_key == LAST
        )
        assert {status for status, _ in session.execute(wanted)} == {"completed"}
    _is_whole(upgraded)


def _is_whole(upgraded: Upgraded) -> None:
    """`roundtable doctor --deep` and `audit verify` find nothing."""
    found: dict[str, Any] = json.loads(upgraded.run("doctor", "--deep", "--json").output)
    looked_at = ("tables", "cases", "identity", "every case", "audit log")
    assert {name: found[name]["words"] for name in looked_at} == dict.fromkeys(looked_at, "ok")
    verified = upgraded.run("audit", "verify")
    assert verified.exit_code == 0, verified.output


def _opens(upgraded: Upgraded) -> None:
    """The pages of this release show what was there: My work, and every review."""
    config = Config(secret_key=KEY, identity_keys=(KEY,), demonstration=True, testing=True)
    client = compiled_once(create_app(config, upgraded.database)).test_client()
    with client.get("/help/contact") as page:
        token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert token
    client.post("/sign-in/u_morgan", data={"csrf_token": token[1]})
    with upgraded.database.read() as session:
        refs = session.scalars(select(Review.ref).where(Review.ref != "MALR-2026-021")).all()
    assert len(refs) >= 5, "and one draft, which is its writer's own"
    seen = {path: client.get(path).status_code for path in ("/", *(f"/reviews/{ref}" for ref in refs))}
    assert seen == dict.fromkeys(seen, 200)


def test_every_release_has_its_fixture_and_all_of_them_are_small() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert set(released) <= {each.name for each in FIXTURES}, "run tools/release_fixture.py at each release"
    assert {path.name for path in FOLDER.glob("*.xz")} == {each.file for each in FIXTURES}
    assert sum(told["bytes"] for told in MANIFEST["fixtures"]) < 3_000_000
