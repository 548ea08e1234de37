"""Signing in with an organisation's account: the whole way with a real provider, and every wrong way with one
that lies.

`oidc-provider-mock` is a real provider, but makes no bad token and asks for no verifier; `tests.app.provider`
does both.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from click.testing import CliRunner, Result
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import Config, create_app
from app.auth.models import LinkedIdentity, UsedNonce
from app.auth.provider import ADDRESSES, SignInRefused, discovery
from app.cli import main
from engine import VirtualClock, history
from engine.models import Outbox
from reviews.models import Person
from tests.app.conftest import Browser, House
from tests.app.provider import CLIENT, SECRET, WrongProvider, encoded, running
from tests.compiled import compiled_once
from tests.conftest import SECRET_KEY

BACK = "/sign-in/organisation/back"


def config_for(issuer: str, **more: Any) -> Config:
    """Settings outside a demonstration, with a provider."""
    return Config(
        secret_key=SECRET_KEY.decode(),
        base_url="http://localhost",
        testing=True,
        oidc_issuer=issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="Northvale Accounts",
        **more,
    )


@pytest.fixture
def provider() -> Iterator[WrongProvider]:
    """A provider that does as it is told."""
    with running(WrongProvider()) as found:
        yield found


@pytest.fixture
def open_app(board: House, session_clock: VirtualClock) -> Callable[[Config], Flask]:
    """The application with these settings."""
    return lambda config: compiled_once(create_app(config, board.database, session_clock=session_clock))


@pytest.fixture
def browser(provider: WrongProvider, open_app: Callable[[Config], Flask]) -> Browser:
    """Somebody at the service whose provider that is."""
    return Browser(open_app(config_for(provider.issuer)).test_client())


def leave(browser: Browser, target: str = "") -> str:
    """Follow the button on the sign-in page; the provider's address that one is sent to."""
    page = html.fromstring(browser.get(f"/sign-in{target}").text)
    (link,) = page.xpath("//a[contains(., 'organisation’s account')]/@href")
    answer = browser.get(link)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def go(browser: Browser, provider: WrongProvider, target: str = "") -> TestResponse:
    """The whole way, up to what our page says when one comes back."""
    return browser.get(provider.allow(leave(browser, target)))


def is_in(browser: Browser, name: str = "Emery J.") -> bool:
    """Whether somebody is signed in here."""
    answer = browser.get("/")
    return answer.status_code == 200 and name in answer.text


def links(board: House) -> list[tuple[str, str, str]]:
    """Every account that is linked."""
    with board.database.read() as session:
        return [(row.issuer, row.subject, row.person) for row in session.scalars(select(LinkedIdentity))]


def nothing_happened(board: House, browser: Browser) -> bool:
    """Nobody is in, nothing is linked, nothing is told."""
    with board.database.read() as session:
        queued = session.scalars(select(Outbox)).all()
        return not queued and not links(board) and not is_in(browser)


# --- with a real provider ---


@pytest.fixture
def real() -> Iterator[str]:
    """oidc-provider-mock at work; its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it still imports parts of Authlib that are to go
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread() as server:
            yield f"http://localhost:{server.server_port}"


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::pytest.PytestUnhandledThreadExceptionWarning"
)
def test_the_whole_way_with_a_real_provider(
    real: str, board: House, open_app: Callable[[Config], Flask]
) -> None:
    claims = {"email": "u_police@board.example", "email_verified": True, "amr": ["mfa"]}
    assert requests.put(f"{real}/users/emery", json=claims, timeout=5).status_code == 204
    browser = Browser(open_app(config_for(real)).test_client())
    there = leave(browser, "?next=/reviews/")
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"] and asked["state"] and asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == [f"http://localhost{BACK}"]
    back = requests.post(there, data={"sub": "emery"}, allow_redirects=False, timeout=5).headers["Location"]
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reviews/")
    assert is_in(browser)
    assert links(board) == [(real, "emery", "u_police")]
    signed_out = browser.post("/sign-out")
    page = browser.get(signed_out.headers["Location"]).text
    (end,) = html.fromstring(page).xpath("//a[contains(., 'Sign out of')]/@href")
    assert requests.get(end, timeout=5).status_code == 200
    assert end.startswith(f"{real}/oauth2/end_session?client_id={CLIENT}&post_logout_redirect_uri=")
    assert not is_in(browser)


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::pytest.PytestUnhandledThreadExceptionWarning"
)
def test_who_says_no_at_the_provider_is_told_so(real: str, open_app: Callable[[Config], Flask]) -> None:
    browser = Browser(open_app(config_for(real)).test_client())
    there = leave(browser)
    back = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=5).headers["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    if "state=" not in back:  # this provider forgets it when somebody says no
        back += f"&state={state}"
    answer = browser.get(back)
    assert answer.status_code == 403
    assert "you said no there" in answer.text
    assert not is_in(browser)


# --- who it is ---


def test_the_first_time_links_and_tells_and_the_next_time_finds(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    assert go(browser, provider).status_code == 303
    with board.database.read() as session:
        assert [row.kind for row in history(session, "u_police")] == ["account.linked", "sign_in.done"]
        told = session.scalars(select(Outbox)).all()
        assert [(row.recipient, row.payload["text"]) for row in told] == [("u_police", "account_linked")]
    provider.user |= {"email": "new.name@board.example"}  # the subject stays; addresses change
    browser.post("/sign-out")
    assert go(browser, provider).status_code == 303
    assert is_in(browser)
    assert links(board) == [(provider.issuer, "s-1", "u_police")]
    with board.database.read() as session:
        assert len(session.scalars(select(Outbox)).all()) == 1


def test_the_address_is_compared_without_regard_to_capitals(
    browser: Browser, provider: WrongProvider
) -> None:
    provider.user["email"] = "U_Police@Board.Example"
    go(browser, provider)
    assert is_in(browser)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_the_provider_has_not_checked_links_nobody(
    browser: Browser, provider: WrongProvider, board: House, verified: object
) -> None:
    provider.says["email_verified"] = verified
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "has not told us an email address of yours that it has checked" in answer.text
    assert nothing_happened(board, browser)


def test_an_address_that_nobody_has_is_said_with_whom_to_ask(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    provider.user["email"] = "stranger@elsewhere.example"
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "You are signed in to Northvale Accounts, but nobody here has the address" in answer.text
    assert "stranger@elsewhere.example" in answer.text
    assert "Board’s business team" in answer.text
    assert nothing_happened(board, browser)


def test_two_people_with_one_address_link_nobody(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    with board.database.write() as session:
        session.add(Person(id="u_twin", name="Twin T.", email="U_POLICE@board.example"))
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "more than one person here" in answer.text
    assert nothing_happened(board, browser)


def test_somebody_who_has_left_is_not_linked(browser: Browser, provider: WrongProvider, board: House) -> None:
    _switch_off(board, "u_police")
    assert go(browser, provider).status_code == 403
    assert nothing_happened(board, browser)


def test_somebody_who_has_left_since_does_not_come_in(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    go(browser, provider)
    browser.post("/sign-out")
    _switch_off(board, "u_police")
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "your account here is closed" in answer.text
    assert not is_in(browser)


def test_the_same_subject_of_another_issuer_is_somebody_else(
    browser: Browser, provider: WrongProvider, board: House, open_app: Callable[[Config], Flask]
) -> None:
    go(browser, provider)
    with running(WrongProvider()) as second:
        second.user |= {"email": "stranger@elsewhere.example"}
        stranger = Browser(open_app(config_for(second.issuer)).test_client())
        assert go(stranger, second).status_code == 403
        assert not is_in(stranger)


def test_an_address_that_was_given_to_somebody_new_does_not_open_the_old_account(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    go(browser, provider)
    browser.post("/sign-out")
    provider.user["sub"] = "s-2"
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "signs in with another account" in answer.text
    assert links(board) == [(provider.issuer, "s-1", "u_police")]


# --- the second factor ---


@pytest.mark.parametrize("claims", [{"amr": None}, {"amr": ["pwd"]}, {"amr": [], "acr": "0"}, {"amr": "mfa"}])
def test_without_a_second_factor_nobody_comes_in(
    browser: Browser, provider: WrongProvider, board: House, claims: dict[str, object]
) -> None:
    provider.says |= claims
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert nothing_happened(board, browser)


def test_the_refusal_names_the_second_factor(browser: Browser, provider: WrongProvider) -> None:
    provider.says["amr"] = ["pwd"]
    assert "without a second factor" in go(browser, provider).text


@pytest.mark.parametrize("claims", [{"amr": ["hwk"]}, {"amr": None, "acr": "phr"}])
def test_a_key_or_a_class_is_a_second_factor(
    browser: Browser, provider: WrongProvider, claims: dict[str, object]
) -> None:
    provider.says |= claims
    go(browser, provider)
    assert is_in(browser)


def test_a_setting_leaves_the_second_factor_to_the_provider(
    provider: WrongProvider, open_app: Callable[[Config], Flask]
) -> None:
    provider.says["amr"] = None
    config = config_for(provider.issuer, oidc_require_second_factor=False)
    browser = Browser(open_app(config).test_client())
    go(browser, provider)
    assert is_in(browser)


# --- bad tokens ---


def _hours(number: int) -> int:
    return int(time.time()) + number * 3600


WRONG: dict[str, Callable[[], dict[str, Any]]] = {
    "another nonce": lambda: {"nonce": "another"},
    "no nonce": lambda: {"nonce": None},
    "another issuer": lambda: {"iss": "https://evil.example"},
    "no issuer": lambda: {"iss": None},
    "another audience": lambda: {"aud": "another"},
    "an audience more": lambda: {"aud": [CLIENT, "another"], "azp": CLIENT},
    "no audience": lambda: {"aud": None},
    "for another party": lambda: {"azp": "another"},
    "expired": lambda: {"iat": _hours(-2), "exp": _hours(-1)},
    "no end": lambda: {"exp": None},
    "from the future": lambda: {"iat": _hours(1), "exp": _hours(2)},
    "not yet": lambda: {"nbf": _hours(1)},
    "no subject": lambda: {"sub": None},
    "an empty subject": lambda: {"sub": ""},
    "a subject that is no text": lambda: {"sub": 7},
    "a subject without end": lambda: {"sub": "s" * 300},
    "another access token": lambda: {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_with_a_wrong_claim_is_refused(
    browser: Browser, provider: WrongProvider, board: House, name: str
) -> None:
    provider.says |= WRONG[name]()
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "could not be trusted" in answer.text
    assert nothing_happened(board, browser)


def _without_signature(_: WrongProvider, claims: dict[str, Any]) -> str:
    return f"{encoded({'alg': 'none'})}.{encoded(claims)}."


def _with_a_shared_secret(secret: bytes, claims: dict[str, Any]) -> str:
    """By hand: joserfc would not take a public key for a secret."""
    signed = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(claims)}"
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _with_the_client_secret(_: WrongProvider, claims: dict[str, Any]) -> str:
    return _with_a_shared_secret(SECRET.encode(), claims)


def _with_the_public_key_as_secret(provider: WrongProvider, claims: dict[str, Any]) -> str:
    return _with_a_shared_secret(provider.key.as_pem(private=False), claims)


def _with_another_key(provider: WrongProvider, claims: dict[str, Any]) -> str:
    return provider.signed(claims, key=RSAKey.generate_key(2048, private=True))


def _with_an_unknown_key(provider: WrongProvider, claims: dict[str, Any]) -> str:
    return provider.signed(claims, key=RSAKey.generate_key(2048, private=True), kid="two")


def _with_its_own_key_in_the_header(_: WrongProvider, claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048, private=True)
    return jwt.encode({"alg": "RS256", "jwk": key.as_dict(private=False)}, claims, key)


def _changed_after_signing(provider: WrongProvider, claims: dict[str, Any]) -> str:
    header, _, signature = provider.signed(claims).split(".")
    return f"{header}.{encoded({**claims, 'email': 'u_hosl@board.example'})}.{signature}"


def _no_token(_: WrongProvider, claims: dict[str, Any]) -> str:
    return "not a token"


FORGED = (
    _without_signature,
    _with_the_client_secret,
    _with_the_public_key_as_secret,
    _with_another_key,
    _with_an_unknown_key,
    _with_its_own_key_in_the_header,
    _changed_after_signing,
    _no_token,
)


@pytest.mark.parametrize("forge", FORGED)
def test_a_forged_token_is_refused(
    browser: Browser,
    provider: WrongProvider,
    board: House,
    forge: Callable[[WrongProvider, dict[str, Any]], str],
) -> None:
    provider.sign = lambda claims: forge(provider, claims)
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "could not be trusted" in answer.text
    assert nothing_happened(board, browser)


def test_a_key_that_was_changed_is_read_again(browser: Browser, provider: WrongProvider) -> None:
    go(browser, provider)
    browser.post("/sign-out")
    provider.key = RSAKey.generate_key(2048, {"kid": "two"}, private=True)
    provider.sign = lambda claims: provider.signed(claims, kid="two")
    go(browser, provider)
    assert is_in(browser)


# --- the way back ---


def test_another_state_is_refused(browser: Browser, provider: WrongProvider, board: House) -> None:
    back = provider.allow(leave(browser))
    answer = browser.get(back.replace("state=", "state=x"))
    assert answer.status_code == 403
    assert "not begun in this browser" in answer.text
    assert nothing_happened(board, browser)


@pytest.mark.parametrize("query", ["", "?state=", "?code=x", "?code=x&state=y", "?error=access_denied"])
def test_coming_back_from_nowhere_is_refused(
    browser: Browser, provider: WrongProvider, board: House, query: str
) -> None:
    assert browser.get(f"{BACK}{query}").status_code == 403
    assert nothing_happened(board, browser)


def test_who_begins_often_finishes_the_last(browser: Browser, provider: WrongProvider) -> None:
    first = leave(browser)
    for _ in range(9):
        last = leave(browser, f"?next=/{'x' * 200}")
    kept = browser.client.get_cookie("roundtable-form")
    assert kept is not None and len(kept.value) < 1500
    assert browser.get(provider.allow(first)).status_code == 403
    assert browser.get(provider.allow(last)).status_code == 303


def test_what_one_browser_began_another_cannot_finish(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    back = provider.allow(leave(browser))
    victim = Browser(browser.client.application.test_client())
    assert victim.get(back).status_code == 403
    leave(victim)  # not even with a sign-in of its own under way
    assert victim.get(back).status_code == 403
    assert not is_in(victim)


def test_a_way_back_works_once(browser: Browser, provider: WrongProvider) -> None:
    back = provider.allow(leave(browser))
    assert browser.get(back).status_code == 303
    browser.post("/sign-out")
    assert browser.get(back).status_code == 403
    assert not is_in(browser)


def test_a_way_back_works_once_with_a_cookie_that_was_kept_and_a_provider_that_does_not_care(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    back = provider.allow(leave(browser))
    kept = browser.client.get_cookie("roundtable-form")
    codes = dict(provider.codes)
    assert browser.get(back).status_code == 303
    browser.post("/sign-out")
    assert kept is not None
    browser.client.set_cookie("roundtable-form", kept.value)
    provider.codes = codes
    answer = browser.get(back)
    assert answer.status_code == 403
    assert "already used" in answer.text
    assert not is_in(browser)
    with board.database.read() as session:
        assert len(session.scalars(select(UsedNonce)).all()) == 1


def test_a_code_of_somebody_else_is_worth_nothing_without_their_verifier(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    stolen = parse_qs(urlsplit(provider.allow(leave(browser))).query)["code"][0]
    thief = Browser(browser.client.application.test_client())
    state = parse_qs(urlsplit(leave(thief)).query)["state"][0]
    assert thief.get(f"{BACK}?code={stolen}&state={state}").status_code == 403
    assert not is_in(thief)
    assert links(board) == []


def test_a_sign_in_that_takes_too_long_is_begun_again(
    browser: Browser, provider: WrongProvider, session_clock: VirtualClock
) -> None:
    back = provider.allow(leave(browser))
    session_clock.advance(timedelta(minutes=16))
    assert browser.get(back).status_code == 403
    assert not is_in(browser)


def test_an_answer_that_names_another_issuer_is_refused(browser: Browser, provider: WrongProvider) -> None:
    back = provider.allow(leave(browser))
    assert browser.get(f"{back}&iss=https://evil.example").status_code == 403
    assert not is_in(browser)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/%5Cevil.example", "/a%0Ab"])
def test_one_comes_back_to_this_service_only(browser: Browser, provider: WrongProvider, target: str) -> None:
    assert go(browser, provider, f"?next={target}").headers["Location"] == "/"
    there = browser.get(f"/sign-in/organisation?next={target}").headers["Location"]
    assert browser.get(provider.allow(there)).headers["Location"] == "/"


def test_signing_in_makes_a_new_session_and_ends_the_one_before(
    browser: Browser, provider: WrongProvider
) -> None:
    go(browser, provider)
    before = browser.client.get_cookie("roundtable")
    go(browser, provider)
    after = browser.client.get_cookie("roundtable")
    assert before is not None and after is not None and before.value != after.value
    browser.client.set_cookie("roundtable", before.value)
    assert not is_in(browser)


# --- a provider that is away, or not who it should be ---


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
    ],
)
def test_a_discovery_that_is_not_right_is_not_followed(
    browser: Browser, provider: WrongProvider, discovery: dict[str, object]
) -> None:
    provider.discovery = discovery
    answer = browser.get("/sign-in/organisation")
    assert answer.status_code == 503
    assert "We could not reach Northvale Accounts" in answer.text


def test_a_provider_on_https_has_no_address_without(monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_for("https://id.example")
    told = {"issuer": "https://id.example"} | {name: f"https://id.example/{name}" for name in ADDRESSES}
    for name in ADDRESSES:
        wrong = {**told, name: f"http://localhost/{name}"}
        answer = SimpleNamespace(status_code=200, json=lambda wrong=wrong: wrong)
        monkeypatch.setattr(requests, "get", lambda *_, answer=answer, **__: answer)
        with pytest.raises(SignInRefused) as refused:
            discovery(config)
        assert name in refused.value.why


def test_a_provider_that_is_away_is_said_in_plain_words_and_asked_again(
    open_app: Callable[[Config], Flask], board: House
) -> None:
    with running(WrongProvider()) as gone:
        issuer = gone.issuer
    browser = Browser(open_app(config_for(issuer)).test_client())
    assert browser.get("/sign-in").status_code == 200  # the page itself needs no provider
    answer = browser.get("/sign-in/organisation")
    assert answer.status_code == 503
    assert "Try again in a few minutes" in answer.text
    assert "Traceback" not in answer.text


def test_a_provider_that_fails_on_the_way_back_lets_nobody_in(
    browser: Browser, provider: WrongProvider, board: House
) -> None:
    provider.token_status = 500
    assert go(browser, provider).status_code == 503
    assert nothing_happened(board, browser)


def test_nothing_personal_and_no_secret_is_logged(
    browser: Browser, provider: WrongProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.user["email"] = "stranger@elsewhere.example"
    with caplog.at_level("INFO"):
        go(browser, provider)
    assert "unknown address" in caplog.text
    assert "stranger" not in caplog.text
    assert "s-1" not in caplog.text


def test_without_a_provider_there_is_no_such_way(open_app: Callable[[Config], Flask]) -> None:
    for config in (config_for(""), config_for("https://id.example", demonstration=True)):
        browser = Browser(open_app(config).test_client())
        assert "organisation’s account" not in browser.get("/sign-in").text
        for address in ("/sign-in/organisation", BACK, "/sign-out/organisation"):
            assert browser.get(address).status_code == 404


@pytest.fixture
def command(board: House, provider: WrongProvider) -> Callable[..., Result]:
    """The command `roundtable`, on the partnership's database with this provider."""
    settings = {
        "SECRET_KEY": SECRET_KEY.decode(),
        "IDENTITY_KEYS": "only for tests: another key and no secret",
        "BASE_URL": "https://reviews.example",
        "DATABASE_URL": board.database.engine.url.render_as_string(hide_password=False),
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
    }
    environment = {f"ROUNDTABLE_{name}": value for name, value in settings.items()}
    return lambda *words: CliRunner().invoke(main, list(words), env=environment)


def test_an_administrator_forgets_a_link_so_that_a_new_account_can_come(
    browser: Browser, provider: WrongProvider, board: House, command: Callable[..., Result]
) -> None:
    go(browser, provider)
    browser.post("/sign-out")
    (listed,) = json.loads(command("organisation-accounts", "list", "--json").stdout)
    assert (listed["person"], listed["subject"]) == ("u_police", "s-1")
    assert command("organisation-accounts", "end", listed["id"]).exit_code == 0
    assert command("organisation-accounts", "end", listed["id"]).exit_code == 1
    provider.user["sub"] = "s-2"
    go(browser, provider)
    assert links(board) == [(provider.issuer, "s-2", "u_police")]
    with board.database.read() as session:
        told = history(session, "u_police")
        kinds = [row.kind for row in told if row.kind.startswith("account.")]
    assert kinds == ["account.linked", "account.unlinked", "account.linked"]


def test_the_doctor_asks_the_provider(provider: WrongProvider, command: Callable[..., Result]) -> None:
    assert json.loads(command("doctor", "--json").stdout)["organisation sign-in"]["words"] == "ok"
    provider.discovery = {"issuer": "https://evil.example"}
    said = json.loads(command("doctor", "--json").stdout)["organisation sign-in"]
    assert "another issuer" in said["words"]
    assert "ROUNDTABLE_OIDC_ISSUER" in said["what_to_do"]


def _switch_off(board: House, person: str) -> None:
    with board.database.write() as session:
        session.get_one(Person, person).active = False
