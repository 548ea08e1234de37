"""Every route stands in one table with its access rule; GET writes nothing; an agency learns nothing of
another's review."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.auth.tokens import ANY, SCOPES
from app.pages.routes import ACCESS, STEP_UP, access_for
from app.requests import guard_routes
from tests.app.conftest import SECRET_NAME, A, B, Browser, House

SignIn = Callable[[str], Browser]
AUDIT_AND_SESSIONS = {"event", "event_seal", "audit_head", "sign_in_session"}


def test_a_route_without_a_rule_stops_the_service(application: Flask) -> None:
    application.view_functions["extra"] = lambda: "free for all"
    with pytest.raises(RuntimeError, match="extra"):
        guard_routes(application, access_for(application))


def test_every_rule_belongs_to_a_route(application: Flask, at_work: Flask) -> None:
    assert set(ACCESS) == {*application.view_functions, *at_work.view_functions}


def test_what_asks_again_who_one_is_is_a_short_list(at_work: Flask) -> None:
    assert set(ACCESS) >= STEP_UP
    assert {name for name, rule in access_for(at_work).items() if rule.step_up} == STEP_UP


def test_what_is_public_is_a_short_list() -> None:
    assert {name for name, rule in ACCESS.items() if rule.public} == {
        "static",
        "health.live",
        "health.ready",
        "health.metrics",  # its view asks for the token of the settings
        "pages.accessibility",
        "pages.privacy",
        "pages.contact",
        "auth.sign_in",
        "auth.sign_out",
        "demonstration.become",
        "calendar.feed",
        "feedback.ask_by_link",
        "feedback.answer_by_link",
        "feedback.thanks",
        "local.enter",
        "local.ask_code",
        "local.check_code",
        "local.ask_factor",
        "local.check_factor",
        "local.ask_forgotten",
        "local.forgotten",
        "local.ask_password",
        "local.keep_password",
        "organisation.begin",
        "organisation.come_back",
        "organisation.signed_out",
        "api_description.document",
        "api_description.readable",
    }


def test_a_token_opens_addresses_of_the_api_only_and_each_says_which_token(application: Flask) -> None:
    for route in application.url_map.iter_rules():
        assert bool(ACCESS[route.endpoint].scope) == route.rule.startswith("/api/v1/"), route.rule
        assert ACCESS[route.endpoint].scope in ("", ANY, *SCOPES), route.rule


def test_addresses_use_dashes(application: Flask, at_work: Flask) -> None:
    for rule in (*application.url_map.iter_rules(), *at_work.url_map.iter_rules()):
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert "_" not in fixed and fixed == fixed.lower(), rule.rule


def _addresses(application: Flask, house: House, ref: str, method: str) -> Iterator[str]:
    """Every address that names a review or one of its tasks."""
    from app.pages.any_time import CHANGES
    from app.pages.reviews import PARTS
    from engine import tasks

    with house.database.read() as session:
        open_tasks = tasks(session, business_keys=[ref], status=None)
    for rule in application.url_map.iter_rules():
        if method not in (rule.methods or ()):
            continue
        if "ref" in rule.arguments and rule.endpoint != "learning.briefing":
            for part in PARTS if "section" in rule.arguments else [""]:
                for change in CHANGES if "change" in rule.arguments else [""]:
                    yield (
                        rule.rule.replace("<ref>", ref).replace("<section>", part).replace("<change>", change)
                    )
        if "task_id" in rule.arguments:
            for task in open_tasks:
                yield (
                    rule.rule.replace("<uuid:task_id>", str(task.id)).replace(
                        "<step>", task.step.replace("_", "-")
                    )
                )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_an_agency_gets_404_for_everything_of_another_agencys_review(
    application: Flask, house: House, sign_in: SignIn, method: str
) -> None:
    housing = sign_in("u_housing")
    token = housing.token()
    asked = list(_addresses(application, house, A, method))
    assert asked
    for address in asked:
        answer = housing.client.open(address, method=method, data={"csrf_token": token})
        assert answer.status_code == 404, f"{method} {address}"
        assert "Frankie" not in answer.text


def test_the_same_addresses_work_for_who_takes_part(
    application: Flask, house: House, sign_in: SignIn
) -> None:
    hosl = sign_in("u_hosl")
    seen = {hosl.get(address).status_code for address in _addresses(application, house, A, "GET")}
    assert 200 in seen
    assert 500 not in seen


def test_lists_search_and_exports_hold_nothing_of_another_agencys_review(sign_in: SignIn) -> None:
    housing = sign_in("u_housing")
    for address in (
        "/",
        "/?view=team",
        "/?view=waiting",
        "/?view=done",
        "/work.csv?view=waiting",
        "/reviews/",
        "/reviews/reviews.csv",
        "/search?q=MALR",
        "/actions/",
        "/actions/actions.csv",
        "/learning/",
    ):
        answer = housing.get(address)
        assert answer.status_code == 200, address
        assert A not in answer.text, address
    assert B in housing.get("/reviews/").text


def test_nobody_sees_the_childs_name_on_any_page(application: Flask, house: House, sign_in: SignIn) -> None:
    for person in ("u_hosl", "u_office", "u_chair", "u_police", "u_police2", "u_social"):
        browser = sign_in(person)
        for address in [
            *_addresses(application, house, A, "GET"),
            "/",
            "/reviews/",
            "/search?q=Canary",
            "/mail",
        ]:
            assert SECRET_NAME not in browser.get(address).text, f"{person} {address}"


def test_before_the_meeting_an_agency_sees_only_its_own_part(house: House, sign_in: SignIn) -> None:
    house.complete(A, "agency_preparation", went_well="Social care says something")
    page = sign_in("u_police").get(f"/reviews/{A}/agencies").text
    assert "Northvale Police" in page
    assert "Children&#39;s Social Care" not in page
    assert "something" not in page
    overview = sign_in("u_social").get(f"/reviews/{A}").text
    assert "still to answer" in overview


def test_reading_changes_nothing_but_the_audit_log(application: Flask, house: House, sign_in: SignIn) -> None:
    browsers = [sign_in(person) for person in ("u_hosl", "u_police", "u_admin")]
    before = _contents(house)
    for browser in browsers:
        for address in [*_addresses(application, house, A, "GET"), *_plain(application)]:
            browser.get(address)
    assert _contents(house) == before


def test_opening_a_review_is_logged(house: House, sign_in: SignIn) -> None:
    sign_in("u_police").get(f"/reviews/{A}/referral")
    from engine import history

    with house.database.read() as session:
        last = history(session, A)[-1]
        assert (last.kind, last.actor, last.details) == ("case.read", "u_police", {"part": "referral"})


def _plain(application: Flask) -> list[str]:
    return [
        rule.rule for rule in application.url_map.iter_rules() if not rule.arguments and "GET" in rule.methods
    ]


def _contents(house: House) -> dict[str, Any]:
    with house.database.read() as session:
        tables = session.scalars(text("select name from sqlite_master where type = 'table'")).all()
        return {
            table: session.execute(text(f'select * from "{table}"')).all()
            for table in tables
            if table not in AUDIT_AND_SESSIONS and not table.startswith("sqlite_")
        }
