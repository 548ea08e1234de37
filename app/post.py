"""Delivering notices: to an SMTP server or GOV.UK Notify, or in a demonstration to the page that shows what
was sent.

A notice leaves under a stable Message-ID (or reference) made from its key, so that a second delivery after a
crash is recognised as the same. What can never be delivered is told apart from what another attempt may do.
"""

from __future__ import annotations

import smtplib
import ssl
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app.auth.accounts import place_in
from app.calendar_mail import add_calendar
from app.config import LOOPBACK, Config
from app.letters import can_be_an_address, message
from app.notify import Notify
from engine import Clock, Outbox, Post, PostAway, SystemClock, Undeliverable
from reviews.calendar_files import calendar_part
from reviews.notices import Notice, compose

TIMEOUT = 20
ABOUT_US = b"5.7."  # a refusal for who we are (relaying, policy), which another attempt may find put right


class LoginInClear(PostAway):
    """The mail server offers no encryption, and a password would leave this machine in clear."""


class ShownPost:
    """The demonstration's post: nothing leaves this machine. The page of sent notices reads the outbox."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Check that the notice can be written; that is all."""
        written(session, notice, "")


class SmtpPost:
    """Delivers through one SMTP server: smtp://user:password@host:port, or smtps://."""

    def __init__(self, url: str, base_url: str, clock: Clock | None = None) -> None:
        self._url = urlsplit(url)
        self._base_url = base_url
        self._clock = clock or SystemClock()

    def send(self, session: Session, notice: Outbox) -> None:
        """Deliver one notice. Raises Undeliverable where the address is refused for good, PostAway where the
        server cannot be used at all; OSError or smtplib.SMTPException otherwise."""
        letter = written(session, notice, self._base_url)
        if letter is None:
            return  # nobody active is there to read it
        _check_address(letter)
        made = message(notice.key, letter, base_url=self._base_url, now=self._clock.now())
        add_calendar(made, calendar_part(session, notice, organiser=parseaddr(made["From"])[1]))
        with self._server() as server:
            try:
                server.send_message(made)
            except smtplib.SMTPRecipientsRefused as refusal:
                for code, words in refusal.recipients.values():
                    _refuse_for_good(code, words)
                raise
            except smtplib.SMTPDataError as refusal:
                _refuse_for_good(refusal.smtp_code, refusal.smtp_error)
                raise

    def _server(self) -> smtplib.SMTP:
        """The server, encrypted where it can be, and logged in. Raises PostAway, LoginInClear."""
        try:
            return self._opened(self._url.hostname or "localhost")
        except PostAway:
            raise
        except (OSError, smtplib.SMTPException) as fault:
            raise PostAway(f"The mail server cannot be used: {type(fault).__name__}.") from fault

    def _opened(self, host: str) -> smtplib.SMTP:
        port = self._url.port or 0
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=_tls(host))
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            self._begin(server, host)
        except BaseException:
            server.close()
            raise
        return server

    def _begin(self, server: smtplib.SMTP, host: str) -> None:
        encrypted = self._url.scheme == "smtps"
        server.ehlo_or_helo_if_needed()
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=_tls(host))
            encrypted = True
        if self._url.username:
            if not encrypted and host not in LOOPBACK:
                raise LoginInClear(
                    "The mail server offers no TLS: use smtps://, or a server that has STARTTLS."
                )
            server.login(unquote(self._url.username), unquote(self._url.password or ""))


class NotifyPost:
    """Delivers through GOV.UK Notify."""

    def __init__(self, notify: Notify, base_url: str) -> None:
        self._notify = notify
        self._base_url = base_url

    def send(self, session: Session, notice: Outbox) -> None:
        """Deliver one notice. Raises Undeliverable; PostAway or another OSError: then it is offered again."""
        letter = written(session, notice, self._base_url)
        if letter is not None:
            _check_address(letter)
            self._notify.send(notice.key, letter)


class NoPost:
    """Nobody delivers: every notice waits, and `roundtable doctor` says why."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Refuse. Raises PostAway."""
        raise PostAway("No mail server is set.")


def written(session: Session, notice: Outbox, base_url: str) -> Notice | None:
    """A queued notice in words, or None when nobody active is there to read it."""
    return compose(
        session,
        text=notice.payload["text"],
        recipient=notice.recipient or "",
        about=notice.about,
        facts=notice.payload.get("facts", {}),
        base_url=base_url,
        place=place_in(session, notice),
    )


def post_for(config: Config) -> Post:
    """The post that the settings ask for: in a demonstration none leaves; Notify goes before SMTP."""
    if config.demonstration:
        return ShownPost()
    if config.notify_api_key:
        key, template = config.notify_api_key, config.notify_template_id
        return NotifyPost(Notify(key, template, config.notify_url, SystemClock()), config.base_url)
    return SmtpPost(config.smtp_url, config.base_url) if config.smtp_url else NoPost()


def _check_address(letter: Notice) -> None:
    if not can_be_an_address(letter.to):
        raise Undeliverable("This cannot be an e-mail address.")


def _refuse_for_good(code: int, words: bytes | str) -> None:
    """Raise Undeliverable for an answer that will stay the same; what the server wrote is not kept."""
    said = words if isinstance(words, bytes) else words.encode()
    if 500 <= code < 600 and not said.startswith(ABOUT_US):
        raise Undeliverable(f"The mail server refuses this address ({code}).")


def _tls(host: str) -> ssl.SSLContext:
    """Certificates are checked, but for a mail server on this machine, which seldom has one to check."""
    context = ssl.create_default_context()
    if host in LOOPBACK:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
