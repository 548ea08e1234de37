"""The second factor: codes by time, each taken once; recovery codes on paper; nobody without one."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from app.auth.models import LocalAccount, RecoveryCode
from engine import StateUnreadable, open_sealed
from tests.app.local_people import Somebody

Staff = Callable[..., Somebody]


def test_a_code_is_never_taken_twice(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.new_browser()
    office.enters()
    code = office.code()
    assert office.browser.post("/sign-in/code", {"code": code}).status_code == 303
    office.new_browser()
    office.enters()
    again = office.browser.post("/sign-in/code", {"code": code})
    assert again.status_code == 422
    assert "used before" in again.text
    assert not office.is_in()


def test_the_code_that_set_it_up_is_used_up_too(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.new_browser()
    office.enters()
    assert office.browser.post("/sign-in/code", {"code": office.shown()}).status_code == 422


def test_a_code_before_one_that_was_taken_is_refused(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.clock.advance(timedelta(minutes=5))
    before = office.shown()
    office.new_browser()
    office.enters()
    office.browser.post("/sign-in/code", {"code": office.code()})
    office.new_browser()
    office.enters()
    assert office.browser.post("/sign-in/code", {"code": before}).status_code == 422


@pytest.mark.parametrize(("late", "right"), [(0, True), (30, True), (61, False), (-30, True), (-61, False)])
def test_a_code_counts_half_a_minute_early_and_late(staff: Staff, late: int, right: bool) -> None:
    office = staff("u_office").activates()
    office.clock.advance(timedelta(minutes=5))
    office.new_browser()
    office.enters()
    shown = office.shown()
    if late >= 0:
        office.clock.advance(timedelta(seconds=late))
    else:
        import pyotp

        shown = pyotp.TOTP(office.key).at(office.clock.now() - timedelta(seconds=late))
    answer = office.browser.post("/sign-in/code", {"code": f" {shown[:3]} {shown[3:]} "})
    assert (answer.status_code == 303) is right


def test_a_recovery_code_works_once_and_its_owner_is_told(staff: Staff) -> None:
    office = staff("u_office").activates()
    assert len(set(office.codes)) == 10
    office.new_browser()
    office.enters()
    code = office.codes[3].upper().replace("-", " ")
    assert office.browser.post("/sign-in/code", {"recovery_code": code}).status_code == 303
    assert "You have 9 codes left" in office.browser.get("/account/").text
    assert "A recovery code was used to sign in" in [subject for subject, _ in office.letters()]
    office.new_browser()
    office.enters()
    again = office.browser.post("/sign-in/code", {"recovery_code": code})
    assert again.status_code == 422
    assert "was used before" in again.text


def test_the_recovery_code_of_another_is_worth_nothing(staff: Staff) -> None:
    office, chair = staff("u_office").activates(), staff("u_chair").activates()
    office.new_browser()
    office.enters()
    assert office.browser.post("/sign-in/code", {"recovery_code": chair.codes[0]}).status_code == 422


def test_new_recovery_codes_end_the_old_ones(staff: Staff) -> None:
    office = staff("u_office").activates()
    page = office.browser.post("/account/recovery-codes").text
    assert page.count('class="app-key"') == 10
    assert office.codes[0] not in page
    office.new_browser()
    office.enters()
    assert office.browser.post("/sign-in/code", {"recovery_code": office.codes[0]}).status_code == 422


def test_the_page_of_the_codes_loaded_again_says_where_new_ones_are_made(staff: Staff) -> None:
    office = staff("u_office")
    office.sets_password()
    office.enters()
    before = office.browser.token()
    assert office.enrols().status_code == 200
    form = {"csrf_token": before, "code": "123456"}
    again = office.browser.client.post("/sign-in/second-factor", data=form)
    assert again.status_code == 403
    assert "Recovery codes are shown only once" in again.text
    assert "make new ones" in again.text
    office.new_browser()
    elsewhere = office.browser.client.post("/sign-in/second-factor", data=form)
    assert "This page was open for too long" in elsewhere.text


def test_the_database_holds_no_secret_and_no_code(staff: Staff) -> None:
    office = staff("u_office").activates()
    with office.database.read() as session:
        account = session.get_one(LocalAccount, "u_office")
        digests = session.scalars(select(RecoveryCode.digest)).all()
        assert account.factor
        assert office.key.encode() not in account.factor
        assert len(digests) == 10
        assert not set(digests) & set(office.codes)
    plain = base64.b32decode(office.codes[0].replace("-", "").upper())
    assert len(plain) * 8 >= 112, "long enough for a plain digest"


def test_a_secret_put_into_another_row_is_refused(staff: Staff) -> None:
    from app.auth import second_factor

    office = staff("u_office").activates()
    with office.database.read() as session:
        sealed = session.get_one(LocalAccount, "u_office").factor
        key = second_factor._key(session)
    assert sealed
    assert open_sealed(sealed, key, "local_account|factor|u_office").decode() == office.key
    with pytest.raises(StateUnreadable):
        open_sealed(sealed, key, "local_account|factor|u_chair")


def test_the_square_is_a_picture_in_the_page_and_the_key_stands_beside_it(staff: Staff) -> None:
    office = staff("u_office")
    office.sets_password()
    office.enters()
    page = office.browser.get("/sign-in/second-factor").text
    assert 'src="data:image/svg+xml' in page
    assert "<svg" in unquote(page)
    assert "<script>" not in page


def test_a_new_app_counts_from_its_first_code_and_ends_other_sessions(staff: Staff) -> None:
    office = staff("u_office").activates()
    old, first = office.key, office.browser
    office.new_browser()
    office.signs_in()
    assert office.browser.post("/account/second-factor/begin").status_code == 303
    assert office.browser.post("/account/second-factor", {"code": "000000"}).status_code == 422
    with office.database.read() as session:
        from app.auth.second_factor import _opened

        account = session.get_one(LocalAccount, "u_office")
        assert _opened(session, "u_office", account.factor or b"") == old
    before = office.token()
    assert office.enrols("/account/second-factor").status_code == 200
    assert office.key != old
    assert office.token() != before
    assert office.is_in()
    assert not office.is_in(first)
    assert "Your authenticator app was changed" in [subject for subject, _ in office.letters()]


def test_half_of_the_way_ends_after_ten_minutes(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.new_browser()
    office.enters()
    office.clock.advance(timedelta(minutes=11))
    answer = office.browser.post("/sign-in/code", {"code": office.shown()})
    assert answer.headers["Location"] == "/sign-in"
    assert not office.is_in()


def test_who_has_a_factor_is_never_offered_another_by_password_alone(staff: Staff) -> None:
    """Somebody who knows the password waits on the page that sets one up; its owner is quicker."""
    thief = staff("u_office", network="198.51.100.9")
    office = staff("u_office")
    office.sets_password()
    thief.enters()
    office.enters()
    office.enrols()
    office.browser.post("/account/second-factor/begin")
    assert thief.browser.get("/sign-in/second-factor").status_code == 302
    assert thief.browser.post("/sign-in/second-factor", {"code": "123456"}).headers["Location"] == "/sign-in"
