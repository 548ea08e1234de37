"""Sessions: kept on the server, ended by time and by people; the people to be exist in a demonstration
only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import Config, create_app
from engine import VirtualClock
from tests.app.conftest import Browser, House
from tests.compiled import compiled_once
from tests.conftest import SECRET_KEY

SignIn = Callable[[str], Browser]


def test_the_people_to_be_are_listed_with_what_waits_for_them(visitor: Browser) -> None:
    page = visitor.get("/sign-in").text
    assert "Morgan F." in page
    assert "Head of Safeguarding and Learning" in page
    assert "Northvale Police" in page
    assert "waiting" in page


def test_one_click_signs_in_and_says_who_one_is(sign_in: SignIn) -> None:
    page = sign_in("u_police").get("/").text
    assert "Emery J." in page
    assert "Change person" in page


def test_outside_a_demonstration_nobody_can_be_chosen(house: House) -> None:
    config = Config(secret_key=SECRET_KEY.decode(), testing=True)
    browser = Browser(compiled_once(create_app(config, house.database)).test_client())
    assert "Morgan F." not in browser.get("/sign-in").text
    assert browser.post("/sign-in/u_hosl").status_code == 404
    assert browser.get("/mail").status_code == 404
    assert browser.get("/").headers["Location"].startswith("/sign-in")


def test_a_page_that_needs_sign_in_leads_back_to_itself(visitor: Browser) -> None:
    answer = visitor.get("/reviews/?group=qa")
    assert answer.status_code == 302
    assert visitor.get(answer.headers["Location"]).status_code == 200
    there = visitor.post("/sign-in/u_hosl", {"next": "/reviews/?group=qa"})
    assert there.headers["Location"] == "/reviews/?group=qa"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb"]
)
def test_sign_in_leads_nowhere_else(visitor: Browser, target: str) -> None:
    assert visitor.post("/sign-in/u_hosl", {"next": target}).headers["Location"] == "/"


def test_a_session_ends_after_half_an_hour_without_use(sign_in: SignIn, session_clock: VirtualClock) -> None:
    browser = sign_in("u_hosl")
    session_clock.advance(timedelta(minutes=29))
    assert browser.get("/").status_code == 200
    session_clock.advance(timedelta(minutes=29))
    assert browser.get("/").status_code == 200
    session_clock.advance(timedelta(minutes=31))
    assert browser.get("/").status_code == 302


def test_a_session_ends_after_twelve_hours_in_any_case(sign_in: SignIn, session_clock: VirtualClock) -> None:
    browser = sign_in("u_hosl")
    for _ in range(36):
        session_clock.advance(timedelta(minutes=20))
        last = browser.get("/").status_code
    assert last == 302


def test_signing_out_ends_the_session_on_the_server(sign_in: SignIn, application: Flask) -> None:
    browser = sign_in("u_hosl")
    cookie = browser.client.get_cookie("roundtable")
    assert cookie is not None
    browser.post("/sign-out")
    thief = application.test_client()
    thief.set_cookie("roundtable", cookie.value)
    assert thief.get("/").status_code == 302


def test_signing_in_gives_a_new_session_and_ends_the_one_before(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    before = browser.client.get_cookie("roundtable")
    browser.become("u_police")
    after = browser.client.get_cookie("roundtable")
    assert before is not None and after is not None
    assert before.value != after.value
    browser.client.set_cookie("roundtable", before.value)
    assert browser.get("/").status_code == 302


def test_the_database_holds_no_token(sign_in: SignIn, house: House) -> None:
    from sqlalchemy import select

    from app.auth.models import SignInSession

    cookie = sign_in("u_hosl").client.get_cookie("roundtable")
    assert cookie is not None
    with house.database.read() as session:
        assert cookie.value not in session.scalars(select(SignInSession.digest)).all()


def test_cookies_are_for_this_service_and_no_script(visitor: Browser) -> None:
    answer = visitor.post("/sign-in/u_hosl")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_over_https_cookies_are_secure_and_bound_to_the_host(house: House) -> None:
    config = Config(
        secret_key=SECRET_KEY.decode(), base_url="https://reviews.example", testing=True, demonstration=True
    )
    client = compiled_once(create_app(config, house.database)).test_client()
    answer = client.get("/sign-in", base_url="https://reviews.example")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie


def test_somebody_without_a_role_is_told_so(house: House, sign_in: SignIn) -> None:
    from reviews.models import Person

    with house.database.write() as session:
        session.add(Person(id="u_new", name="New N.", email="new@board.example"))
    page = sign_in("u_new").get("/")
    assert page.status_code == 403
    assert "no role" in page.text
