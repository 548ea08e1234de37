"""People who sign in with a password and a one-time code, as the tests of sign-in drive them: by the pages,
the letters they get, and a clock that moves when told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.auth.accounts import make_link
from app.auth.links import place_of
from app.post import written
from engine import Actor, Database, Outbox, VirtualClock
from tests.app.conftest import Browser

PASSWORD = "three geese over water"
COMPUTER = "203.0.113.7"


@dataclass
class Somebody:
    """One person with a browser, a phone and a place in the network."""

    app: Flask
    database: Database
    clock: VirtualClock
    id: str
    network: str = COMPUTER
    password: str = PASSWORD
    key: str = ""
    codes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.new_browser()

    @property
    def email(self) -> str:
        """As the tests' people have it."""
        return f"{self.id}@board.example"

    def new_browser(self) -> Browser:
        """A browser that this service has not seen; the old one is as it was."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = self.network
        self.browser = Browser(client)
        return self.browser

    def link(self, *, anew: bool = True) -> str:
        """Where a new one-time link leads."""
        with self.database.write() as session:
            made = make_link(session, self.id, anew=anew, by=Actor.system("tests"), now=self.clock.now())
            return f"/{place_of(session, made)}"

    def sets_password(self, password: str = PASSWORD, link: str = "") -> TestResponse:
        """Open the link and choose a password."""
        self.password = password
        return self.browser.post(link or self.link(), {"new_password": password})

    def enters(self, password: str = "", **more: Any) -> TestResponse:
        """Send e-mail and password."""
        return self.browser.post(
            "/sign-in", {"email": self.email, "password": password or self.password, **more}
        )

    def code(self) -> str:
        """What the phone shows; the clock goes on first, so that each is a new one."""
        self.clock.advance(timedelta(seconds=30))
        return self.shown()

    def shown(self) -> str:
        """What the phone shows at this moment."""
        return pyotp.TOTP(self.key).at(self.clock.now())

    def enrols(self, at: str = "/sign-in/second-factor") -> TestResponse:
        """Type the key into the phone, and its first code into the page."""
        found = re.search(r'class="app-key">([A-Z2-7 ]+)<', self.browser.get(at).text)
        assert found
        self.key = found[1].replace(" ", "")
        answer = self.browser.post(at, {"code": self.shown()})
        self.codes = re.findall(r'class="app-key">([a-z2-7-]+)<', answer.text)
        return answer

    def activates(self) -> Somebody:
        """From the first link to the first page."""
        assert self.sets_password().status_code == 303
        assert self.enters().headers["Location"].startswith("/sign-in/second-factor")
        assert self.enrols().status_code == 200
        return self

    def signs_in(self) -> TestResponse:
        """Password and code; where it leads."""
        self.enters()
        return self.browser.post("/sign-in/code", {"code": self.code()})

    def is_in(self, browser: Browser | None = None) -> bool:
        """Whether a browser is signed in."""
        return bool((browser or self.browser).get("/account/").status_code == 200)

    def token(self) -> str:
        """The session's cookie."""
        cookie = self.browser.client.get_cookie("roundtable")
        return cookie.value if cookie else ""

    def letters(self) -> list[tuple[str, str]]:
        """Subject and body of every letter to them, oldest first."""
        with self.database.read() as session:
            query = select(Outbox).where(Outbox.recipient == self.id, Outbox.kind == "mail")
            found = [
                written(session, row, "https://roundtable.example")
                for row in session.scalars(query.order_by(Outbox.created_at, Outbox.id))
            ]
        return [(letter.subject, letter.body) for letter in found if letter]
