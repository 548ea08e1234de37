"""A process owner moves running cases by the pages and by the command: looks, has it done, takes it back.

Cases that they may not open are not named to them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from engine import do_case, history, tick
from engine.migration import Migration, MigrationCase
from engine.models import Outbox, ProcessInstance, UserTask
from reviews.models import PersonRole
from reviews.shipped import bundle_files
from tests.app.conftest import A, Browser, House
from tests.versions import put_into_use

SignIn = Callable[[str], Browser]
PAGE = "/studio/learning_review/migrate/"


class NoPost:
    """Takes every letter."""

    def send(self, session: object, notice: Outbox) -> None:
        """Take it."""


@pytest.fixture
def owner(house: House, sign_in: SignIn) -> Browser:
    """Somebody who looks after processes, and a second version: preparation is due on another day."""
    with house.database.write() as session:
        session.add(PersonRole(person="u_nurse", role="process_owner", agency=None, from_on=date(2020, 1, 1)))
    deploy(house, "15 working days, at latest 5", "12 working days, at latest 5")
    return sign_in("u_nurse")


def deploy(house: House, old: str, new: str) -> int:
    """Another version of the review's process; its number."""
    files = bundle_files("learning_review")
    text = files["learning_review.bpmn"]
    assert old in text
    files["learning_review.bpmn"] = text.replace(old, new)
    if "agency_page" in new:
        files["agency_page.form"] = files.pop("agency_preparation.form")
        renamed = files["learning_review.bpmn"].replace(">agency_preparation<", ">agency_page<")
        files["learning_review.bpmn"] = renamed
    with house.database.write() as session:
        return put_into_use(session, files, "learning_review").number


def versions(house: House, step: str = "agency_preparation") -> set[int]:
    """The versions of the open tasks of review A at a step."""
    with house.database.read() as session:
        query = select(UserTask.version).where(
            UserTask.business_key == A, UserTask.step == step, UserTask.status == "open"
        )
        return set(session.scalars(query))


def test_an_owner_looks_ahead_moves_the_cases_and_brings_them_back(house: House, owner: Browser) -> None:
    page = owner.get(PAGE).text
    assert "Version 2, next" in page
    page = owner.get(f"{PAGE}?to=2").text
    assert "Due on another day for 2 agencies: Prepare for the meeting" in page
    assert "Nothing has been changed yet" in page
    assert A not in page, "the owner may not open the review"
    assert versions(house) == {1}
    refused = owner.post(PAGE, {"to": "2", "reason": " "})
    assert refused.status_code == 422
    assert "Say why these cases are moved." in refused.text
    begun = owner.post(PAGE, {"to": "2", "reason": "less time for all"})
    assert begun.status_code == 303
    page = owner.get(begun.location)
    assert "0 of" in page.text and page.headers["Refresh"]
    assert tick(house.database, NoPost()).failed == []
    page = owner.get(begun.location)
    assert "Refresh" not in page.headers
    assert "cases are done" in page.text
    assert versions(house) == {2}
    case = re.search(r'name="case" value="([0-9a-f-]+)"', page.text)
    assert case is not None
    assert owner.post(f"{begun.location}/undo", {"case": case[1]}).status_code == 303
    tick(house.database, NoPost())
    assert "Brought back" in owner.get(begun.location).text
    owner.post(f"{begun.location}/undo", {})
    tick(house.database, NoPost())
    assert versions(house) == {1}
    assert (
        "No case of this can be brought back"
        in owner.get(owner.post(f"{begun.location}/undo", {}).location).text
    )


def test_a_move_is_stopped_and_what_waited_stays_as_it_is(house: House, owner: Browser) -> None:
    with house.database.read() as session:
        running = session.scalars(select(ProcessInstance.id).where(ProcessInstance.status == "running")).all()
    begun = owner.post(PAGE, {"to": "2", "reason": "less time for all"})
    waiting = owner.get(begun.location)
    assert f"0 of {len(running)}" in waiting.text and "Stop: leave the rest as they are" in waiting.text
    with house.database.write() as session:  # a worker has done one, and is then stopped
        assert do_case(session, session.scalars(select(MigrationCase.id)).first())
    owner.post(f"{begun.location}/stop", {})
    page = owner.get(begun.location)
    assert "Stopped before their turn" in page.text and "Stop: leave" not in page.text
    assert "Refresh" not in page.headers and f"All {len(running)} cases are done" in page.text
    tick(house.database, NoPost())
    with house.database.read() as session:
        states = sorted(session.scalars(select(MigrationCase.status)))
        assert states == ["moved", *["stopped"] * (len(running) - 1)]
        assert [event.kind for event in history(session, "learning_review")].count("migration.stopped") == 1
    again = owner.get(owner.post(f"{begun.location}/stop", {}).location).text
    assert "No case waits any more" in again
    more = owner.post(PAGE, {"to": "2", "reason": "the rest, too"})
    assert more.status_code == 303, "what was stopped can be moved later"
    owner.post(f"{begun.location}/undo", {})
    owner.post(f"{begun.location}/stop", {})
    with house.database.read() as session:
        first = select(MigrationCase.status).join(Migration).order_by(Migration.at, MigrationCase.status)
        assert "returning" not in session.scalars(first).all(), "and one is left moved"


def test_a_step_that_is_gone_is_mapped_on_the_page(house: House, owner: Browser) -> None:
    number = deploy(house, '"agency_preparation"', '"agency_page"')
    page = owner.get(f"{PAGE}?to={number}").text
    assert "Steps that the new version does not have" in page
    assert re.search(r'value="agency_page" selected', page), "the one of the same name is proposed"
    assert "which the new version does not have" not in page, "and what it would change is shown"
    page = owner.get(f"{PAGE}?to={number}&map.agency_preparation=").text
    assert "which the new version does not have" in page
    assert not re.search(r'value="agency_page" selected', page)
    begun = owner.post(
        PAGE, {"to": str(number), "reason": "a better name", "map.agency_preparation": "agency_page"}
    )
    tick(house.database, NoPost())
    assert begun.status_code == 303
    assert (versions(house), versions(house, "agency_page")) == (set(), {number})


def test_nobody_else_moves_anything(house: House, sign_in: SignIn, owner: Browser) -> None:
    other = sign_in("u_police")
    assert other.get(f"{PAGE}?to=2").status_code == 403
    assert other.post(PAGE, {"to": "2", "reason": "x"}).status_code == 403
    assert owner.get("/studio/nothing/migrate/").status_code == 404
    with house.database.read() as session:
        assert session.scalars(select(Migration)).all() == []


def test_the_command_looks_ahead_moves_and_brings_back(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from app.cli import main, migrating

    monkeypatch.setattr(migrating, "open_database", lambda: house.database)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["processes", "migrate", "learning_review", *words])
        return done.exit_code, done.output

    code, told = run("--to", "2", "--dry-run")
    assert "Due on another day for 2 agencies: Prepare for the meeting" in told
    assert "Nothing was changed." in told
    assert versions(house) == {1}
    code, told = run("--to", "2", "--dry-run", "--json")
    assert {each["business_key"] for each in json.loads(told)} >= {A}
    assert run("--to", "2")[0] == 2
    assert run("--to", "99", "--by", "u_nurse")[0] == 1
    code, told = run("--to", "2", "--by", "u_nurse", "--reason", "less time", "--json")
    found = json.loads(told)
    assert (code, found["waiting"], versions(house)) == (0, 0, {2})
    code, told = run("--undo", found["migration"], "--by", "u_nurse")
    assert "brought back" in told
    assert versions(house) == {1}
    with house.database.read() as session:
        numbers = {row.version_id for row in session.scalars(select(ProcessInstance))}
        assert numbers
