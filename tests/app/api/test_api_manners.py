"""What holds for every call: keys against doing it twice, ETags, cursors, rates, and refusals as problems."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import Config, create_app
from app.auth.tokens import Tokens
from engine import VirtualClock, history
from reviews.models import Review
from tests.app.api.asking import API, Program, is_problem, program_of
from tests.app.api.conftest import Programs
from tests.app.conftest import A, B, Browser, House
from tests.conftest import SECRET_KEY

SignIn = Callable[[str], Browser]


def referrals(house: House) -> int:
    """How many reviews there are."""
    with house.database.read() as session:
        return session.query(Review).count()


# --- keys ---


def test_the_same_request_with_one_key_is_done_once_and_answered_twice(
    program: Programs, house: House
) -> None:
    police, before = program("u_police"), referrals(house)
    first = police.post("/reviews", {}, key="k-1")
    again = police.post("/reviews", {}, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert first.headers["Location"] == f"{API}/reviews/{first.get_json()['ref']}"
    assert referrals(house) == before + 1
    assert police.post("/reviews", {}, key="k-2").get_json()["ref"] != first.get_json()["ref"]


def test_a_key_is_for_one_request_and_one_person(program: Programs, house: House) -> None:
    police = program("u_police")
    assert police.post("/reviews", {}, key="k-1").status_code == 201
    is_problem(police.post("/reviews", {"agency": "pol"}, key="k-1"), 422)
    task = house.task(A, "agency_preparation", "pol")
    is_problem(police.post(f"/tasks/{task.id}/claim", key="k-1"), 422)
    assert program("u_housing").post("/reviews", {}, key="k-1").status_code == 201
    is_problem(police.post("/reviews", {}, key="k" * 201), 422)


def test_what_was_refused_leaves_no_key_behind(program: Programs, house: House) -> None:
    office = program("u_hosl")
    short = office.post(f"/reviews/{A}/pause", {"reason": "no"}, key="k")
    assert "reason" in is_problem(short, 422)["errors"]
    is_problem(office.post(f"/reviews/{A}/resume", {"reason": "It can go on."}, key="k"), 409)
    paused = office.post(f"/reviews/{A}/pause", {"reason": "Waits for the police."}, key="k")
    assert paused.get_json()["standing"] == "on_hold"


def test_of_two_at_once_with_one_key_one_is_done(program: Programs, house: House) -> None:
    before, told = referrals(house), list[Any]()
    asking = [program("u_police") for _ in range(2)]
    asking[1].token = asking[0].token
    gate = threading.Barrier(2)

    def ask(who: Program) -> None:
        gate.wait()
        told.append(who.post("/reviews", {}, key="at-once"))

    threads = [threading.Thread(target=ask, args=[who]) for who in asking]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in told] == [201, 201]
    assert told[0].get_json() == told[1].get_json()
    assert referrals(house) == before + 1


# --- ETags ---


@pytest.mark.parametrize(
    "path", ["/me", "/tasks", f"/reviews/{A}", f"/reviews/{A}/position", "/measures", "/processes"]
)
def test_what_has_not_changed_is_not_sent_again(program: Programs, path: str) -> None:
    hosl = program("u_hosl")
    if path == "/processes":
        hosl = program("u_office")
    first = hosl.get(path)
    assert first.status_code == 200, first.get_json()
    again = hosl.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert hosl.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


# --- cursors ---


def test_a_list_goes_on_where_it_stopped_whatever_leaves_it(program: Programs, house: House) -> None:
    hosl = program("u_hosl")
    whole = [each["id"] for each in hosl.get("/tasks?view=waiting").get_json()["items"]]
    assert len(whole) > 3
    page = hosl.get("/tasks?view=waiting&limit=2").get_json()
    assert [each["id"] for each in page["items"]] == whole[:2]
    house.complete(A, page["items"][0]["step"])
    still = {each["id"] for each in hosl.get("/tasks?view=waiting").get_json()["items"]}
    assert len(still & set(whole)) < len(whole), "something has left the list"
    found, cursor = list[str](), page["next"]
    while cursor:
        page = hosl.get(f"/tasks?view=waiting&limit=1&cursor={cursor}").get_json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert still & set(whole[2:]) <= set(found) and len(found) == len(set(found))


def test_reviews_and_the_timeline_page_by_page(program: Programs) -> None:
    hosl = program("u_hosl")
    first = hosl.get("/reviews?limit=1").get_json()
    second = hosl.get(f"/reviews?limit=1&cursor={first['next']}").get_json()
    assert [each["ref"] for page in (first, second) for each in page["items"]] == [B, A]
    whole = hosl.get(f"/reviews/{A}/timeline?limit=100").get_json()["items"]
    found, cursor = list[Any](), ""
    while cursor is not None:
        page = hosl.get(f"/reviews/{A}/timeline?limit=3&cursor={cursor}").get_json()
        found, cursor = found + page["items"], page["next"]
    assert found == whole and len(whole) > 5


def test_a_cursor_is_of_one_list_one_person_and_one_service(program: Programs, application: Flask) -> None:
    hosl = program("u_hosl")
    cursor = hosl.get("/tasks?view=waiting&limit=1").get_json()["next"]
    assert cursor
    is_problem(hosl.get(f"/tasks?view=team&limit=1&cursor={cursor}"), 422)
    is_problem(hosl.get(f"/reviews?cursor={cursor}"), 422)
    is_problem(program("u_office").get(f"/tasks?view=waiting&cursor={cursor}"), 422)
    forged = cursor.partition(".")[0] + "." + "0" * 64
    for wrong in (forged, cursor[:-2], "x", "%00", "e30.x", "ü.ü"):
        assert "cursor" in is_problem(hosl.get(f"/reviews?cursor={wrong}"), 422)["errors"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.5"])
def test_a_page_holds_at_most_a_hundred(program: Programs, limit: str) -> None:
    assert "limit" in is_problem(program("u_hosl").get(f"/tasks?limit={limit}"), 422)["errors"]


# --- rates ---


def test_a_token_that_asks_too_often_is_told_to_wait(house: House, session_clock: VirtualClock) -> None:
    config = Config(secret_key=SECRET_KEY.decode(), demonstration=True, testing=True, api_per_minute=3)
    app = create_app(config, house.database, session_clock=session_clock)
    tokens = Tokens(house.database, session_clock)
    one, other = (program_of(tokens, app.test_client(), "u_police") for _ in range(2))
    left = [one.get("/me").headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = one.get("/me")
    is_problem(refused, 429)
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60 and refused.headers["RateLimit-Limit"] == "3"
    assert other.get("/me").status_code == 200, "another token is another count"
    session_clock.advance(timedelta(seconds=wait))
    assert one.get("/me").status_code == 200


# --- problems ---


def test_every_refusal_is_a_problem(program: Programs, application: Flask, house: House) -> None:
    hosl, stranger = program("u_hosl"), application.test_client()
    is_problem(stranger.get(f"{API}/tasks"), 401)
    is_problem(stranger.post(f"{API}/reviews", json={}), 401)
    is_problem(program("u_police", "tasks:read").post("/reviews", {}), 403)
    is_problem(hosl.get("/nothing"), 404)
    is_problem(stranger.get("/api/nothing"), 404)
    refused = hosl.post("/tasks")
    assert is_problem(refused, 405)["type"] == "/api/docs#problem-405"
    assert "GET" in refused.headers["Allow"]
    is_problem(hosl.get("/reviews/MALR-2031-777"), 404)
    is_problem(hosl.post(f"/reviews/{A}/pause", headers={"Content-Type": "text/plain"}), 415)
    task = house.task(A, "agency_preparation", "pol")
    is_problem(program("u_police").put(f"/tasks/{task.id}/draft", {"answers": {}}, revision=None), 428)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 5000, 400),
        (b"[" * 30 + b"]" * 30, 422),
        (b'{"answers": {"a": "\\u0000"}}', 422),
        (b'{"answers": {"a": "\\ud800"}}', 422),
        (b'{"answers": {"a": NaN}}', 422),
        (b'{"answers": {"a": 1e999}}', 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"answers": []}', 422),
        (b'{"answers": {}, "more": 1}', 422),
        (b'{"answers": "' + b"x" * 9_000_000 + b'"}', 413),
    ],
)
def test_what_cannot_be_read_is_said_and_is_no_fault(
    program: Programs, house: House, body: bytes, status: int
) -> None:
    task = house.task(A, "agency_preparation", "pol")
    police = program("u_police")
    headers = {"Authorization": f"Bearer {police.token}", "Content-Type": "application/json"}
    for path, method in (("complete", "POST"), ("draft", "PUT")):
        answer = police.client.open(
            f"{API}/tasks/{task.id}/{path}", method=method, data=body, headers=headers | {"If-Match": '"0"'}
        )
        is_problem(answer, status)


def test_a_session_may_ask_and_needs_its_csrf_token_to_change(sign_in: SignIn, house: House) -> None:
    browser = sign_in("u_police")
    task = house.task(A, "agency_preparation", "pol")
    assert browser.get(f"{API}/tasks").status_code == 200
    path = f"{API}/tasks/{task.id}/claim"
    is_problem(browser.client.post(path), 403)
    done = browser.client.post(path, headers={"X-CSRFToken": browser.token()})
    assert done.get_json()["assignee"]["id"] == "u_police"


def test_reading_a_review_is_noted_with_its_part(program: Programs, house: House) -> None:
    hosl = program("u_hosl")
    for part in ("", "/position", "/timeline"):
        assert hosl.get(f"/reviews/{A}{part}").status_code == 200
    with house.database.read() as session:
        noted = [
            row.details["part"]
            for row in history(session, A)
            if row.kind == "case.read" and (row.subject or "").startswith("api_")
        ]
    assert noted == ["overview", "position", "timeline"]
