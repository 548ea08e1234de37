"""The page of insight: the heat map, the table behind it, and what is hidden from whom."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from app.cli import main
from engine import history
from engine.models import UserTask
from reviews.long_work.working import do_due
from reviews.models import Conflict, Person, PersonRole, Review
from reviews.shipped import PROCESSES, bundle_files
from tests.app.conftest import A, B, Browser, House
from tests.conftest import SECRET_KEY

PAGE = "/studio/learning_review/insight/"
TABLE = "/studio/learning_review/insight/insight.csv"
SignIn = Callable[[str], Browser]


@pytest.fixture
def owner(house: House, sign_in: SignIn) -> Browser:
    """A process owner, who sees no case."""
    with house.database.write() as session:
        session.add(Person(id="u_owner", name="Nat O.", email="nat@board.example", agency="csc"))
        session.flush()
        session.add(PersonRole(person="u_owner", role="process_owner", from_on=date(2020, 1, 1)))
    return sign_in("u_owner")


def table(browser: Browser, query: str = "") -> dict[str, dict[str, str]]:
    text = browser.get(TABLE + query).get_data(as_text=True).lstrip("\ufeff")
    return {row["Step"]: row for row in csv.DictReader(io.StringIO(text))}


def marks(browser: Browser, query: str = "") -> dict[str, Any]:
    found = re.search(r'data-state="([^"]*)"', browser.get(PAGE + query).text)
    assert found
    said: dict[str, Any] = json.loads(unescape(found[1]))
    return said


def test_the_head_sees_exact_figures(sign_in: SignIn) -> None:
    rows = table(sign_in("u_hosl"))
    assert rows["Make the referral"]["Completed"] == "2"
    assert rows["Prepare for the meeting"]["Here now"] == "1"


def test_figures_name_no_case_to_anybody(sign_in: SignIn, owner: Browser) -> None:
    for browser in (sign_in("u_hosl"), owner):
        page = browser.get(PAGE).text
        assert A not in page and B not in page


def test_who_sees_no_case_is_shown_no_number_that_points_at_one(owner: Browser) -> None:
    rows = table(owner)
    referral = rows["Make the referral"]
    assert referral["Completed"] == "1 to 4"
    assert referral["Usual time (working days)"] == ""
    page = owner.get(PAGE).text
    assert "Small numbers are not shown" in page
    assert not re.search(r"(?<!to )\b[1-4] (late|here|paused|completed)", page)


def test_what_is_closed_to_the_head_is_not_in_their_figures(house: House, sign_in: SignIn) -> None:
    head = sign_in("u_hosl")
    before = table(head)["Make the referral"]["Completed"]
    with house.database.write() as session:
        review = session.query(Review).filter_by(ref=B).one()
        session.add(
            Conflict(
                review=review.id,
                person="u_hosl",
                reason="knows the family",
                declared_by="u_office",
                declared_at=house.clock.now(),
            )
        )
    assert (before, table(head)["Make the referral"]["Completed"]) == ("2", "1")


def test_late_and_open_is_said_in_words_on_the_diagram(house: House, sign_in: SignIn) -> None:
    house.clock.advance(timedelta(days=120))
    said = marks(sign_in("u_hosl"), "?period=ever")
    assert "1 here" in said["agency_preparation"]["words"]
    assert said["referral"]["state"].startswith("heat-")
    xml = sign_in("u_hosl").get("/studio/learning_review/insight/diagram.bpmn")
    assert xml.content_type.startswith("application/xml") and b'id="agency_preparation"' in xml.data


def test_the_order_and_the_filters_stand_in_the_address(house: House, sign_in: SignIn) -> None:
    head = sign_in("u_hosl")
    with house.database.write() as session:
        session.execute(
            update(UserTask)
            .where(UserTask.step == "statutory_screen", UserTask.status == "completed")
            .values(opened_at=house.clock.now() - timedelta(days=30))
        )
    assert next(iter(table(head, "?sort=median"))) == "Check for a statutory review"
    page = head.get(PAGE + "?sort=median&version=1&period=quarter").text
    assert 'aria-sort="descending"' in page and "sort=late" in page and "the last 3 months" in page
    assert head.get(PAGE + "?sort=x&version=99&period=x").status_code == 200


def test_who_may_not_look(sign_in: SignIn, visitor: Browser) -> None:
    assert sign_in("u_police").get(PAGE).status_code == 403
    assert sign_in("u_police").get(TABLE).status_code == 403
    assert sign_in("u_hosl").get("/studio/nowhere/insight/").status_code == 404
    assert visitor.get(PAGE).status_code in (302, 303)


def test_the_event_log_is_for_those_who_may_open_the_cases(
    house: House, sign_in: SignIn, owner: Browser
) -> None:
    address = "/studio/learning_review/insight/event-log"
    head = sign_in("u_hosl")
    begun = head.post(address)
    assert begun.status_code == 303 and "Event log" in head.get("/").text, "it can be left and come back to"
    do_due(house.database)
    assert "learning_review.xes can be saved" in head.get(begun.location).text
    answer = head.post(f"{begun.location}file")
    assert answer.headers["Content-Disposition"].endswith("learning_review.xes")
    assert answer.data.count(b"</trace>") == 2 and A.encode() not in answer.data
    assert owner.post(address).status_code == 403 and address not in owner.get(PAGE).text
    with house.database.read() as session:
        (event,) = [each for each in history(session, "learning_review") if each.kind == "export.made"]
    assert (event.actor, event.details["cases"]) == ("u_hosl", 2)


def _looser() -> str:
    """The criteria, by which an early help plan would count, too."""
    return bundle_files("learning_review")["criteria.dmn"].replace('"tac", "cp"', '"tac", "cp", "none"')


def test_a_changed_table_is_tried_on_past_cases(sign_in: SignIn, owner: Browser) -> None:
    address = "/studio/learning_review/insight/replay/"
    head = sign_in("u_hosl")
    assert address in head.get(PAGE).text

    def tried(browser: Browser, text: str) -> str:
        sent = {"decision": "criteria", "file": (io.BytesIO(text.encode()), "criteria.dmn")}
        answer = browser.post(address, sent, content_type="multipart/form-data")
        assert answer.status_code == 200
        return answer.text

    exact = tried(head, _looser())
    assert A in exact and "Plan the child has now" in exact and "<strong>Different</strong>" not in exact
    hidden = tried(owner, _looser())
    assert A not in hidden and B not in hidden and "1 to 4" in hidden
    same = head.post(address, {"decision": "criteria", "version": "1"}).text
    assert "The same" in same and "<strong>Different</strong>" not in same


def test_a_file_that_is_no_table_comes_back_with_the_reason(sign_in: SignIn) -> None:
    head, address = sign_in("u_hosl"), "/studio/learning_review/insight/replay/"
    for content in (b"nonsense", b"\xff\xfe", b""):
        sent = {"decision": "criteria", "file": (io.BytesIO(content), "x.dmn")}
        answer = head.post(address, sent, content_type="multipart/form-data")
        assert answer.status_code == 422 and 'href="#file"' in answer.text
    assert head.post(address, {"decision": "other", "version": "1"}).status_code == 422


def test_by_command_the_event_log_and_what_differs_from_a_version_in_use(
    house: House, tmp_path: Path
) -> None:
    settings = {
        "ROUNDTABLE_DATABASE_URL": house.database.url.render_as_string(hide_password=False),
        "ROUNDTABLE_SECRET_KEY": SECRET_KEY.decode(),
        "ROUNDTABLE_IDENTITY_KEYS": "only for tests: another key and no secret",
        "ROUNDTABLE_BASE_URL": "https://roundtable.example",
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["processes", *words], env=settings)

    file = tmp_path / "log.xes"
    assert run("xes", "learning_review", str(file)).output == f"2 cases in {file}.\n"
    assert file.read_bytes().count(b"</trace>") == 2
    assert run("xes", "nowhere", str(file)).exit_code == 1
    shipped = str(PROCESSES / "learning_review")
    assert run("diff", "learning_review@1", shipped).output == "Nothing has changed.\n"
    assert run("diff", "learning_review@9", shipped).exit_code == 1
