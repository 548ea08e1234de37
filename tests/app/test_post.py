"""Notices leave as letters of a reference and a link, under one Message-ID however often they are offered
(R10, practice 2.7). What can never be delivered is told apart from what another attempt may do.
"""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import html
from sqlalchemy.orm import Session

import app.post
from app.config import Config
from app.post import LoginInClear, NoPost, NotifyPost, ShownPost, SmtpPost, post_for
from engine import PostAway, Undeliverable, VirtualClock
from engine.models import Outbox
from reviews.notices import Notice


class Box:
    """An SMTP server's other side: keeps what it takes, refuses while told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuse = ""
        self.refuse_reader = ""
        self.encrypted = False

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refuse_reader:
            return self.refuse_reader
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.refuse:
            return self.refuse
        self.encrypted = session.ssl is not None
        from email import message_from_bytes, policy

        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 taken"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    """A mail server on loopback, and its address."""
    with _served("127.0.0.1") as served:
        yield served


@contextmanager
def _served(host: str, **settings: Any) -> Iterator[tuple[Box, str]]:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port = probe.getsockname()[1]
    found = Box()
    controller = Controller(found, hostname=host, port=port, **settings)
    controller.start()
    yield found, f"smtp://{host}:{port}"
    controller.stop()


@pytest.fixture
def notice(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """A queued notice; its words are given, because this is about their delivery."""
    letter = Notice(
        "robin@thornmere.example",
        "A task is due: MALR-2026-007",
        "Dear Robin <b>J.</b>,\n\nThese steps are coming up:\n- Prepare & send, MALR-2026-007\n"
        "- Reply, MALR-2026-008\n\nSign in: https://roundtable.example/reviews/MALR-2026-007\n"
        "\n\nNot ours: https://roundtable.example.org/x",
        "office@board.example",
    )
    monkeypatch.setattr(app.post, "written", lambda *_: letter)
    return Outbox(key="reminder-robin-2026-05-05", kind="mail", about="MALR-2026-007", payload={})


def test_a_letter_arrives_with_the_reference_and_a_link(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    (letter,) = taken.taken
    assert letter["To"] == "robin@thornmere.example"
    assert letter["Subject"] == "A task is due: MALR-2026-007"
    assert "https://roundtable.example/" in _part(letter, "plain")


def _part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_a_letter_says_that_no_person_wrote_it_and_when(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    clock = VirtualClock(dt.datetime(2026, 5, 5, 9, 30, tzinfo=dt.UTC))
    SmtpPost(address, "https://roundtable.example", clock).send(Session(), notice)
    (letter,) = taken.taken
    assert letter.get_content_type() == "multipart/alternative"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == dt.datetime(2026, 5, 5, 9, 30, tzinfo=dt.UTC)
    assert letter["Reply-To"] == "office@board.example"


def test_both_forms_of_a_letter_say_the_same(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    page = html.fromstring(_part(taken.taken[0], "html").encode())
    assert page.get("lang") == "en-GB"
    assert [" ".join(each.text_content().split()) for each in page.iter("p", "li")] == [
        "Dear Robin <b>J.</b>,",
        "These steps are coming up:",
        "Prepare & send, MALR-2026-007",
        "Reply, MALR-2026-008",
        "Sign in: https://roundtable.example/reviews/MALR-2026-007",
        "Not ours: https://roundtable.example.org/x",
    ]
    assert [link.get("href") for link in page.iter("a")] == [
        "https://roundtable.example/reviews/MALR-2026-007"
    ]
    assert len(page.findall(".//ul/li")) == 2
    assert not [each.tag for each in page.iter("img", "link", "script", "style", "b", "iframe")]


def test_a_letter_offered_twice_says_that_it_is_the_same(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    for _ in range(2):
        SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    assert {letter["Message-ID"] for letter in taken.taken} == {
        "<reminder-robin-2026-05-05@roundtable.example>"
    }


def test_a_refusal_is_said_so_that_the_letter_is_offered_again(box: tuple[Box, str], notice: Outbox) -> None:
    taken, address = box
    for said in ("451 come back later", "550 5.7.1 relaying denied"):
        taken.refuse = taken.refuse_reader = said
        with pytest.raises(OSError):
            SmtpPost(address, "https://roundtable.example").send(Session(), notice)
        taken.refuse_reader = ""
        with pytest.raises(OSError):
            SmtpPost(address, "https://roundtable.example").send(Session(), notice)


@pytest.mark.parametrize("where", ["refuse", "refuse_reader"])
def test_an_address_that_is_refused_for_good_is_offered_no_more(
    box: tuple[Box, str], notice: Outbox, where: str
) -> None:
    taken, address = box
    setattr(taken, where, "550 5.1.1 robin@thornmere.example: nobody of that name")
    with pytest.raises(Undeliverable) as refusal:
        SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    assert str(refusal.value) == "The mail server refuses this address (550)."


@pytest.mark.parametrize(
    "wrong", ["", "robin", "robin@thornmere", "a@b.example, c@d.example", "a@b.example\nBcc: x@y.z"]
)
def test_what_cannot_be_an_address_is_never_offered(
    box: tuple[Box, str], notice: Outbox, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    taken, address = box
    monkeypatch.setattr(app.post, "written", lambda *_: Notice(wrong, "A", "B"))
    with pytest.raises(Undeliverable):
        SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    assert taken.taken == []


def test_a_letter_leaves_encrypted_where_the_server_offers_it(notice: Outbox, tmp_path: Path) -> None:
    with _served("127.0.0.1", tls_context=_certificate(tmp_path, "127.0.0.1")) as (taken, address):
        SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    assert taken.encrypted


def test_away_from_this_machine_a_certificate_is_checked(
    notice: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """127.0.0.2 stands for another machine."""
    with _served("127.0.0.2", tls_context=_certificate(tmp_path, "127.0.0.2")) as (taken, address):
        with pytest.raises(PostAway, match="SSLCertVerificationError"):
            SmtpPost(address, "https://roundtable.example").send(Session(), notice)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        SmtpPost(address, "https://roundtable.example").send(Session(), notice)
    assert taken.encrypted


def test_a_password_never_leaves_this_machine_in_clear(notice: Outbox) -> None:
    def anybody(*_: Any) -> AuthResult:
        return AuthResult(success=True)

    settings = {"auth_require_tls": False, "authenticator": anybody}
    with _served("127.0.0.2", **settings) as (taken, address):
        with pytest.raises(LoginInClear, match="TLS"):
            SmtpPost(_with_login(address), "https://roundtable.example").send(Session(), notice)
        assert taken.taken == []
    with _served("127.0.0.1", **settings) as (taken, address):
        SmtpPost(_with_login(address), "https://roundtable.example").send(Session(), notice)
        assert len(taken.taken) == 1


def _with_login(address: str) -> str:
    return address.replace("smtp://", "smtp://robin:pass%40word@")


def _certificate(folder: Path, host: str) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that only who has its file trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "key.pem")
    return context


def test_a_mail_server_that_is_away_is_no_letters_fault(notice: Outbox) -> None:
    with pytest.raises(PostAway):
        SmtpPost("smtp://127.0.0.1:9", "https://roundtable.example").send(Session(), notice)


def test_without_a_mail_server_nothing_is_said_to_be_sent(notice: Outbox) -> None:
    with pytest.raises(PostAway):
        NoPost().send(Session(), notice)


def test_a_demonstration_sends_nothing() -> None:
    config = Config(secret_key="x" * 40, demonstration=True, smtp_url="smtp://127.0.0.1:2525")
    assert isinstance(post_for(config), ShownPost)


def test_notify_goes_before_smtp_and_without_either_nothing_leaves() -> None:
    smtp = Config(secret_key="x" * 40, smtp_url="smtp://127.0.0.1:2525")
    both = Config(secret_key="x" * 40, smtp_url="smtp://127.0.0.1:2525", notify_api_key=f"a-{'0' * 73}")
    assert isinstance(post_for(smtp), SmtpPost)
    assert isinstance(post_for(both), NotifyPost)
    assert isinstance(post_for(Config(secret_key="x" * 40)), NoPost)
