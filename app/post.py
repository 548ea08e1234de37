"""Delivering notices: to an SMTP server, or in a demonstration to the page that shows what was sent.

A notice leaves under a stable Message-ID made from its key, so that a second delivery after a crash is
recognised as the same.
"""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app.calendar_mail import add_calendar
from app.config import Config
from engine import Outbox, Post
from reviews.calendar_files import calendar_part
from reviews.notices import Notice, compose

TIMEOUT = 20


class ShownPost:
    """The demonstration's post: nothing leaves this machine. The page of sent notices reads the outbox."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Check that the notice can be written; that is all."""
        written(session, notice, "")


class SmtpPost:
    """Delivers through one SMTP server: smtp://user:password@host:port, or smtps://."""

    def __init__(self, url: str, base_url: str) -> None:
        self._url = urlsplit(url)
        self._base_url = base_url

    def send(self, session: Session, notice: Outbox) -> None:
        """Deliver one notice. Raises OSError or smtplib.SMTPException; then it is offered again later."""
        letter = written(session, notice, self._base_url)
        if letter is None:
            return  # nobody active is there to read it
        message = self._message(notice.key, letter)
        add_calendar(message, calendar_part(session, notice, organiser=parseaddr(message["From"])[1]))
        kind = smtplib.SMTP_SSL if self._url.scheme == "smtps" else smtplib.SMTP
        with kind(self._url.hostname or "localhost", self._url.port or 0, timeout=TIMEOUT) as server:
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)

    def _message(self, key: str, letter: Notice) -> EmailMessage:
        host = urlsplit(self._base_url).hostname or "localhost"
        message = EmailMessage()
        message["From"] = f"Roundtable <no-reply@{host}>"
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Message-ID"] = f"<{key}@{host}>"
        message.set_content(letter.body)
        return message


class NoPost:
    """Nobody delivers: every notice waits, and `roundtable doctor` says why."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Refuse. Raises ConnectionError."""
        raise ConnectionError("No mail server is set.")


def written(session: Session, notice: Outbox, base_url: str) -> Notice | None:
    """A queued notice in words, or None when nobody active is there to read it."""
    return compose(
        session,
        text=notice.payload["text"],
        recipient=notice.recipient or "",
        about=notice.about,
        facts=notice.payload.get("facts", {}),
        base_url=base_url,
    )


def post_for(config: Config) -> Post:
    """The post that the settings ask for."""
    if config.demonstration:
        return ShownPost()
    return SmtpPost(config.smtp_url, config.base_url) if config.smtp_url else NoPost()
