"""A small partnership with two reviews, and browsers without scripts that are signed in as its people.

Built once per run by completing real steps; each test gets a copy of the file. The clock stands at
Tuesday 5 May 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app.auth.models  # noqa: F401  (so that its table is made, too)
from app import Config, create_app
from engine import Actor, Database, Domain, VirtualClock, create_schema, local_date, start, tasks
from reviews.completing import ask, send_in
from reviews.models import Agency, Body, BodyMeeting, OptionEntry, Person, PersonRole
from reviews.permissions import may_do, viewer_for
from reviews.referrals import begin_referral
from reviews.roles import AGENCY_ROLES
from reviews.services import registry
from reviews.shipped import deploy_shipped
from tests.app.answering import least_answers
from tests.compiled import compiled_once
from tests.conftest import SECRET_KEY

if TYPE_CHECKING:
    from tests.app.local_people import Somebody

MORNING = datetime(2026, 5, 5, 9, 0, tzinfo=UTC)
AGENCIES = {
    "csc": "Children's Social Care",
    "pol": "Northvale Police",
    "icb": "Northvale Health",
    "hou": "Thornmere Homes",
}
PEOPLE: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "u_hosl": ("Morgan F.", "csc", ("hosl",)),
    "u_office": ("Devon K.", "csc", ("business_manager",)),
    "u_support": ("Ellis P.", "csc", ("business_support",)),
    "u_chair": ("Frankie D.", "icb", ("chair",)),
    "u_chair2": ("Alex B.", "hou", ("chair",)),
    "u_police": ("Emery J.", "pol", ("safeguarding_lead",)),
    "u_police2": ("Robin J.", "pol", ("safeguarding_lead",)),
    "u_social": ("Ashby C.", "csc", ("safeguarding_lead",)),
    "u_housing": ("Marley Y.", "hou", ("safeguarding_lead",)),
    "u_nurse": ("Umar D.", "icb", ("practitioner",)),
    "u_qa": ("Rowan T.", "icb", ("qa_chair",)),
    "u_monitoring": ("Kit A.", "pol", ("monitoring_chair",)),
    "u_admin": ("Zia M.", None, ("system_admin",)),
}
A, B = "MALR-2026-001", "MALR-2026-002"  # police and social care, at preparation; housing's, just referred
SECRET_NAME = "Canary Realname"


@dataclass
class House:
    """What the tests of pages drive."""

    database: Database
    clock: VirtualClock

    def complete(self, ref: str, step: str, **chosen: Any) -> None:
        """Somebody who may completes an open step of a review, with the least answers and those chosen."""
        with self.database.write() as session:
            today = local_date(self.clock.now())
            row = next(task for task in tasks(session, business_keys=[ref]) if task.step == step)
            for person in [row.assignee] if row.assignee else PEOPLE:
                viewer = viewer_for(session, person, today)
                if may_do(session, viewer, row):
                    asked = ask(session, row.id, viewer, today=today)
                    raw = least_answers(asked.form, asked.options, today, asked.known, **chosen)
                    outcome = send_in(session, row.id, viewer, raw)
                    assert outcome.completion is not None, outcome
                    return
        raise AssertionError(f"nobody may do {step}: {row}")

    def task(self, ref: str, step: str, agency: str | None = None) -> Any:
        """An open task of a review."""
        with self.database.read() as session:
            found = tasks(session, business_keys=[ref])
        return next(task for task in found if task.step == step and agency in (None, task.agency))

    def address(self, ref: str, step: str, agency: str | None = None) -> str:
        """Where an open step is answered."""
        found = self.task(ref, step, agency)
        return f"/tasks/{found.id}/{step.replace('_', '-')}"

    def refer(self, person: str, agency: str) -> str:
        """Begin a referral; its reference."""
        with self.database.write() as session:
            by = Actor(person)

            def begin(process: str, *, business_key: str, variables: dict[str, object]) -> Any:
                return start(session, process, business_key=business_key, variables=variables, by=by)

            return begin_referral(
                session, referrer=person, agency=agency, now=self.clock.now(), start=begin
            ).ref


@dataclass
class Browser:
    """A browser without scripts, signed in as somebody."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **more)

    def token(self) -> str:
        """The CSRF token that our pages put into forms."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/help/contact").text)
        assert found
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **more)

    def become(self, person: str) -> Browser:
        """Sign in."""
        assert self.post(f"/sign-in/{person}").status_code == 303
        return self


def _people(session: Any) -> None:
    for id_, name in AGENCIES.items():
        session.add(Agency(id=id_, name=name, sector="any", statutory_partner=True))
    session.add(Body(id="qapm", name="QA sub-group", chair="u_qa"))
    session.flush()
    for day in (date(2026, 6, 24), date(2026, 9, 16), date(2026, 12, 9)):
        session.add(BodyMeeting(body="qapm", held_on=day))
    session.add(OptionEntry(list_id="themes", value="neglect", label="Neglect"))
    for id_, (name, agency, roles) in PEOPLE.items():
        session.add(Person(id=id_, name=name, email=f"{id_}@board.example", agency=agency))
        session.flush()
        for role in roles:
            scope = agency if role in AGENCY_ROLES else None
            session.add(PersonRole(person=id_, role=role, agency=scope, from_on=date(2020, 1, 1)))


def _referral(*agencies: str) -> dict[str, Any]:
    return {
        "child_at_risk_now": "false",
        "name": SECRET_NAME,
        "date_of_birth": "2019-02-03",
        "agencies": [
            {"agency": agency, "worker": "A worker", "still_involved": "yes"} for agency in agencies
        ],
    }


@pytest.fixture(scope="session")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "world.sqlite"
    clock = VirtualClock(MORNING)
    database = Database(f"sqlite:///{path}", clock=clock, domain=Domain(registry), secret_key=SECRET_KEY)
    create_schema(database.engine)
    live(House(database, clock))
    database.dispose()
    with_wal = Database(f"sqlite:///{path}", secret_key=SECRET_KEY)
    with with_wal.engine.connect() as connection:  # everything into the one file that is copied
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with_wal.dispose()
    return path


def live(house: House) -> None:
    """Bring the partnership to where the tests of the pages begin: two reviews, one at preparation."""
    with house.database.write() as session:
        _people(session)
        deploy_shipped(session, by=Actor.system("tests"), note="first")
    house.refer("u_police", "pol")
    house.complete(A, "referral", **_referral("pol", "csc"))
    house.complete(A, "statutory_screen", child_died_or_seriously_harmed="false", outcome="not_statutory")
    house.complete(A, "referrer_discussion")
    house.complete(A, "triage_decision", outcome="accept", restricted="false")
    house.complete(A, "agency_notice")
    house.complete(A, "chair_nomination", nominee="u_chair")
    house.complete(A, "chair_reply", answer="accept")
    house.complete(A, "meeting_date")
    house.refer("u_housing", "hou")
    house.complete(B, "referral", **_referral("hou", "icb"))


@pytest.fixture
def house(_world: Path, tmp_path: Path) -> Iterator[House]:
    """The partnership, this test's own."""
    copy = tmp_path / "pages.sqlite"
    copy.write_bytes(_world.read_bytes())
    clock = VirtualClock(MORNING + timedelta(minutes=5))
    database = Database(f"sqlite:///{copy}", clock=clock, domain=Domain(registry), secret_key=SECRET_KEY)
    yield House(database, clock)
    database.dispose()


@pytest.fixture
def board(database_url: str) -> Iterator[House]:
    """The people of the partnership and no review, on a database of each kind."""
    clock = VirtualClock(MORNING)
    database = Database(database_url, clock=clock, domain=Domain(registry), secret_key=SECRET_KEY)
    with database.write() as session:
        _people(session)
    yield House(database, clock)
    database.dispose()


@pytest.fixture
def session_clock() -> VirtualClock:
    """The clock that times sign-in sessions."""
    return VirtualClock(MORNING)


@pytest.fixture
def application(house: House, session_clock: VirtualClock) -> Flask:
    """The application, in demonstration mode."""
    config = Config(secret_key=SECRET_KEY.decode(), demonstration=True, testing=True)
    return compiled_once(create_app(config, house.database, session_clock=session_clock))


@pytest.fixture
def at_work(house: House, session_clock: VirtualClock) -> Flask:
    """The application as it is at work: no demonstration, sign-in with password and code."""
    config = Config(secret_key=SECRET_KEY.decode(), testing=True)
    return compiled_once(create_app(config, house.database, session_clock=session_clock))


@pytest.fixture
def staff(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Somebody]]:
    """People of an application at work, on each database, whose passwords are quick to compare."""
    from argon2 import PasswordHasher

    from app.auth import passwords
    from tests.app.local_people import Somebody

    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()
    clock = VirtualClock(MORNING)
    database = Database(database_url, clock=clock, domain=Domain(registry), secret_key=SECRET_KEY)
    with database.write() as session:
        _people(session)
    config = Config(secret_key=SECRET_KEY.decode(), base_url="http://127.0.0.1:8000", testing=True)
    app = compiled_once(create_app(config, database, session_clock=clock))

    def somebody(person: str, **more: Any) -> Somebody:
        return Somebody(app, database, clock, person, **more)

    yield somebody
    passwords._nobodys.cache_clear()
    database.dispose()


@pytest.fixture
def visitor(application: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(application.test_client())


@pytest.fixture
def sign_in(application: Flask) -> Callable[[str], Browser]:
    """Sign in as one of the people."""
    return lambda person: Browser(application.test_client()).become(person)
