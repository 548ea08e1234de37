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
import sys, time
from app.serving import serve_until_told

def slow(environ, start):
    print("begun", flush=True)
    if environ["PATH_INFO"] == "/slow":
        time.sleep(2)
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3000000")])
    return [b"x" * 3000000]

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

    def ask(self, path: str) -> socket.socket:
        """Send a request; its connection, unread."""
        for _ in range(200):
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
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
