"""What no browser of ours sends: odd bytes, methods, headers and sizes. Refused in words, nothing half done
(S8; ASVS 4.1, 4.2, 15.3).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import waitress
from flask import Flask

from tests.app.conftest import A, Browser, House

SignIn = Callable[[str], Browser]
ODD_TEXTS = {
    "a zero byte": "before\x00after",
    "half a character": "\ud83d",
    "a very long word": "x" * 200_000,
    "control characters": "".join(map(chr, range(1, 32))),
    "a template": "{{ 7 * 7 }}{% for x in config %}{{ x }}{% endfor %}",
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "sql": "'; DROP TABLE review; --",
}


@pytest.mark.parametrize("odd", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_text_is_answered_and_never_by_a_fault(sign_in: SignIn, odd: str) -> None:
    browser = sign_in("u_hosl")
    written = odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    searched = browser.get("/search", query_string={"q": written})
    assert searched.status_code == 200
    assert "<script>alert" not in searched.text
    assert ">49" not in searched.text
    for path in (f"/reviews/{A}/change/pause", f"/reviews/{A}/identity"):
        answer = browser.post(path, {"reason": written})
        assert answer.status_code in (200, 303, 400, 413, 422), (path, answer.status_code)
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PATCH", "DELETE", "PROPFIND", "X-TRY"])
def test_other_methods_are_not_possible(sign_in: SignIn, method: str) -> None:
    browser = sign_in("u_hosl")
    for path in ("/", "/sign-in", f"/reviews/{A}", "/health/live"):
        answer = browser.client.open(path, method=method)
        assert answer.status_code in (403, 405), (path, answer.status_code)
        assert browser.get("/health/live").text == "live\n"


def test_the_same_parameter_twice_is_read_once(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    assert browser.get("/?view=team&view=mine").status_code == 200
    assert browser.get("/reviews/?stage=all&stage=all&page=1&page=x").status_code == 200


def test_fields_that_no_form_asks_for_change_nothing(house: House, sign_in: SignIn) -> None:
    browser = sign_in("u_social")
    path = house.address(A, "agency_preparation", "csc")
    page = browser.get(path)
    assert page.status_code == 200
    extra = {"assignee": "u_police", "status": "completed", "role": "hosl", "restricted": "1"}
    browser.post(path, {**extra, "do": "save"})
    task = house.task(A, "agency_preparation", "csc")
    assert (task.status, task.agency, task.role) == ("open", "csc", "safeguarding_lead")


# --- below the application: the server that `roundtable serve` starts ---

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HOST = b"Host: 127.0.0.1\r\n"
BOTH = (
    b"POST /sign-out HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED
)
BROKEN: dict[str, bytes] = {
    "two lengths": b"POST /sign-out HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n"
    + SMUGGLED,
    "a length with a sign": b"POST /sign-out HTTP/1.1\r\n" + HOST + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    "a length in hexadecimal": b"POST /sign-out HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 0x0\r\n\r\n"
    + SMUGGLED,
    "chunks with a space": b"POST /sign-out HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "unknown encoding": b"POST /sign-out HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "a chunk of no size": b"POST /sign-out HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\nZ\r\n\r\n"
    + SMUGGLED,
    "a bare line feed": b"GET /health/live HTTP/1.1\nHost: 127.0.0.1\n\n",
    "a folded header": b"GET /health/live HTTP/1.1\r\n" + HOST + b"X: a\r\n b: c\r\n\r\n",
    "no host": b"GET /health/live HTTP/1.1\r\n\r\n",
    "a zero byte in a header": b"GET /health/live HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "a header without end": b"GET /health/live HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 300_000 + b"\r\n\r\n",
}


@pytest.fixture
def served(application: Flask) -> Iterator[tuple[tuple[str, int], list[str]]]:
    """The address of a real server, and the paths that it was asked for."""
    asked: list[str] = []
    inner = application.wsgi_app

    def listening(environ, start_response):  # type: ignore[no-untyped-def]
        asked.append(environ["PATH_INFO"])
        return inner(environ, start_response)

    server = waitress.create_server(listening, host="127.0.0.1", port=0, threads=2, ident=None)

    def run() -> None:
        with suppress(OSError):  # closed from outside while somebody was still connected: its end, no fault
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield (server.effective_host, int(server.effective_port)), asked
    server.close()
    thread.join(5)


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN.keys())
def test_no_second_request_hides_in_a_first(served: tuple[tuple[str, int], list[str]], sent: bytes) -> None:
    address, asked = served
    answer = _answer(address, sent)
    assert "/smuggled" not in asked, answer[:200]
    assert b"Server:" not in answer


def test_where_length_and_chunks_are_both_given_the_chunks_count(
    served: tuple[tuple[str, int], list[str]],
) -> None:
    """RFC 9112, 6.3. A proxy that would count the length instead must refuse both (guide: nginx)."""
    address, asked = served
    _answer(address, BOTH)
    assert asked == ["/sign-out", "/smuggled"]


def _answer(address: tuple[str, int], sent: bytes) -> bytes:
    """All that comes back until the server closes, or says nothing for a second."""
    answer = b""
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(sent)
        connection.settimeout(1.0)
        try:
            while part := connection.recv(65536):
                answer += part
        except OSError:
            pass
    return answer
