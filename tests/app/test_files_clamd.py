"""The virus scanner: clamd's own protocol on loopback, over TCP and over a socket's path."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.clamd import Clamd, scanner_for
from app.config import Config, ConfigRefused
from engine import VirtualClock
from reviews.files.scanning import ScannerAway
from tests.app.samples import EICAR

NOW = VirtualClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
FRESH = "ClamAV 1.4.6/27800/Sun Nov 22 09:30:12 2026"
LARGEST_STREAM = 1_000_000


class FakeClamd:
    """Answers VERSION and INSTREAM as clamd does: each command ends with a NUL, each piece says its length,
    a piece of no length ends the file."""

    def __init__(self, line: socket.socket, version: str) -> None:
        self.line, self.version = line, version
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                asked, _ = self.line.accept()
            except OSError:
                return
            with asked, asked.makefile("rb") as told:
                command = b""
                while not command.endswith(b"\0"):
                    command += told.read(1)
                asked.sendall(self.answer(command, told).encode() + b"\0")

    def answer(self, command: bytes, told: object) -> str:
        read = told.read  # type: ignore[attr-defined]
        if command == b"zVERSION\0":
            return self.version
        assert command == b"zINSTREAM\0"
        found = b""
        while length := int.from_bytes(read(4), "big"):
            found += read(length)
        if len(found) > LARGEST_STREAM:
            return "INSTREAM size limit exceeded. ERROR"
        return "stream: Eicar-Test-Signature FOUND" if EICAR in found else "stream: OK"


@contextmanager
def clamd(version: str = FRESH, path: Path | None = None) -> Iterator[Clamd]:
    """A client of a scanner that runs."""
    line = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_STREAM)
    line.bind(str(path) if path else ("127.0.0.1", 0))
    line.listen()
    fake = FakeClamd(line, version)
    try:
        yield Clamd(str(path) if path else line.getsockname(), NOW)
    finally:
        line.shutdown(socket.SHUT_RDWR)
        line.close()
        fake.thread.join(5)


def test_a_virus_is_found_and_an_honest_file_is_not() -> None:
    with clamd() as scanner:
        scanner.ready()
        assert scanner.finds(EICAR)
        assert not scanner.finds(b"a plan" * 30_000)


def test_the_same_over_the_path_of_a_socket(tmp_path: Path) -> None:
    with clamd(path=tmp_path / "clamd.ctl") as scanner:
        scanner.ready()
        assert scanner.finds(b"before " + EICAR + b" behind")


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("ClamAV 1.4.6", "no signatures"),
        ("ClamAV 1.4.6/27800/Sun Nov 15 09:30:12 2026", "seven days"),
        ("something else", "no signatures"),
    ],
)
def test_a_scanner_without_signatures_of_this_week_is_as_good_as_none(version: str, words: str) -> None:
    with clamd(version) as scanner, pytest.raises(ScannerAway, match=words):
        scanner.ready()


def test_what_the_scanner_cannot_judge_is_not_clean() -> None:
    with clamd() as scanner, pytest.raises(ScannerAway, match="could not judge"):
        scanner.finds(b"a" * (LARGEST_STREAM + 1))


def test_a_scanner_that_is_away_is_away(tmp_path: Path) -> None:
    for place in (("127.0.0.1", 9), str(tmp_path / "none.ctl")):
        with pytest.raises(ScannerAway, match="does not answer"):
            Clamd(place, NOW).finds(b"a plan")


def test_the_setting_names_a_scanner_or_nothing() -> None:
    key = {"ROUNDTABLE_SECRET_KEY": "only for tests: a key and no secret"}

    def read(told: str) -> Config:
        return Config.from_environment({**key, "ROUNDTABLE_CLAMD": told}, demonstration=True)

    assert scanner_for(read("")) is None
    assert scanner_for(read("tcp://127.0.0.1:3310")) == Clamd(("127.0.0.1", 3310))
    assert scanner_for(read("unix:///run/clamav/clamd.ctl")) == Clamd("/run/clamav/clamd.ctl")
    for wrong in ("127.0.0.1:3310", "tcp://127.0.0.1", "tcp://h:port", "unix://host", "http://h:1"):
        with pytest.raises(ConfigRefused, match="ROUNDTABLE_CLAMD"):
            read(wrong)
