"""Notices leave as plain letters, under one Message-ID however often they are offered (R10, practice 2.7)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy.orm import Session

import app.post
from app.config import Config
from app.post import NoPost, ShownPost, SmtpPost, post_for
from engine.models import Outbox
from reviews.notices import Notice


class Box:
    """An SMTP server's other side: keeps what it takes, refuses while told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuse = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.refuse:
            return "451 come back later"
        from email import message_from_bytes, policy

        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 taken"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    """A mail server on loopback, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = Box()
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    yield found, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def notice(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """A queued notice; its words are given, because this is about their delivery."""
    letter = Notice(
        "robin@thornmere.example", "A task is due: MALR-2026-007", "Sign in: https://roundtable.example/"
    )
    monkeypatch.setattr(app.post, "written", lambda *_: letter)
    return Outbox(key="reminder-robin-2026-05-05", kind="mail", about="MALR-2026-007", payload={})


def test_a_letter_arrives_with_the_reference_and_a_link(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    (letter,) = taken.taken
    assert letter["To"] == "robin@thornmere.example"
    assert letter["Subject"] == "A task is due: MALR-2026-007"
    assert "https://roundtable.example/" in letter.get_content()


def test_a_letter_offered_twice_says_that_it_is_the_same(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    for _ in range(2):
        SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    assert {letter["Message-ID"] for letter in taken.taken} == {
        "<reminder-robin-2026-05-05@roundtable.example>"
    }


def test_a_refusal_is_said_so_that_the_letter_is_offered_again(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    taken.refuse = True
    with pytest.raises(OSError):
        SmtpPost(address, "https://roundtable.example").send(Session(), notice)


def test_without_a_mail_server_nothing_is_said_to_be_sent(notice: Outbox) -> None:
    with pytest.raises(ConnectionError):
        NoPost().send(Session(), notice)


def test_a_demonstration_sends_nothing() -> None:
    config = Config(secret_key="x" * 40, demonstration=True, smtp_url="smtp://127.0.0.1:2525")
    assert isinstance(post_for(config), ShownPost)
