"""GOV.UK Notify takes each notice once, under our key; a refusal for good is told apart from a bad moment."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.config import Config
from app.notify import Notify, NotifyFault
from engine import PostAway, Undeliverable, VirtualClock
from reviews.notices import Notice

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "217a419e-6a7d-482a-9596-718b889dffce"
KEY = f"roundtable-{SERVICE}-{SECRET}"
NOW = dt.datetime(2026, 5, 5, 9, 30, tzinfo=dt.UTC)
LETTER = Notice("robin@thornmere.example", "A task is due: MALR-2026-007", "See [here](https://x.example).")


class Service:
    """Notify's other side: keeps what it takes, answers as told."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.status = 201
        self.answer: dict[str, Any] = {"id": "1"}
        self.states: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        (reference,) = parse_qs(urlsplit(path).query)["reference"]
        state = self.states.get(reference)
        return 200, {"notifications": [{"reference": reference, "status": state}] if state else []}

    def post(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.status == 201:
            self.taken.append(body)
            self.states[body["reference"]] = "created"
        return self.status, self.answer


@pytest.fixture
def service() -> Iterator[tuple[Service, str]]:
    """A service on loopback, and its address."""
    found = Service()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*found.get(self.path))

        def do_POST(self) -> None:
            assert self.path == "/v2/notifications/email"
            self._say(*found.post(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            found.tokens.append(self.headers["Authorization"].removeprefix("Bearer "))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def _notify(address: str) -> Notify:
    return Notify(KEY, TEMPLATE, address, VirtualClock(NOW))


def test_a_notice_is_handed_over_with_its_key_and_words(service: tuple[Service, str]) -> None:
    kept, address = service
    _notify(address).send("mail-1", LETTER)
    assert kept.taken == [
        {
            "email_address": "robin@thornmere.example",
            "template_id": TEMPLATE,
            "reference": "mail-1",
            "personalisation": {
                "subject": "A task is due: MALR-2026-007",
                "body": "See (here)(https://x.example).",  # words cannot hide where a link leads
            },
        }
    ]


def test_every_request_is_signed_for_its_moment(service: tuple[Service, str]) -> None:
    kept, address = service
    _notify(address).send("mail-1", LETTER)
    for token in kept.tokens:
        head, claims, signature = token.split(".")
        signed = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        assert _decoded(signature) == signed
        assert json.loads(_decoded(head)) == {"typ": "JWT", "alg": "HS256"}
        assert json.loads(_decoded(claims)) == {"iss": SERVICE, "iat": int(NOW.timestamp())}


def test_the_same_reference_twice_is_one_notice(service: tuple[Service, str]) -> None:
    kept, address = service
    for _ in range(2):
        _notify(address).send("mail-1", LETTER)
    assert len(kept.taken) == 1


def test_what_could_not_be_delivered_for_a_while_is_handed_over_again(service: tuple[Service, str]) -> None:
    kept, address = service
    kept.states["mail-1"] = "temporary-failure"
    _notify(address).send("mail-1", LETTER)
    assert len(kept.taken) == 1


def test_an_address_that_is_refused_is_offered_no_more(service: tuple[Service, str]) -> None:
    kept, address = service
    kept.status = 400
    kept.answer = {
        "errors": [{"error": "ValidationError", "message": "email_address Not a valid email address"}]
    }
    with pytest.raises(Undeliverable, match="400"):
        _notify(address).send("mail-1", LETTER)
    kept.states["mail-2"] = "permanent-failure"
    with pytest.raises(Undeliverable, match="does not exist"):
        _notify(address).send("mail-2", LETTER)


@pytest.mark.parametrize(
    ("status", "fault"), [(403, PostAway), (429, PostAway), (500, NotifyFault), (503, NotifyFault)]
)
def test_a_bad_moment_or_a_wrong_key_is_offered_again(
    service: tuple[Service, str], status: int, fault: type[Exception]
) -> None:
    kept, address = service
    kept.status = status
    with pytest.raises(fault):
        _notify(address).send("mail-1", LETTER)
    kept.status = 201
    _notify(address).send("mail-1", LETTER)
    assert len(kept.taken) == 1


def test_a_template_that_is_not_right_is_no_readers_fault(service: tuple[Service, str]) -> None:
    kept, address = service
    kept.status = 400
    kept.answer = {"errors": [{"error": "BadRequestError", "message": "Missing personalisation: body"}]}
    with pytest.raises(PostAway):
        _notify(address).send("mail-1", LETTER)


def test_nobody_there_is_offered_again() -> None:
    with pytest.raises(PostAway):
        _notify("http://127.0.0.1:9").send("mail-1", LETTER)


def test_settings_that_cannot_work_are_refused() -> None:
    right = {"notify_api_key": KEY, "notify_template_id": TEMPLATE}
    assert _problems(**right) == []
    assert _problems(**right, notify_url="http://127.0.0.1:6011") == []
    assert "NOTIFY_URL" in _problems(**right, notify_url="http://notify.example")[0]
    assert "NOTIFY_API_KEY" in _problems(notify_api_key="short", notify_template_id=TEMPLATE)[0]
    assert "NOTIFY_TEMPLATE_ID" in _problems(notify_api_key=KEY)[0]
    assert "SMTP_URL" in _problems(smtp_url="mail.example:25")[0]


def _problems(**settings: str) -> list[str]:
    config = Config(
        secret_key="only for tests: a key and no secret",
        identity_keys=("only for tests: another key and no secret",),
        base_url="https://roundtable.example",
        **settings,
    )
    return config.problems()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
