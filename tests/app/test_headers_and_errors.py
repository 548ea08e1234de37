"""Every answer carries the headers; every refusal is a page in words, and never a trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.app.conftest import A, Browser, House
from tests.compiled import compiled_once

SignIn = Callable[[str], Browser]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def _has_headers(answer: Any) -> None:
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "charset=utf-8" in answer.headers["Content-Type"] or answer.status_code in (204,)


def test_every_kind_of_answer_has_the_headers_and_is_not_kept(visitor: Browser, sign_in: SignIn) -> None:
    hosl = sign_in("u_hosl")
    answers = {
        200: visitor.get("/sign-in"),
        302: visitor.get("/"),
        403: hosl.client.post("/sign-out"),
        404: visitor.get("/nothing-here"),
        405: visitor.post("/learning/"),
        413: hosl.client.post(
            "/work/act", data=b"x" * (27 * 1024 * 1024), content_type="application/octet-stream"
        ),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        _has_headers(answer)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_fault_shows_a_number_and_nothing_else(application: Flask, sign_in: SignIn, caplog: Any) -> None:
    browser = sign_in("u_hosl")

    child = "Canary"

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"a child called {child}")

    application.view_functions["learning.index"] = fail
    answer = browser.get("/learning/")
    assert answer.status_code == 500
    _has_headers(answer)
    assert "there is a problem with the service" in answer.text
    assert "Canary" not in answer.text
    assert "Traceback" not in answer.text
    assert "called Canary" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_page_without_its_token_is_refused_in_words(sign_in: SignIn) -> None:
    answer = sign_in("u_hosl").client.post("/work/act", data={"act": "claim"})
    assert answer.status_code == 403
    assert "open for too long" in answer.text


def test_a_token_of_somebody_else_is_refused(sign_in: SignIn) -> None:
    theirs = sign_in("u_police").token()
    answer = sign_in("u_hosl").client.post("/work/act", data={"act": "claim", "csrf_token": theirs})
    assert answer.status_code == 403


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_post_from_another_site_is_refused_even_with_a_token(
    sign_in: SignIn, header: dict[str, str]
) -> None:
    answer = sign_in("u_hosl").post("/work/act", {"act": "claim"}, headers=header)
    assert answer.status_code == 403


def test_what_was_typed_is_offered_again_after_the_session_ended(visitor: Browser) -> None:
    typed = {"reason": "a long text", "csrf_token": visitor.token()}
    answer = visitor.client.post("/work/hand-over", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403
    assert "You have been signed out" in answer.text
    assert 'value="a long text"' in answer.text


def test_another_site_cannot_plant_a_text_to_be_sent_again(visitor: Browser) -> None:
    typed = {"reason": "planted", "csrf_token": visitor.token()}
    assert "planted" not in visitor.client.post("/work/hand-over", data=typed).text


def test_a_form_with_too_many_parts_is_refused(sign_in: SignIn) -> None:
    parts = {f"part{n}": "x" for n in range(4000)}
    answer = sign_in("u_hosl").post("/work/act", parts, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_other_host_names_are_refused(house: House) -> None:
    from app import Config, create_app
    from tests.conftest import SECRET_KEY

    app = compiled_once(
        create_app(Config(secret_key=SECRET_KEY.decode(), demonstration=True), house.database)
    )
    assert app.test_client().get("/health/live", base_url="http://127.0.0.1:8000").status_code == 200
    assert app.test_client().get("/health/live", base_url="http://evil.example").status_code == 400


def test_a_script_is_answered_in_json(sign_in: SignIn) -> None:
    answer = sign_in("u_hosl").get("/reviews/MALR-1999-999", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.content_type.startswith("application/problem+json")
    assert answer.json["title"] == "Page not found"


def test_health(visitor: Browser) -> None:
    assert visitor.get("/health/live").text == "live\n"
    assert visitor.get("/health/ready").text == "ready\n"


def test_without_its_database_the_service_lives_and_says_so(application: Flask, house: House) -> None:
    from sqlalchemy import text

    with house.database.write() as session:
        session.execute(text("drop table person_role"))
        session.execute(text("drop table setting"))
    client = application.test_client()
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503
    answer = client.get("/sign-in")
    assert answer.status_code == 503
    assert "not ready" in answer.text
    assert "setting" not in answer.text.split("<main")[1].split("</main")[0]


def test_pages_name_no_server(sign_in: SignIn) -> None:
    assert "Werkzeug" not in sign_in("u_hosl").get(f"/reviews/{A}").headers.get("Server", "")
