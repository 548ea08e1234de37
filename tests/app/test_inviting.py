"""Somebody new: added on a page or from the machine, and invited with a link; a switch that works at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine import history
from reviews.models import Person
from tests.app.local_people import Somebody
from tests.app.test_commands import KEY, run

Staff = Callable[..., Somebody]
NEW = {
    "name": "Robin Newcomer",
    "email": "robin@police.example",
    "role": "safeguarding_lead",
    "agency": "pol",
}


def test_somebody_is_added_invited_and_gets_in(staff: Staff) -> None:
    office = staff("u_office").activates()
    assert "Add a person" in office.browser.get("/people/").text
    page = office.browser.post("/people/new", NEW).headers["Location"]
    assert re.fullmatch(r"/people/u_[a-z2-9]{10}", page), "an id that says nothing of who they are"
    shown = office.browser.get(page).text
    assert "Robin Newcomer is added" in shown
    assert "No password is set, and no link was sent" in shown
    assert office.browser.post(f"{page}/link").status_code == 303
    assert "A link was sent. No password is set yet." in office.browser.get(page).text
    robin = staff(page.rpartition("/")[2])
    ((subject, body),) = robin.letters()
    assert subject == "Your account on Roundtable"
    found = re.search(r"https://roundtable\.example(/set-password/\S+)", body)
    assert found
    assert robin.sets_password(link=found[1]).status_code == 303
    robin.browser.post("/sign-in", {"email": "ROBIN@police.example", "password": robin.password})
    assert robin.enrols().status_code == 200
    assert "Agency safeguarding lead" in robin.browser.get("/account/").text
    with office.database.read() as session:
        subjects = [(event.subject, event.actor) for event in history(session, robin.id)]
    assert ("added", "u_office") in subjects
    assert ("link_made", "u_office") in subjects


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "Enter their name"),
        ({"email": "robin"}, "email address"),
        ({"email": "U_CHAIR@board.example"}, "There is a person with this email address already"),
        ({"role": ""}, "Select their role"),
        ({"agency": ""}, "Select the agency that this role is for"),
    ],
)
def test_what_is_wrong_stands_at_its_question_and_the_rest_is_kept(
    staff: Staff, change: dict[str, str], says: str
) -> None:
    office = staff("u_office").activates()
    answer = office.browser.post("/people/new", {**NEW, **change})
    assert answer.status_code == 422
    assert says in answer.text
    assert "police.example" in answer.text or "email" in change
    with office.database.read() as session:
        assert session.scalar(select(Person).where(Person.name == "Robin Newcomer")) is None


def test_only_those_who_change_people_add_or_invite(staff: Staff) -> None:
    chair = staff("u_chair").activates()
    assert chair.browser.get("/people/new").status_code == 403
    assert chair.browser.post("/people/new", NEW).status_code == 403
    assert chair.browser.post("/people/u_office/link").status_code == 403


def test_a_link_for_somebody_who_has_a_password_says_what_for(staff: Staff) -> None:
    staff("u_chair").activates()
    office = staff("u_office").activates()
    assert "They have lost their phone" in office.browser.get("/people/u_chair/link").text
    assert office.browser.post("/people/u_chair/link").status_code == 422
    assert office.browser.post("/people/u_chair/link", {"what": "password"}).status_code == 303
    assert office.browser.post("/people/u_office/link", {"what": "begin"}).status_code == 409, (
        "not for oneself"
    )
    assert office.browser.post("/people/u_nobody/link").status_code == 404


# --- from the machine ---


@pytest.fixture
def installation(empty_database_url: str) -> dict[str, str]:
    """An empty installation: its tables, and nobody."""
    given = {
        "DATABASE_URL": empty_database_url,
        "SECRET_KEY": KEY,
        "IDENTITY_KEYS": KEY[::-1],
        "BASE_URL": "https://roundtable.example",
    }
    assert run("db", "upgrade", **given).exit_code == 0
    return given


def test_an_empty_installation_has_no_account_and_its_first_administrator_gets_a_link(
    installation: dict[str, str],
) -> None:
    assert json.loads(run("users", "list", "--json", **installation).output) == []
    made = run(
        "users", "add", "zia@board.example", "--name", "Zia M.", "--role", "system_admin", **installation
    )
    assert made.exit_code == 0
    assert re.search(r"^https://roundtable\.example/set-password/\S{43}$", made.output, re.MULTILINE)
    (row,) = json.loads(run("users", "list", "--json", **installation).output)
    assert (row["account"], row["roles"], row["active"], row["second_factor"]) == (
        "invited",
        ["system_admin"],
        True,
        False,
    )
    assert "invited" in run("users", "list", **installation).output


def test_switching_off_and_on_and_a_new_link(installation: dict[str, str]) -> None:
    run("users", "add", "zia@board.example", "--name", "Zia M.", "--role", "system_admin", **installation)
    assert run("users", "link", "zia@board.example", **installation).output.startswith("https://")
    assert run("users", "disable", "zia@board.example", **installation).exit_code == 0
    assert run("users", "link", "zia@board.example", **installation).exit_code == 1
    assert run("users", "disable", "zia@board.example", **installation).exit_code == 1
    assert "switched off" in run("users", "list", **installation).output
    assert run("users", "enable", "zia@board.example", **installation).exit_code == 0
    assert run("users", "enable", "zia@board.example", **installation).exit_code == 1


def test_what_the_command_does_not_take(installation: dict[str, str]) -> None:
    run("users", "add", "zia@board.example", "--name", "Zia M.", "--role", "system_admin", **installation)
    again = run("users", "add", "ZIA@board.example", "--name", "Z", "--role", "system_admin", **installation)
    assert (again.exit_code, "already" in again.output) == (1, True)
    assert run("users", "add", "a@b.example", "--name", "A", "--role", "king", **installation).exit_code == 2
    for_agency = run(
        "users", "add", "a@b.example", "--name", "A", "--role", "safeguarding_lead", **installation
    )
    assert (for_agency.exit_code, "agency" in for_agency.output) == (1, True)
    assert run("users", "disable", "u_nobody", **installation).exit_code == 1


def test_disabling_ends_the_sessions_at_once(staff: Staff) -> None:
    office = staff("u_office").activates()
    given = {
        "DATABASE_URL": office.database.url.render_as_string(hide_password=False),
        "SECRET_KEY": KEY,
        "IDENTITY_KEYS": KEY[::-1],
        "BASE_URL": "https://roundtable.example",
    }
    assert run("users", "disable", "u_office", **given).exit_code == 0
    assert not office.is_in()
    assert run("users", "enable", "u_office", **given).exit_code == 0
    assert not office.is_in(), "it does not come back to life"
