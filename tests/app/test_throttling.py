"""Guessing is slowed down; nobody is locked out by a stranger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.auth import passwords
from app.auth.models import SignInAttempt
from app.auth.throttling import LIMITS
from reviews.models import Person
from tests.app.local_people import PASSWORD, Somebody

Staff = Callable[..., Somebody]


def test_200_guesses_are_slowed_down_and_the_owner_still_gets_in(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.browser.post("/sign-out")
    thief = staff("u_office", network="198.51.100.9")
    seen = []
    for number in range(200):
        seen.append(thief.enters(f"guess number {number}").status_code)
        office.clock.advance(timedelta(milliseconds=100))
    assert seen.count(422) <= 8, "few were looked at"
    assert thief.enters(PASSWORD).status_code == 429, "and now not even the right one"
    assert office.signs_in().status_code == 303
    assert office.is_in()


def test_a_thousand_places_do_not_lock_the_owner_out_either(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.browser.post("/sign-out")
    looked_at = 0
    for number in range(60):
        thief = staff("u_office", network=f"198.51.100.{number}")
        looked_at += thief.enters("a guess from afar").status_code == 422
    assert looked_at <= 12
    assert office.signs_in().status_code == 303


def test_an_owner_at_a_new_place_waits_a_minute_at_most(staff: Staff) -> None:
    office = staff("u_office").activates()
    for number in range(30):
        staff("u_office", network=f"198.51.100.{number}").enters("a guess from afar")
        office.clock.advance(timedelta(seconds=61))
    office.network = "192.0.2.44"
    office.new_browser()
    office.clock.advance(timedelta(seconds=61))
    assert office.enters().status_code == 303


def test_waits_grow_and_say_how_long(staff: Staff) -> None:
    thief = staff("u_chair")
    waits = []
    for _ in range(7):
        answer = thief.enters("a guess at a word")
        while answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            assert "Too many tries. Wait" in answer.text
            thief.clock.advance(timedelta(seconds=waits[-1]))
            answer = thief.enters("a guess at a word")
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


def test_an_address_nobody_has_is_slowed_down_alike(staff: Staff) -> None:
    known, unknown = staff("u_office").activates(), staff("u_nobody", network="192.0.2.8")
    known.network = "192.0.2.9"
    known.new_browser()
    seen = [
        [somebody.enters("a guess at a word").status_code for _ in range(9)] for somebody in (known, unknown)
    ]
    assert seen[0] == seen[1]
    assert 429 in seen[0]


def test_one_place_that_tries_many_accounts_is_slowed_down(staff: Staff) -> None:
    seen = [staff(f"u_person_{number}").enters("a guess at a word").status_code for number in range(40)]
    assert seen.index(429) == LIMITS["password"].network.free


def test_codes_are_slowed_down_and_a_right_password_does_not_set_that_back(staff: Staff) -> None:
    office = staff("u_office").activates()
    thief = staff("u_office", network="198.51.100.9")
    seen = []
    for _ in range(20):
        thief.enters(PASSWORD)
        seen.append(thief.browser.post("/sign-in/code", {"code": "123456"}).status_code)
    assert seen.count(422) <= 6
    assert office.is_in()


def test_tries_are_swept_away_after_an_hour_and_a_right_one_at_once(staff: Staff) -> None:
    office = staff("u_office").activates()

    def kept() -> int:
        with office.database.read() as session:
            return session.scalar(select(func.count()).select_from(SignInAttempt)) or 0

    office.enters("a guess at a word")
    assert kept() == 1
    office.enters()
    assert kept() == 0
    for number in range(3):
        staff("u_nobody", network=f"192.0.2.{number}").enters("a guess at a word")
    assert kept() == 3
    office.clock.advance(timedelta(hours=1))
    office.enters("a guess at a word")
    assert kept() == 1


def test_the_table_of_tries_names_no_account_and_no_network(staff: Staff) -> None:
    thief = staff("u_office", network="198.51.100.9")
    thief.enters("a guess at a word")
    with thief.database.read() as session:
        row = session.scalars(select(SignInAttempt)).one()
    for word in ("u_office", "198.51.100.9"):
        assert word not in f"{row.account} {row.network} {row.browser}"


def test_a_known_browser_of_another_is_not_known_here(staff: Staff) -> None:
    chair = staff("u_chair").activates()
    office = staff("u_office").activates()
    office.new_browser()
    stolen = chair.browser.client.get_cookie("roundtable-browser")
    assert stolen
    office.browser.client.set_cookie("roundtable-browser", stolen.value)
    for _ in range(5):
        office.enters("a guess at a word")
    with office.database.read() as session:
        assert set(session.scalars(select(SignInAttempt.browser))) == {""}


def test_a_comparison_holds_up_no_other_writer(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    office = staff("u_office").activates()
    kind, written = type(passwords._hasher), []
    verify = kind.verify

    def meanwhile(self: PasswordHasher, kept: str, password: str) -> bool:
        with office.database.write() as session:
            session.get_one(Person, "u_chair").name = "Frankie Dee"
        written.append(True)
        return bool(verify(self, kept, password))

    monkeypatch.setattr(kind, "verify", meanwhile)
    office.new_browser()
    assert office.enters().status_code == 303
    assert written == [True]
