"""A provider of accounts on loopback that does what a test says: right until it is told otherwise."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "roundtable", "the client secret: long enough to sign with HS256"
Claims = dict[str, Any]


def encoded(part: Claims) -> str:
    """A part of a token, as base64url."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


class WrongProvider:
    """Its own keys, one user, and a switch for everything that a test wants wrong."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.user: Claims = {
            "sub": "s-1",
            "email": "u_police@board.example",
            "email_verified": True,
            "amr": ["pwd", "otp"],
        }
        self.says: Claims = {}  # claims that replace the right ones; None takes one away
        self.discovery: Claims = {}
        self.sign: Callable[[Claims], str] = self.signed
        self.token_status = 200
        self.asked: list[Claims] = []
        self.codes: dict[str, Claims] = {}

    def signed(self, claims: Claims, *, key: RSAKey | None = None, kid: str = "one") -> str:
        """A token signed with a key of ours."""
        return jwt.encode({"alg": "RS256", "kid": kid}, claims, key or self.key)

    def allow(self, address: str) -> str:
        """The user signs in and agrees; the address to go back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def about(self) -> Claims:
        """The discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.discovery,
        }

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """The token endpoint: the client's secret, a code once, and the verifier of its challenge."""
        if self.token_status != 200:
            return self.token_status, {"error": "server_error"}
        basic = base64.b64encode(f"{CLIENT}:{urlencode({'': SECRET})[1:]}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization not in (f"Basic {basic}", f"Basic {plain}"):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {**right, **self.user, **self.says}
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}


@contextmanager
def running(provider: WrongProvider) -> Iterator[WrongProvider]:
    """The provider at work in a thread; its issuer is its address."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = {"keys": [provider.key.as_dict(private=False)]}
            self._say(200, keys if self.path == "/keys" else provider.about())

        def do_POST(self) -> None:
            sent = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self._say(*provider.token(sent, self.headers.get("Authorization", "")))

        def _say(self, status: int, body: Claims) -> None:
            words = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)
