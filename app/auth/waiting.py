"""What a page says to somebody whose password or code was wrong, or who tries too fast."""

from __future__ import annotations

from datetime import timedelta

from flask import make_response
from werkzeug.wrappers import Response

from app.auth.proofs import Proof
from app.words import counted


def said(found: Proof, words: str, field: str) -> dict[str, str]:
    """The line of the error summary: what is wrong, or how long to wait."""
    return {"text": _wait_words(found.wait) if found.wait else words, "href": f"#{field}"}


def refused(page: str, wait: timedelta) -> Response:
    """The page with its status: 422, or 429 with the time to wait."""
    response = make_response(page, 429 if wait else 422)
    if wait:
        response.headers["Retry-After"] = str(_seconds(wait))
    return response


def _wait_words(wait: timedelta) -> str:
    seconds = _seconds(wait)
    long = counted(seconds, "second") if seconds < 90 else counted(-(-seconds // 60), "minute")
    return f"Too many tries. Wait {long}, then try again"


def _seconds(wait: timedelta) -> int:
    return int(wait.total_seconds()) + 1
