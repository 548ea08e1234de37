"""Sessions at work: a new one with each proof, ended by what must end them; a fresh proof of who one is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.auth.browsers import browser_family
from reviews.models import PersonRole
from reviews.people import add_role
from tests.app.conftest import Browser, House
from tests.app.local_people import Somebody

Staff = Callable[..., Somebody]
SignIn = Callable[[str], Browser]


def test_no_id_from_before_sign_in_is_worth_anything_after_it(staff: Staff) -> None:
    """Fixation: what a browser was given before the password, or before the code, stays worthless."""
    office = staff("u_office").activates()
    office.new_browser()
    office.browser.client.set_cookie("roundtable", "chosen-by-a-stranger")
    office.enters()
    half_way = office.token()
    office.browser.post("/sign-in/code", {"code": office.code()})
    full = office.token()
    assert len({"chosen-by-a-stranger", half_way, full}) == 3
    for old in ("chosen-by-a-stranger", half_way):
        thief = office.app.test_client()
        thief.set_cookie("roundtable", old)
        assert thief.get("/account/").status_code == 302


def test_an_old_cookie_is_worth_nothing_after_signing_out(staff: Staff) -> None:
    office = staff("u_office").activates()
    kept = office.token()
    answer = office.browser.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "You have signed out" in office.browser.get(answer.headers["Location"]).text
    office.browser.client.set_cookie("roundtable", kept)
    assert not office.is_in()


def test_signing_out_everywhere_ends_them_all(staff: Staff) -> None:
    office = staff("u_office").activates()
    first = office.browser
    office.new_browser()
    office.signs_in()
    assert office.browser.post("/account/sign-out-everywhere").status_code == 303
    assert not office.is_in()
    assert not office.is_in(first)


def test_one_other_browser_is_signed_out_and_this_one_goes_on(staff: Staff) -> None:
    office = staff("u_office").activates()
    first = office.browser
    office.new_browser()
    office.signs_in()
    page = office.browser.get("/account/").text
    ends = re.findall(r'action="(/account/sessions/[^"]+/end)"', page)
    assert len(ends) == 2
    assert page.count("(this one)") == 1
    assert page.index("(this one)") < page.index(ends[1]), "the last used comes first"
    office.browser.post(ends[1])
    assert office.is_in()
    assert not office.is_in(first)
    assert office.browser.post(ends[0]).headers["Location"] == "/sign-in"
    assert not office.is_in()


def test_nobody_ends_the_session_of_another(staff: Staff) -> None:
    office, chair = staff("u_office").activates(), staff("u_chair").activates()
    (end,) = re.findall(r'action="(/account/sessions/[^"]+/end)"', chair.browser.get("/account/").text)
    assert office.browser.post(end).status_code == 404
    assert chair.is_in()


def test_a_role_given_or_ended_ends_the_sessions_of_its_holder(staff: Staff) -> None:
    chair = staff("u_chair").activates()
    with chair.database.write() as session:
        held = add_role(session, "u_chair", "qa_member", None, date(2026, 5, 5), None)
    assert not chair.is_in()
    chair.signs_in()
    assert chair.is_in()
    with chair.database.write() as session:
        session.get_one(PersonRole, held.id).to_on = date(2026, 5, 6)
    assert not chair.is_in()
    chair.signs_in()
    with chair.database.write() as session:
        session.delete(session.get_one(PersonRole, held.id))
    assert not chair.is_in()


def test_sessions_end_by_time(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.clock.advance(timedelta(minutes=29))
    assert office.is_in()
    office.clock.advance(timedelta(minutes=31))
    assert not office.is_in()


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb"])
def test_sign_in_and_confirmation_lead_nowhere_else(staff: Staff, target: str) -> None:
    office = staff("u_office").activates()
    office.new_browser()
    there = office.enters(next=target).headers["Location"]
    assert "evil" not in there
    answer = office.browser.post("/sign-in/code", {"code": office.code()}, query_string={"next": target})
    assert answer.headers["Location"] == "/"
    answer = office.browser.post("/confirm", {"code": office.code(), "next": target})
    assert answer.headers["Location"] == "/"


def test_sign_in_leads_to_where_one_wanted_to_go(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.new_browser()
    asked = office.browser.get("/people/?q=Devon").headers["Location"]
    assert "Devon" in office.browser.get(asked).text
    there = office.enters(next="/people/?q=Devon").headers["Location"]
    assert office.browser.post(there, {"code": office.code()}).headers["Location"] == "/people/?q=Devon"


# --- a fresh proof ---


def test_what_is_grave_asks_again_after_a_quarter_of_an_hour(staff: Staff) -> None:
    office = staff("u_office").activates()
    assert office.browser.get("/account/recovery-codes").status_code == 200
    office.clock.advance(timedelta(minutes=16))
    asked = office.browser.get("/account/recovery-codes")
    assert asked.headers["Location"] == "/confirm?next=/account/recovery-codes"
    before = office.token()
    assert office.browser.post("/confirm", {"code": "000000"}).status_code == 422
    assert office.browser.post("/confirm", {"next": "/account/"}).status_code == 422
    done = office.browser.post("/confirm", {"code": office.code(), "next": "/account/recovery-codes"})
    assert done.headers["Location"] == "/account/recovery-codes"
    assert office.browser.get("/account/recovery-codes").status_code == 200
    assert office.token() != before, "a new id with a new proof"
    office.browser.client.set_cookie("roundtable", before)
    assert not office.is_in()


def test_the_password_does_as_well(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.clock.advance(timedelta(minutes=16))
    assert office.browser.post("/confirm", {"password": "not it at all"}).status_code == 422
    assert office.browser.post("/confirm", {"password": office.password}).status_code == 303
    assert office.browser.get("/account/recovery-codes").status_code == 200


def test_what_was_typed_is_still_there_when_the_proof_is_too_old(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.clock.advance(timedelta(minutes=16))
    typed = {"name": "Robin Newcomer", "email": "robin@board.example", "role": "hosl"}
    answer = office.browser.post("/people/new", typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403
    assert "Robin Newcomer" in answer.text
    office.browser.post("/confirm", {"code": office.code()})
    assert office.browser.post("/people/new", typed).status_code == 303


def test_a_password_is_never_kept_in_a_page(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.clock.advance(timedelta(minutes=45))
    sent = {"password": office.password, "new_password": "birds upon a wire"}
    answer = office.browser.post("/account/password", sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403
    assert office.password not in answer.text
    assert "birds upon a wire" not in answer.text


def test_in_the_demonstration_it_is_a_plain_question(sign_in: SignIn, session_clock: object) -> None:
    browser = sign_in("u_office")
    assert browser.get("/people/new").status_code == 200
    session_clock.advance(timedelta(minutes=16))  # type: ignore[attr-defined]
    asked = browser.get("/people/new")
    assert asked.headers["Location"] == "/confirm?next=/people/new"
    page = browser.get(asked.headers["Location"]).text
    assert "It is me: continue" in page
    assert 'type="password"' not in page
    assert browser.post("/confirm", {"next": "/people/new"}).headers["Location"] == "/people/new"
    assert browser.get("/people/new").status_code == 200


def test_the_demonstration_has_no_passwords(sign_in: SignIn) -> None:
    browser = sign_in("u_office")
    page = browser.get("/account/").text
    assert "(this one)" in page
    assert "/account/password" not in page
    for path in ("/account/password", "/forgotten-password", "/set-password/x", "/people/u_chair/link"):
        assert browser.get(path).status_code == 404, path


# --- the end of a session loses no text ---


def test_text_saved_while_typing_is_there_after_signing_in_again(
    house: House, sign_in: SignIn, session_clock: object
) -> None:
    browser, screen = sign_in("u_hosl"), house.address("MALR-2026-002", "statutory_screen")
    draft = screen.rsplit("/", 1)[0] + "/draft"
    headers = {"X-CSRFToken": browser.token(), "If-Match": '"0"', "Accept": "application/json"}
    assert browser.client.put(draft, data={"reason": "Typed and saved"}, headers=headers).status_code == 200
    session_clock.advance(timedelta(minutes=31))  # type: ignore[attr-defined]
    late = browser.client.put(
        draft, data={"reason": "Typed too late"}, headers={**headers, "If-Match": '"1"'}
    )
    assert late.status_code == 403, "the script says so, and the text stays on the page"
    assert "Typed and saved" in browser.become("u_hosl").get(screen).text


def test_a_form_sent_after_the_end_comes_back_with_its_text(
    house: House, sign_in: SignIn, session_clock: object
) -> None:
    browser, screen = sign_in("u_hosl"), house.address("MALR-2026-002", "statutory_screen")
    token = browser.token()
    session_clock.advance(timedelta(minutes=31))  # type: ignore[attr-defined]
    sent = {"csrf_token": token, "reason": "A long thought", "do": "later"}
    late = browser.client.post(screen, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert late.status_code == 403
    assert "A long thought" in late.text
    browser.become("u_hosl")
    again = browser.client.post(
        screen,
        data={**sent, "csrf_token": _form_token(late.text)},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert again.status_code == 403, "signed in anew in another tab: its token is of before"
    assert "A long thought" in again.text
    final = browser.client.post(screen, data={**sent, "csrf_token": _form_token(again.text)})
    assert final.status_code == 303
    assert "A long thought" in browser.get(screen).text


def _form_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/149.0 Safari/537.36 Edg/149.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:152.0) Gecko/20100101 Firefox/152.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("<script>alert(1)</script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_browsers_are_named_by_family(agent: str, family: str) -> None:
    assert browser_family(agent) == family
