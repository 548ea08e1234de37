"""GOV.UK Notify: the two calls of its interface that notices need, over the standard library (decision 6).

Every notice has its key as `reference`. Notify takes one reference any number of times, so that we ask first
whether it has the notice already: after a crash between its answer and our commit it is not sent again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from engine import Clock, PostAway, Undeliverable
from reviews.notices import Notice

TIMEOUT = 20
LONGEST_ANSWER = 1024 * 1024
KEY_LENGTH = 73  # a service id and a secret, 36 characters each, with a dash between; a name stands before
NOT_THE_ADDRESS = (
    "template",
    "personalisation",
)  # a 400 that is about our settings, and not about the reader
BRACKETS = str.maketrans("[]", "()")  # Notify would read "[words](address)" as a link with other words on it


class NotifyFault(ConnectionError):
    """Notify did not take this notice this time: a fault of theirs."""


class Notify:
    """A service of GOV.UK Notify, with one template that has the placeholders `subject` and `body`."""

    def __init__(self, api_key: str, template: str, url: str, clock: Clock) -> None:
        self._service, self._secret = api_key[-KEY_LENGTH:-37], api_key[-36:]
        self._template = template
        self._url = url.rstrip("/")
        self._clock = clock

    def send(self, key: str, letter: Notice) -> None:
        """Hand one notice over, unless Notify has it. Raises Undeliverable, PostAway, NotifyFault."""
        known = self._known(key)
        if known == "permanent-failure":
            raise Undeliverable("GOV.UK Notify says that this address does not exist.")
        if known and not known.endswith("-failure"):
            return
        sent = {
            "email_address": letter.to,
            "template_id": self._template,
            "reference": key,
            "personalisation": {
                "subject": letter.subject.translate(BRACKETS),
                "body": letter.body.translate(BRACKETS),
            },
        }
        status, answer = self._call("POST", "/v2/notifications/email", sent)
        if status == 400 and not _about_settings(answer):
            raise Undeliverable("GOV.UK Notify refuses this address (400).")
        _check(status)

    def _known(self, key: str) -> str:
        """How the latest notification with this reference stands at Notify; "" when there is none."""
        asked = urlencode({"reference": key, "template_type": "email"})
        status, answer = self._call("GET", f"/v2/notifications?{asked}")
        _check(status)
        found = answer.get("notifications") or [{}]
        return str(found[0].get("status", ""))

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        sent = json.dumps(body).encode() if body is not None else None
        headers = {
            "Authorization": f"Bearer {self._token()}",
            "Content-Type": "application/json",
            "User-Agent": "Roundtable",
        }
        # The address is a setting; `Config` lets nothing but https, or http on loopback, be one.
        request = Request(f"{self._url}{path}", data=sent, headers=headers, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  # nosec B310
                return answer.status, _read(answer.read(LONGEST_ANSWER))
        except HTTPError as refusal:
            with refusal:
                return refusal.code, _read(refusal.read(LONGEST_ANSWER))
        except OSError as fault:
            raise PostAway(f"Notify cannot be reached: {type(fault).__name__}.") from fault

    def _token(self) -> str:
        """A JSON web token that says which service asks, signed with the key's secret."""
        claims = {"iss": self._service, "iat": int(self._clock.now().timestamp())}
        told = f"{_encoded({'typ': 'JWT', 'alg': 'HS256'})}.{_encoded(claims)}"
        signed = hmac.new(self._secret.encode(), told.encode(), hashlib.sha256).digest()
        return f"{told}.{_base64(signed)}"


def _check(status: int) -> None:
    """Raise for anything but success: our key, our template and our pace are no notice's fault."""
    if 200 <= status < 300:
        return
    said = f"Notify answered {status}."
    raise PostAway(said) if 400 <= status < 500 else NotifyFault(said)


def _about_settings(answer: Mapping[str, Any]) -> bool:
    said = json.dumps(answer.get("errors", "")).lower()
    return any(word in said for word in NOT_THE_ADDRESS)


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _encoded(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
