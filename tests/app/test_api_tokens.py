"""Tokens for programs: what they open, what they never open, how they end, and who sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from lxml import html
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app import Config, create_app
from app.auth.models import ApiToken
from app.auth.tokens import SCOPES, Tokens
from app.cli import main
from app.pages.routes import ACCESS
from app.requests import Rule, Visit, _guarded
from engine import Actor, Refused, VirtualClock, history
from engine.models import Outbox
from reviews.models import Person, PersonRole
from tests.app.conftest import Browser, House
from tests.compiled import compiled_once
from tests.conftest import SECRET_KEY

ME = "/api/v1/me"
OFFICE = Actor("u_office")


@pytest.fixture
def held(board: House, session_clock: VirtualClock) -> Tokens:
    """The tokens of the partnership."""
    return Tokens(board.database, session_clock)


@pytest.fixture
def app_here(board: House, session_clock: VirtualClock) -> Flask:
    """The application, with people to be."""
    config = Config(secret_key=SECRET_KEY.decode(), demonstration=True, testing=True)
    return compiled_once(create_app(config, board.database, session_clock=session_clock))


@pytest.fixture
def program(app_here: Flask) -> Browser:
    """A program: no cookie, no page."""
    return Browser(app_here.test_client())


@pytest.fixture
def person(app_here: Flask) -> Callable[[str], Browser]:
    """Sign in as one of the people."""
    return lambda who: Browser(app_here.test_client()).become(who)


def token_for(held: Tokens, person: str, *scopes: str, days: int = 90) -> str:
    """A token of a person."""
    with held.database.write() as session:
        asked = scopes or SCOPES
        return held.make(session, person, name="Report", scopes=asked, days=days, by=OFFICE)[1]


def ask(program: Browser, token: str, path: str = ME, **more: Any) -> TestResponse:
    """Ask the API with a token."""
    return program.get(path, headers={"Authorization": f"Bearer {token}"}, **more)


def is_refused(answer: TestResponse, status: int, error: str) -> bool:
    """Whether it is a problem in JSON, with what RFC 6750 asks for, and no cookie."""
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == status
    challenge = answer.headers.get("WWW-Authenticate", "")
    assert challenge.startswith('Bearer realm="Roundtable"'), challenge
    assert not answer.headers.getlist("Set-Cookie")
    return answer.status_code == status and (
        f'error="{error}"' in challenge if error else "error" not in challenge
    )


# --- what it opens ---


def test_a_holder_sees_who_they_are_what_they_may_and_until_when(held: Tokens, program: Browser) -> None:
    answer = ask(program, token_for(held, "u_police", "tasks:read", "reviews:read"))
    assert answer.status_code == 200
    assert answer.get_json() == {
        "person": {"id": "u_police", "name": "Emery J."},
        "roles": [{"role": "safeguarding_lead", "name": "Agency safeguarding lead", "agency": "pol"}],
        "scopes": ["reviews:read", "tasks:read"],
        "until": "2026-08-03T09:00:00+00:00",
    }
    assert not answer.headers.getlist("Set-Cookie")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_session_may_ask_too(person: Callable[[str], Browser]) -> None:
    told = person("u_hosl").get(ME).get_json()
    assert (told["person"]["id"], told["scopes"], told["until"]) == ("u_hosl", None, None)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer rt_nothing", "Bearer rt_a rt_b", "bearer ü", "Basic eDp5"]
)
def test_without_a_good_token_the_api_says_so(program: Browser, header: str) -> None:
    answer = program.client.get(ME, headers={"Authorization": header.encode().decode("latin-1")})
    error = "invalid_token" if header.lower().startswith("bearer") else ""
    assert is_refused(answer, 401, error)


def test_a_token_in_the_address_is_refused(held: Tokens, program: Browser) -> None:
    token = token_for(held, "u_police")
    assert is_refused(program.get(f"{ME}?access_token={token}"), 400, "invalid_request")
    assert is_refused(ask(program, token, f"{ME}?access_token={token}"), 400, "invalid_request")


def test_a_token_is_worth_nothing_on_a_page(held: Tokens, program: Browser, app_here: Flask) -> None:
    token = token_for(held, "u_office")
    for route in app_here.url_map.iter_rules():
        rule = ACCESS[route.endpoint]
        if "GET" not in (route.methods or ()) or route.arguments or rule.public or rule.scope:
            continue
        answer = ask(program, token, route.rule)
        assert answer.status_code == 302, route.rule
        assert answer.headers["Location"].startswith("/sign-in"), route.rule


def test_a_token_changes_nothing_on_a_page(held: Tokens, program: Browser) -> None:
    token = token_for(held, "u_office")
    answer = program.client.post("/account/tokens/new", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_the_scope_is_asked_for(
    held: Tokens, program: Browser, app_here: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    rule = Rule("a scope", lambda visit, _: seen.append(visit.viewer.person), scope="measures:read")
    _open(app_here, rule)
    refused = ask(program, token_for(held, "u_police", "tasks:read"), "/api/v1/tried")
    assert is_refused(refused, 403, "insufficient_scope")
    assert 'scope="measures:read"' in refused.headers["WWW-Authenticate"]
    assert not seen
    assert ask(program, token_for(held, "u_police", "measures:read"), "/api/v1/tried").status_code == 200


def test_a_route_without_a_scope_opens_to_no_token(held: Tokens, program: Browser, app_here: Flask) -> None:
    _open(app_here, Rule("none", lambda *_: None))
    assert is_refused(ask(program, token_for(held, "u_police"), "/api/v1/tried"), 403, "insufficient_scope")


# --- forms of other sites, and cookies beside a token ---


def test_a_program_needs_no_csrf_token_but_a_session_does(
    held: Tokens, program: Browser, person: Callable[[str], Browser], app_here: Flask
) -> None:
    _open(app_here, Rule("tried", lambda *_: None, scope="tasks:write"))
    token = token_for(held, "u_police")
    bearer = {"Authorization": f"Bearer {token}"}
    assert program.client.post("/api/v1/tried", headers=bearer).status_code == 200
    browser = person("u_police")
    assert browser.client.post("/api/v1/tried").status_code == 403
    assert browser.client.post("/api/v1/tried", headers={"Authorization": "Basic eDp5"}).status_code == 403
    assert browser.client.post("/api/v1/tried", headers={"X-CSRFToken": browser.token()}).status_code == 200


def test_a_bad_token_is_not_rescued_by_a_cookie(person: Callable[[str], Browser], app_here: Flask) -> None:
    _open(app_here, Rule("tried", lambda *_: None, scope="tasks:write"))
    browser = person("u_police")
    assert is_refused(ask(browser, "rt_nothing"), 401, "invalid_token")
    answer = browser.client.post("/api/v1/tried", headers={"Authorization": "Bearer rt_nothing"})
    assert is_refused(answer, 401, "invalid_token")


def test_a_token_beside_a_cookie_is_who_counts(held: Tokens, person: Callable[[str], Browser]) -> None:
    told = ask(person("u_hosl"), token_for(held, "u_police")).get_json()
    assert told["person"]["id"] == "u_police"


# --- how it ends ---


def test_a_token_ends_by_time(held: Tokens, program: Browser, session_clock: VirtualClock) -> None:
    token = token_for(held, "u_police", days=2)
    session_clock.advance(timedelta(days=2, seconds=-1))
    assert ask(program, token).status_code == 200
    session_clock.advance(timedelta(seconds=1))
    assert is_refused(ask(program, token), 401, "invalid_token")


def test_a_token_that_was_ended_is_worth_nothing(held: Tokens, program: Browser) -> None:
    token = token_for(held, "u_police")
    with held.database.write() as session:
        held.end(session, held.of(session, "u_police")[0].id, by=OFFICE)
    assert is_refused(ask(program, token), 401, "invalid_token")


def test_a_token_of_somebody_who_was_switched_off_ends_for_good(held: Tokens, program: Browser) -> None:
    token = token_for(held, "u_police")
    _switch(held, "u_police", active=False)
    assert is_refused(ask(program, token), 401, "invalid_token")
    _switch(held, "u_police", active=True)
    assert is_refused(ask(program, token), 401, "invalid_token")
    with held.database.read() as session:
        assert [row.kind for row in history(session, "u_police")] == ["token.made", "token.ended"]


def test_every_token_of_a_person_can_be_ended_at_once(held: Tokens, program: Browser) -> None:
    tokens = [token_for(held, "u_police") for _ in range(2)]
    other = token_for(held, "u_hosl")
    with held.database.write() as session:
        held.end_all(session, "u_police", by=OFFICE)
    assert [ask(program, token).status_code for token in (*tokens, other)] == [401, 401, 200]


def test_a_token_gives_no_more_than_its_person_has_today(held: Tokens, program: Browser) -> None:
    token = token_for(held, "u_police")
    with held.database.write() as session:
        row = session.scalars(select(PersonRole).where(PersonRole.person == "u_police")).one()
        row.to_on = date(2026, 5, 4)
    answer = ask(program, token)
    assert answer.status_code == 403
    assert answer.content_type == "application/problem+json"
    assert "no role" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("given", "about"),
    [
        ({"days": 367}, "days"),
        ({"days": 0}, "days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["tasks:read", "everything"]}, "scopes"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_a_token_that_is_too_much_is_not_made(held: Tokens, given: dict[str, Any], about: str) -> None:
    asked = {"name": "Report", "scopes": ["tasks:read"], "days": 90, **given}
    with pytest.raises(Refused) as refused, held.database.write() as session:
        held.make(session, "u_police", by=OFFICE, **asked)
    assert refused.value.about == about


def test_a_person_has_at_most_twenty(held: Tokens) -> None:
    for _ in range(20):
        token_for(held, "u_police", "tasks:read")
    with pytest.raises(Refused, match="at most 20"):
        token_for(held, "u_police", "tasks:read")


# --- what is kept ---


def test_the_database_holds_the_digest_only(held: Tokens, program: Browser) -> None:
    token = token_for(held, "u_police")
    ask(program, token)
    assert token.startswith("rt_") and len(token) > 40
    with held.database.read() as session:
        names = ("api_token", "event", "outbox")
        rows = [session.execute(text(f"select * from {name}")).all() for name in names]
    assert token not in str(rows)
    assert token[3:] not in str(rows)


def test_use_is_noted_once_a_minute(held: Tokens, program: Browser, session_clock: VirtualClock) -> None:
    token = token_for(held, "u_police")
    began = session_clock.now()
    ask(program, token)
    session_clock.advance(timedelta(seconds=59))
    ask(program, token)
    assert _row(held).used_at == began
    session_clock.advance(timedelta(seconds=1))
    ask(program, token)
    assert _row(held).used_at == session_clock.now()


# --- the pages ---


def test_one_makes_a_token_sees_it_once_and_uses_it(
    held: Tokens, person: Callable[[str], Browser], program: Browser
) -> None:
    browser = person("u_police")
    assert "No token works in your name" in browser.get("/account/tokens").text
    asked = {"name": "Monthly report", "scopes": ["tasks_read", "learning_read"], "days": "30"}
    answer = browser.post("/account/tokens/new", asked)
    assert answer.status_code == 200
    (token,) = html.fromstring(answer.text).xpath("//input[@id='secret']/@value")
    told = ask(program, token).get_json()
    assert (told["person"]["id"], told["scopes"]) == ("u_police", ["learning:read", "tasks:read"])
    assert told["until"].startswith("2026-06-04")
    again = browser.get("/account/tokens").text
    assert "Monthly report" in again
    assert token not in again
    with held.database.read() as session:
        kept = [(row.kind, row.actor) for row in history(session, "u_police")]
        assert kept == [("sign_in.done", "u_police"), ("token.made", "u_police")]
        told_to = session.scalars(select(Outbox)).all()
        assert [(row.recipient, row.payload["text"]) for row in told_to] == [("u_police", "token_made")]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"scopes": ["tasks_read"], "days": "30"}, "Enter what the token is for"),
        ({"name": "Report", "days": "30"}, "Select what the token may do"),
        ({"name": "Report", "scopes": ["everything"], "days": "30"}, "Select what the token may do"),
        ({"name": "Report", "scopes": ["tasks_read"], "days": "4000"}, "Select how long the token lasts"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    held: Tokens, person: Callable[[str], Browser], asked: dict[str, Any], words: str
) -> None:
    answer = person("u_police").post("/account/tokens/new", asked)
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    said = page.xpath("//*[contains(@class, 'govuk-error-summary__list')]//a")
    assert words in said[0].text_content()
    assert page.xpath(f"//*[@id='{said[0].get('href')[1:]}']")
    assert "".join(page.xpath("//input[@name='name']/@value")) == asked.get("name", "")
    with held.database.read() as session:
        assert not held.of(session)


def test_the_form_offers_every_scope(person: Callable[[str], Browser]) -> None:
    page = html.fromstring(person("u_police").get("/account/tokens/new").text)
    values = page.xpath("//input[@name='scopes']/@value")
    labels = page.xpath("//input[@name='scopes']/following-sibling::label")
    offered = dict(zip(values, [" ".join(each.text_content().split()) for each in labels], strict=True))
    assert {value.replace("_", ":"): label for value, label in offered.items()} == SCOPES


def test_nobody_sees_or_ends_the_token_of_another(held: Tokens, person: Callable[[str], Browser]) -> None:
    token_for(held, "u_police")
    row = _row(held)
    for who in ("u_office", "u_admin", "u_police2"):
        browser = person(who)
        assert "Report" not in browser.get("/account/tokens").text
        assert browser.get(f"/account/tokens/{row.id}/end").status_code == 404
        assert browser.post(f"/account/tokens/{row.id}/end").status_code == 404
    assert _row(held).ended_at is None


def test_one_ends_ones_own_token(held: Tokens, person: Callable[[str], Browser], program: Browser) -> None:
    token = token_for(held, "u_police")
    browser = person("u_police")
    assert "End the token" in browser.get(f"/account/tokens/{_row(held).id}/end").text
    assert browser.post(f"/account/tokens/{_row(held).id}/end").status_code == 303
    assert is_refused(ask(program, token), 401, "invalid_token")
    assert "Tokens that no longer work" in browser.get("/account/tokens").text


# --- the commands ---


@pytest.fixture
def command(board: House) -> Callable[..., Result]:
    """The command `roundtable`, on the partnership's database."""
    environment = {
        "ROUNDTABLE_SECRET_KEY": SECRET_KEY.decode(),
        "ROUNDTABLE_IDENTITY_KEYS": "only for tests: another key and no secret",
        "ROUNDTABLE_BASE_URL": "https://reviews.example",
        "ROUNDTABLE_DATABASE_URL": board.database.engine.url.render_as_string(hide_password=False),
    }
    return lambda *words: CliRunner().invoke(main, list(words), env=environment)


def test_a_token_is_added_listed_and_ended_by_command(command: Callable[..., Result], board: House) -> None:
    made = command(
        "tokens", "add", "u_police@board.example", "--name", "Case system", "--scope", "tasks:read"
    )
    assert made.exit_code == 0, made.output
    token = made.stdout.strip()
    assert token.startswith("rt_") and "\n" not in token
    (listed,) = json.loads(command("tokens", "list", "--json").stdout)
    assert (listed["person"], listed["scopes"], listed["works"]) == ("u_police", ["tasks:read"], True)
    assert listed["made_by"] == "system:command_line"
    assert token not in json.dumps(listed)
    assert command("tokens", "end", listed["id"]).exit_code == 0
    assert json.loads(command("tokens", "list", "--json").stdout)[0]["works"] is False
    assert "Case system" in command("tokens", "list").stdout


def test_without_a_scope_the_command_gives_all_that_the_person_may(command: Callable[..., Result]) -> None:
    command("tokens", "add", "u_police", "--name", "Case system")
    (listed,) = json.loads(command("tokens", "list", "--json").stdout)
    assert listed["scopes"] == list(SCOPES)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "nobody", "--name", "x"), 1),
        (("add", "u_police"), 2),
        (("add", "u_police", "--name", " "), 1),
        (("add", "u_police", "--name", "x", "--scope", "everything"), 2),
        (("add", "u_police", "--name", "x", "--days", "367"), 2),
        (("end", "00000000-0000-0000-0000-000000000000"), 1),
        (("end", "x"), 2),
    ],
)
def test_wrong_use_and_refusals_have_their_codes(
    command: Callable[..., Result], words: tuple[str, ...], code: int
) -> None:
    result = command("tokens", *words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert json.loads(command("tokens", "list", "--json").stdout) == []


def _open(app: Flask, rule: Rule) -> None:
    """Put a route at /api/v1/tried under a rule."""

    def view(at: Visit) -> dict[str, str]:
        return {"who": at.viewer.person}

    app.add_url_rule("/api/v1/tried", "tried", _guarded(view, rule), methods=["GET", "POST"])


def _row(held: Tokens) -> ApiToken:
    with held.database.read() as session:
        return session.scalars(select(ApiToken)).one()


def _switch(held: Tokens, person: str, *, active: bool) -> None:
    with held.database.write() as session:
        session.get_one(Person, person).active = active
