"""A case that cannot go on is shown to those who keep the processes running, tells nothing of the child, and
can be tried again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Select, select

from engine import tick
from engine.audit_models import Event
from engine.models import Outbox, ProcessInstance, Timer
from reviews.models import PersonRole
from tests.app.conftest import SECRET_NAME, A, Browser, House

SignIn = Callable[[str], Browser]


class NoPost:
    """Takes every letter."""

    def send(self, session: object, notice: Outbox) -> None:
        """Take it."""


@pytest.fixture
def damaged(house: House, application: Flask) -> None:
    """Review A is damaged, and the worker has tried as often as it does."""
    with house.database.write() as session:
        session.add(PersonRole(person="u_nurse", role="process_owner", agency=None, from_on=date(2020, 1, 1)))
        row = session.scalars(_review()).one()
        row.state = b"damaged"
        session.add(
            Timer(
                instance_id=row.id,
                token="any",
                element="agency_preparation",
                sentence="",
                started_at=house.clock.now(),
                counted_at=house.clock.now(),
                next_at=house.clock.now(),
                status="waiting",
            )
        )
    _hours_pass(house, 12)


def _review() -> Select[ProcessInstance]:
    """Review A's own process."""
    return select(ProcessInstance).where(
        ProcessInstance.business_key == A, ProcessInstance.process == "learning_review"
    )


def _hours_pass(house: House, hours: int) -> None:
    for _ in range(hours):
        house.clock.advance(timedelta(hours=1))
        tick(house.database, NoPost())


def _try_again(browser: Browser) -> str:
    found = re.search(r'action="(/stuck/[^"]+)"', browser.get("/stuck/").text)
    assert found
    answer = browser.post(found[1])
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"]).text


def test_nothing_stuck_says_so(sign_in: SignIn) -> None:
    page = sign_in("u_office").get("/stuck/").text
    assert "No case is stuck" in page
    assert "Try again" not in page


def test_a_stuck_case_is_shown_with_its_step_and_the_class_of_the_error(
    damaged: None, sign_in: SignIn
) -> None:
    page = sign_in("u_office").get("/stuck/").text
    assert "Prepare for the meeting" in page
    assert "<code>StateUnreadable</code>" in page
    assert f'href="/reviews/{A}"' in page
    assert "5 May 2026" in page


def test_who_may_not_see_the_review_does_not_learn_which_it_is(damaged: None, sign_in: SignIn) -> None:
    for person in ("u_admin", "u_nurse"):
        page = sign_in(person).get("/stuck/").text
        assert "StateUnreadable" in page
        assert A not in page and SECRET_NAME not in page


def test_only_those_who_keep_the_processes_running_get_there(damaged: None, sign_in: SignIn) -> None:
    browser = sign_in("u_police")
    assert browser.get("/stuck/").status_code == 403
    assert 'href="/stuck/"' not in browser.get("/").text
    assert browser.post("/stuck/6b1a3a52-6c46-4d11-8b3a-1c5a0a3f3f3f/try-again").status_code == 403
    assert 'href="/stuck/"' in sign_in("u_office").get("/office/").text


def test_trying_again_makes_it_due_now_and_leaves_a_trace(
    damaged: None, house: House, sign_in: SignIn
) -> None:
    browser = sign_in("u_office")
    assert "The case runs again" in _try_again(browser)
    assert "No case is stuck" in browser.get("/stuck/").text
    with house.database.read() as session:
        row = session.scalars(_review()).one()
        assert (row.status, row.fault) == ("running", None)
        tried = select(Timer).where(Timer.instance_id == row.id, Timer.token == "any")
        timer = session.scalars(tried).one()
        assert (timer.attempts, timer.fault, timer.next_at) == (0, None, house.clock.now())
        traces = session.scalars(select(Event).where(Event.kind == "instance.retried")).all()
    assert [(trace.actor, trace.business_key) for trace in traces] == [("u_office", A)]


def test_a_case_that_is_still_damaged_is_stuck_again(damaged: None, house: House, sign_in: SignIn) -> None:
    browser = sign_in("u_office")
    _try_again(browser)
    _hours_pass(house, 12)
    assert "StateUnreadable" in browser.get("/stuck/").text


def test_a_case_that_somebody_else_has_tried_again_is_left_alone(damaged: None, sign_in: SignIn) -> None:
    first = sign_in("u_office")
    found = re.search(r'action="(/stuck/[^"]+)"', first.get("/stuck/").text)
    assert found
    first.post(found[1])
    second = sign_in("u_admin")
    second.post(found[1])
    assert "not stuck any more" in second.get("/stuck/").text
    assert second.post("/stuck/6b1a3a52-6c46-4d11-8b3a-1c5a0a3f3f3f/try-again").status_code == 404
