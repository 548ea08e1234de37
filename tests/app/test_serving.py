"""A web process that is told to stop answers what it has begun, takes nothing new, and ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPT = """
import runpy, sys, time
serve_until_told = runpy.run_path("app/serving.py")["serve_until_told"]  # without all of the pages

def slow(environ, start):
    print("begun", flush=True)
    size = 1000
    if environ["PATH_INFO"] == "/slow":
        time.sleep(2)
        size = 3000000
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(size))])
    return [b"x" * size]

print("ready", flush=True)
serve_until_told(slow, host="127.0.0.1", port=int(sys.argv[1]), threads=2)
print("ended", flush=True)
"""
ROOT = Path(__file__).resolve().parent.parent.parent


class Server:
    """A web process of its own on a free port."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(self.port)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.wait_for("ready")

    def wait_for(self, word: str) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline().strip() == word

    def ask(self, path: str, *, head: str = "GET", more: str = "") -> socket.socket:
        """Send a request; its connection, unread."""
        for _ in range(200):
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        words = f"{head} {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{more}\r\n"
        connection.sendall(words.encode())
        return connection


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that answers /slow after two seconds."""
    made = Server()
    with made.process:
        yield made
        made.process.kill()


def everything(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    with connection:
        found = b""
        while piece := connection.recv(65536):
            found += piece
    return found


def test_what_has_begun_is_answered_and_nothing_new_is_taken(server: Server) -> None:
    begun = server.ask("/slow")
    server.wait_for("begun")

    server.process.send_signal(signal.SIGTERM)
    for _ in range(60):  # the door closes within a moment
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
            time.sleep(0.02)
        except ConnectionRefusedError:
            break
    else:
        pytest.fail("It goes on taking requests.")
    answer = everything(begun)

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"x" * 1000)
    assert len(answer) > 3_000_000
    server.wait_for("ended")
    assert server.process.wait(timeout=20) == 0


def test_an_idle_process_ends_at_once(server: Server) -> None:
    everything(server.ask("/quick"))
    server.wait_for("begun")

    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=20) == 0


def test_a_request_that_is_still_arriving_is_answered(server: Server) -> None:
    """A large form on a slow line, and somebody who is let in a moment before they speak."""
    connection = server.ask("/first", head="POST", more="Content-Length: 100000\r\n")
    connection.sendall(b"a" * 10_000)
    silent = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    time.sleep(0.2)

    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.8)
    silent.sendall(b"GET /second HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    connection.sendall(b"a" * 90_000)

    assert everything(connection).startswith(b"HTTP/1.1 200")
    assert everything(silent).startswith(b"HTTP/1.1 200")


def test_who_already_stands_at_the_door_comes_in(server: Server) -> None:
    """Forty at once, and in the same moment it is told to stop."""
    everything(server.ask("/first"))
    server.process.send_signal(signal.SIGSTOP)
    waiting = [server.ask(f"/{number}") for number in range(40)]
    server.process.send_signal(signal.SIGTERM)
    server.process.send_signal(signal.SIGCONT)

    assert [everything(each)[:12] for each in waiting] == [b"HTTP/1.1 200"] * 40
