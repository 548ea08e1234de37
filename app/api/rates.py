"""How often a token may ask: so many requests within a minute, counted by each web process for itself.

Nothing is written for it: a request that only reads stays one that only reads. Where several processes
serve, a token may ask as many times more as there are of them. Sessions are not counted: a person clicks.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from flask import Flask, Response, g
from werkzeug.exceptions import TooManyRequests

from app.auth.bearer import bearer_token
from app.requests import house, token_holder

MINUTE = 60
MOST_KEPT = 10_000  # tokens that are counted at once; beyond them the oldest minute is forgotten


@dataclass(frozen=True)
class Count:
    """What a token has left of this minute."""

    limit: int
    left: int
    seconds: int  # until it begins anew


@dataclass
class Counts:
    """The requests of each token within the present minute."""

    limit: int
    _minute: int = 0
    _asked: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def one_more(self, token: str, now: datetime) -> Count:
        """Count a request; what is left is below zero for one too many."""
        second = int(now.timestamp())
        mark = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
        with self._lock:
            if second // MINUTE != self._minute or len(self._asked) > MOST_KEPT:
                self._minute, self._asked = second // MINUTE, {}
            self._asked[mark] = asked = self._asked.get(mark, 0) + 1
        return Count(self.limit, self.limit - asked, MINUTE - second % MINUTE)


def limit_rates(app: Flask, limit: int) -> None:
    """Refuse what a token asks too often, and tell it with every answer what it has left."""
    counts = Counts(limit)

    @app.before_request
    def count() -> None:
        token = bearer_token()
        if token is None or token_holder() is None:
            return
        g.api_count = counts.one_more(token, house().tokens.clock.now())
        if g.api_count.left < 0:
            raise TooManyRequests

    @app.after_request
    def tell(response: Response) -> Response:
        found: Count | None = g.get("api_count")
        if found is not None:
            response.headers["RateLimit-Limit"] = str(found.limit)
            response.headers["RateLimit-Remaining"] = str(max(found.left, 0))
            response.headers["RateLimit-Reset"] = str(found.seconds)
            if response.status_code == TooManyRequests.code:
                response.headers["Retry-After"] = str(found.seconds)
        return response
