"""People of a storm of hosts: they ask over HTTP, as a proxy would ask for them, round all web processes.

A process whose door is closed is passed by; who was let in and got no answer says so, and asks again under
the same key.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from bench.storm.witness import Witness
from engine import SystemClock, local_date
from tests.policy import answers

log = logging.getLogger("bench.storm")
NAME = "reviews.example"
PATIENCE = 30.0  # seconds for one answer
BREATH = 0.05
TIRED = 60.0  # seconds after which somebody stops to ask again
Header = tuple[str, str]


class NoAnswer(Exception):
    """Somebody was let in, and the connection ended without an answer."""


@dataclass
class Answer:
    """What came back: status, headers, body, from which process, after how many seconds."""

    status: int
    headers: list[Header]
    body: bytes
    address: str
    seconds: float

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


def ask_one(address: tuple[str, int], method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Ask one process. Raises ConnectionRefusedError for a closed door, NoAnswer for a lost answer."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    try:
        connection.connect()
        try:
            connection.request(method, path, body, {**headers, "Host": NAME, "Connection": "close"})
            got = connection.getresponse()
            told = got.read()
        except (OSError, http.client.HTTPException) as fault:
            raise NoAnswer(f"{method} {path.split('?', maxsplit=1)[0]}: {type(fault).__name__}") from fault
        return Answer(got.status, got.getheaders(), told, address[0], time.monotonic() - began)
    finally:
        connection.close()


@dataclass
class Round:
    """Asks one process after the other. Also a WSGI application, so that a browser of the tests can stand
    before it."""

    addresses: Sequence[tuple[str, int]]
    network: str = "203.0.113.7"  # where this visitor comes from, as the proxy says
    asked: list[str] = field(default_factory=list)
    _next: Iterable[int] = field(default_factory=count)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Ask the next process whose door is open."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told["X-Forwarded-For"] = self.network
        for place in self._next:
            try:
                answer = ask_one(self.addresses[place % len(self.addresses)], method, path, body, told)
            except ConnectionRefusedError:
                time.sleep(BREATH)
                continue
            self.asked.append(answer.address)
            return answer
        raise AssertionError("there is always a next one")

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        """The proxy before the processes."""
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
        headers = {
            name.removeprefix("HTTP_"): value
            for name, value in environ.items()
            if name in ("CONTENT_TYPE", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT") and value
        }
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = self.ask(environ["REQUEST_METHOD"], path, body, **headers)
        kept = [(name, value) for name, value in answer.headers if name.lower() != "connection"]
        start(f"{answer.status} {http.client.responses.get(answer.status, '')}", kept)
        return [answer.body]

    def test_client(self) -> Client:
        """A browser before this proxy."""
        client = Client(self, TestResponse)
        client.environ_base = {}  # type: ignore[attr-defined]  # where the tests' people put their address
        return client


@dataclass
class Program:
    """A program that acts in somebody's name, and leaves lines with the witnesses."""

    way: Round
    token: str
    done: Witness
    lost: Witness
    slow: Witness

    def asks(self, method: str, path: str, sent: Any = None, key: str = "") -> Answer:
        """Ask until there is an answer that says how it stands; under the same key each time."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if sent is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        body = json.dumps(sent).encode() if sent is not None else b""
        until = time.monotonic() + TIRED
        while time.monotonic() < until:
            try:
                answer = self.way.ask(method, f"/api/v1{path}", body, **headers)
            except (NoAnswer, OSError) as fault:
                self.lost.write(str(time.time()), str(fault))
                continue
            if answer.status not in (500, 502, 503):
                return answer
            self.slow.write(str(time.time()), answer.address, str(answer.status), f"{answer.seconds:.2f}")
            time.sleep(BREATH)
        raise AssertionError(f"{method} {path}: nobody answers for {TIRED} seconds")


def refer(program: Program, person: str) -> None:
    """Somebody begins referrals and sends them, one after the other, until told to stop."""
    for number in _until_told():
        key = f"{person}-{os.getpid()}-{number}"
        begun = program.asks("POST", "/reviews", {}, key=key)
        assert begun.status == 201, (begun.status, begun.body[:200])
        ref, task = begun.json()["ref"], begun.json()["task"]["id"]
        program.done.write("begun", key, ref)
        known = program.asks("GET", f"/tasks/{task}").json()["answers"]
        given = {**known, **_told(answers.referral(local_date(SystemClock().now())))}
        sent = program.asks("POST", f"/tasks/{task}/complete", {"answers": given}, key=f"{key}-sent")
        assert sent.status == 200, (sent.status, sent.body[:300])
        program.done.write("completed", task, person)


def screen(program: Program, person: str) -> None:
    """Somebody does the statutory screens that wait, one after the other, until told to stop."""
    for number in _until_told():
        found = program.asks("GET", f"/tasks?{urlencode({'view': 'mine', 'limit': 20})}").json()["items"]
        waiting = [each["id"] for each in found if each["step"] == "statutory_screen"]
        if not waiting:
            time.sleep(BREATH)
            continue
        task = waiting[number % len(waiting)]
        given = {"answers": _told(answers.statutory_screen())}
        sent = program.asks("POST", f"/tasks/{task}/complete", given, key=f"{person}-{task}")
        assert sent.status in (200, 409), (sent.status, sent.body[:300])
        if sent.status == 200:
            program.done.write("completed", task, person)


def _until_told() -> Iterable[int]:
    """Numbers, until SIGTERM; what has begun is finished."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    parent = os.getppid()
    for number in count():
        if told or os.getppid() != parent:
            return
        yield number


def _told(given: Any) -> Any:
    """Answers as JSON."""
    if isinstance(given, dict):
        return {name: _told(value) for name, value in given.items()}
    if isinstance(given, list):
        return [_told(each) for each in given]
    return given.isoformat() if hasattr(given, "isoformat") else given
