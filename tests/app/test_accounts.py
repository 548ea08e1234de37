"""Local accounts: a one-time link, a password, being told of changes; nothing to be learned by guessing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth import passwords
from app.auth.models import LocalAccount, OneTimeLink
from app.auth.passwords import problem_of
from engine import history
from engine.models import Outbox
from reviews.models import Person
from tests.app.local_people import PASSWORD, Somebody

Staff = Callable[..., Somebody]


def test_from_the_link_to_the_first_page(staff: Staff) -> None:
    office = staff("u_office")
    assert "Set your password" in office.browser.get(office.link()).text
    office.activates()
    page = office.browser.get("/account/").text
    assert "Devon K." in page
    assert "10 codes left" in page
    assert "Sign out everywhere" in page


def test_nothing_is_open_between_the_password_and_the_second_factor(staff: Staff) -> None:
    office = staff("u_office")
    office.sets_password()
    office.enters()
    for path in ("/", "/account/", "/people/", "/account/password", "/account/second-factor", "/confirm"):
        assert office.browser.get(path).status_code == 302, path
    office.enrols()
    office.new_browser()
    office.enters()
    for path in ("/", "/account/", "/sign-in/second-factor"):
        assert office.browser.get(path).headers["Location"].startswith("/sign-in"), path


def test_a_link_works_once(staff: Staff) -> None:
    office, link = staff("u_office"), staff("u_office").link()
    assert office.sets_password(link=link).status_code == 303
    again = office.browser.post(link, {"new_password": "another four words here"})
    assert again.status_code == 404
    assert "no longer works" in again.text
    assert office.browser.get(link).status_code == 404
    assert office.enters(PASSWORD).status_code == 303


def test_a_link_ends_after_a_day_and_with_the_next_one(staff: Staff) -> None:
    office = staff("u_office")
    first, second = office.link(), office.link()
    assert office.browser.get(first).status_code == 404
    office.clock.advance(timedelta(hours=23, minutes=59))
    assert office.browser.get(second).status_code == 200
    office.clock.advance(timedelta(minutes=2))
    assert office.browser.get(second).status_code == 404
    assert office.sets_password(link=second).status_code == 404


def test_looking_at_a_link_uses_nothing_up_and_an_invented_one_is_worth_nothing(staff: Staff) -> None:
    office, link = staff("u_office"), staff("u_office").link()
    for _ in range(3):
        assert office.browser.get(link).status_code == 200
    assert office.browser.get("/set-password/invented").status_code == 404


def test_a_link_for_a_new_password_leaves_the_second_factor(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.sets_password("other words than before", office.link(anew=False))
    assert not office.is_in(), "and every session ends"
    assert office.enters().headers["Location"].startswith("/sign-in/code")


def test_after_a_lost_phone_the_second_factor_is_set_up_again(staff: Staff) -> None:
    office = staff("u_office").activates()
    old = office.codes[0]
    office.sets_password(link=office.link(anew=True))
    assert office.enters().headers["Location"].startswith("/sign-in/second-factor")
    office.enrols()
    office.new_browser()
    office.enters()
    assert office.browser.post("/sign-in/code", {"recovery_code": old}).status_code == 422


def test_a_forgotten_password_says_the_same_to_everybody_and_mails_only_who_has_an_account(
    staff: Staff,
) -> None:
    office = staff("u_office").activates()
    office.new_browser()
    pages = [
        _without_token(office.browser.post("/forgotten-password", {"email": email}).text)
        for email in (office.email.upper(), "nobody@board.example", "u_chair@board.example")
    ]
    assert pages[0] == pages[1] == pages[2]
    sent = [body for subject, body in office.letters() if subject == "Set a new password"]
    assert len(sent) == 1
    address = re.search(r"https://roundtable\.example(/set-password/\S+)", sent[0])
    assert address
    assert office.browser.get(address[1]).status_code == 200
    assert staff("u_chair").letters() == []


def test_a_link_stands_in_no_table(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.browser.post("/forgotten-password", {"email": office.email})
    (body,) = [body for subject, body in office.letters() if subject == "Set a new password"]
    found = re.search(r"/set-password/(\S+)", body)
    assert found
    with office.database.read() as session:
        assert found[1] not in str(session.scalars(select(Outbox.payload)).all())
        assert found[1] not in session.scalars(select(OneTimeLink.digest)).all()


def test_asking_for_many_links_sends_three_an_hour(staff: Staff) -> None:
    office = staff("u_office").activates()
    for _ in range(8):
        assert office.browser.post("/forgotten-password", {"email": office.email}).status_code == 200
    assert len([subject for subject, _ in office.letters() if subject == "Set a new password"]) == 3


def test_wrong_password_and_unknown_person_get_the_same_answer_and_the_same_work(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = staff("u_office").activates()
    compared: list[str] = []
    kind = type(passwords._hasher)
    verify = kind.verify

    def counting(self: object, kept: str, password: str) -> bool:
        compared.append(kept)
        return verify(self, kept, password)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "verify", counting)
    asked = (
        (office.email, "wrong words"),
        ("nobody@board.example", "wrong words"),
        ("u_chair@board.example", "x"),
    )
    answers = []
    for email, password in asked:
        answer = staff("u_office").browser.post("/sign-in", {"email": email, "password": password})
        answers.append((answer.status_code, _without_token(answer.text).replace(email, "EMAIL")))
    assert len(compared) == 3
    assert len({kept.rpartition("$")[0].rpartition("$")[0] for kept in compared}) == 1, (
        "with the same parameters"
    )
    assert compared[0].startswith("$argon2id$")
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422


def test_somebody_switched_off_is_out_at_once_and_gets_no_further(staff: Staff) -> None:
    office = staff("u_office").activates()
    link = office.link(anew=False)
    with office.database.write() as session:
        session.get_one(Person, "u_office").active = False
    assert not office.is_in()
    assert office.enters().status_code == 422
    assert office.browser.get(link).status_code == 404
    office.browser.post("/forgotten-password", {"email": office.email})
    assert office.letters() == []


def test_one_changes_ones_password_with_the_present_one(staff: Staff) -> None:
    office = staff("u_office").activates()
    before, other = office.token(), office.browser
    wrong = office.browser.post(
        "/account/password", {"password": "not it at all", "new_password": "birds upon a wire"}
    )
    assert wrong.status_code == 422
    assert "Your present password is wrong" in wrong.text
    assert office.browser.post("/account/password", {"new_password": "birds upon a wire"}).status_code == 422
    done = office.browser.post(
        "/account/password", {"password": PASSWORD, "new_password": " birds upon a wire "}
    )
    assert done.headers["Location"] == "/account/"
    assert office.token() != before
    assert office.is_in(other)
    assert "Your password was changed" in [subject for subject, _ in office.letters()]
    office.new_browser()
    assert office.enters("birds upon a wire").status_code == 422, "a space counts like any character"
    assert office.enters(" birds upon a wire ").status_code == 303


def test_changing_the_password_ends_the_other_sessions(staff: Staff) -> None:
    office = staff("u_office").activates()
    first = office.browser
    office.new_browser()
    office.signs_in()
    office.browser.post("/account/password", {"password": PASSWORD, "new_password": "birds upon a wire"})
    assert office.is_in()
    assert not office.is_in(first)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short words", "12 characters or more"),
        ("x" * 129, "128 characters or fewer"),
        ("password1234", "one of the first"),
        ("Qwertyuiop!2026", "one of the first"),
        ("aaaaaaaaaaaaaaaa", "one of the first"),
        ("my roundtable words", "must not contain"),
        ("geese u_office water", "must not contain"),
        ("three devonian geese", "must not contain"),
        ("correct horse battery", ""),
        ("ŵyth gŵydd ar ddŵr 🪿", ""),
        ("839201746618", ""),
        ("x1" * 30 + "yz", ""),
    ],
)
def test_which_passwords_are_taken(password: str, says: str) -> None:
    found = problem_of(password, name="Devon K.", email="u_office@board.example")
    assert says in found if says else found == ""


def test_a_short_address_is_no_password_either() -> None:
    assert "must not contain" in problem_of("Zia@board.example", name="Zia M.", email="zia@Board.example")


def test_a_password_that_is_not_taken_leaves_the_link_good(staff: Staff) -> None:
    office, link = staff("u_office"), staff("u_office").link()
    answer = office.sets_password("short", link)
    assert answer.status_code == 422
    assert "12 characters or more" in answer.text
    assert office.sets_password(link=link).status_code == 303


def test_unicode_and_long_passwords_work(staff: Staff) -> None:
    office = staff("u_office")
    for password in ("ŵyth gŵydd ar ddŵr 🪿", "ab c" * 32):
        office.sets_password(password)
        assert office.enters().status_code == 303


def test_a_hash_with_older_parameters_is_made_anew_at_sign_in(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    from argon2 import PasswordHasher

    office = staff("u_office").activates()
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    office.enters()
    with office.database.read() as session:
        kept = session.get_one(LocalAccount, "u_office").password or ""
    assert kept.startswith("$argon2id$")
    assert "t=2" in kept
    assert office.enters().status_code == 303


def test_the_product_keeps_passwords_with_argon2id_and_the_defaults() -> None:
    from argon2 import PasswordHasher

    assert passwords.hashed("three geese over water").startswith("$argon2id$")
    assert not PasswordHasher().check_needs_rehash(passwords.hashed("three geese over water"))


def test_the_log_says_what_happened_in_words_and_holds_no_secret(staff: Staff) -> None:
    office = staff("u_office").activates()
    office.enters("wrong words here")
    office.signs_in()
    office.browser.post("/sign-out")
    with office.database.read() as session:
        kept = [(event.kind, event.subject) for event in history(session, "u_office")]
        words = str(
            [
                (event.subject, event.details)
                for event in (*history(session, "u_office"), *history(session, ""))
            ]
        )
        refused = [event.kind for event in history(session, "")]
    for kind in ("sign_in.done", "sign_in.ended", "account.changed"):
        assert kind in [each for each, _ in kept]
    assert ("account.changed", "password") in kept
    assert ("account.changed", "second_factor") in kept
    assert refused == ["sign_in.refused"]
    for secret in (PASSWORD, "wrong words here", office.key, office.email):
        assert secret not in words


def test_no_letter_about_an_account_says_anything_of_a_case(staff: Staff) -> None:
    office = staff("u_office").activates()
    for subject, body in office.letters():
        assert "MALR-" not in subject + body
        assert office.key not in body


def _without_token(page: str) -> str:
    """A page without the two places that hold a token of its own."""
    return re.sub(r'(name="csrf-token" content|name="csrf_token" value)="[^"]+"', "", page)
