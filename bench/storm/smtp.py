"""A mail server on loopback that misbehaves when it is told to: SMTP, just enough of it (RFC 5321)."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections import Counter
from contextlib import suppress
from typing import Any

WRONG = "wrong"  # an address that begins so is refused for good


class MailServer:
    """Takes letters and counts them by Message-ID. `mood` is how it behaves to whoever connects from now on:

    well; refusing (nobody listens: use `close`); silent (connects and never greets); busy (421);
    later (451 for everybody); stopping (takes the letter, then says nothing); breaking (takes the letter,
    then hangs up); leaving (hangs up before the letter).
    """

    def __init__(self) -> None:
        self.mood = "well"
        self.taken: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._server: Any = None
        self.port = 0
        self.open()

    def open(self) -> None:
        """Listen, on the same port as before."""
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    box._talk(self)

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Listen no more: connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        """Its address, for ROUNDTABLE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def _talk(self, talk: socketserver.StreamRequestHandler) -> None:
        mood = self.mood
        if mood == "silent":
            _wait_for_the_end(talk)
            return
        _say(talk, "421 too busy" if mood == "busy" else "220 here")
        if mood == "busy":
            return
        while line := talk.rfile.readline():
            word = line.split(b":")[0].split()[0].upper().decode() if line.split() else ""
            if word == "QUIT":
                _say(talk, "221 bye")
                return
            if word == "DATA":
                if mood == "leaving":
                    return
                _say(talk, "354 go on")
                if not self._letter(talk, mood):
                    return
                continue
            _say(talk, self._answer(word, line.decode(), mood))

    def _answer(self, word: str, line: str, mood: str) -> str:
        if word == "RCPT" and mood == "later":
            return "451 4.3.0 come back later"
        if word == "RCPT" and f"<{WRONG}" in line.lower():
            self.refused[line.strip().lower()] += 1
            return "550 5.1.1 nobody of that name"
        return "250 well"

    def _letter(self, talk: socketserver.StreamRequestHandler, mood: str) -> bool:
        """Take a letter; whether the talk goes on."""
        key = ""
        while (line := talk.rfile.readline()) not in (b".\r\n", b""):
            if line.lower().startswith(b"message-id:"):
                key = line.split(b":", 1)[1].strip().decode()
        if not line:
            return False
        self.taken[key] += 1
        if mood == "breaking":
            return False
        if mood == "stopping":
            _wait_for_the_end(talk)
            return False
        _say(talk, "250 taken")
        return True


def _say(talk: socketserver.StreamRequestHandler, words: str) -> None:
    talk.wfile.write(words.encode() + b"\r\n")


def _wait_for_the_end(talk: socketserver.StreamRequestHandler) -> None:
    """Say nothing until the other side has had enough."""
    connection: socket.socket = talk.connection
    while connection.recv(4096):
        pass
