"""What goes wrong, as problem+json (RFC 9457): the same words as the pages, and what a program needs beside
them, such as errors by question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int, title: str, detail: str, more: Mapping[str, Any] | None = None, *, kind: str = "about:blank"
) -> Response:
    """A problem. `more` are its further members; `kind` the address of what it is about."""
    response = jsonify({"type": kind, "status": status, "title": title, "detail": detail, **(more or {})})
    response.headers["Content-Type"] = CONTENT_TYPE
    response.status_code = status
    return response


class Problem(Exception):
    """Something is wrong with what was asked: nothing has changed, and `answer` says what."""

    def __init__(self, status: int, title: str, detail: str, more: Mapping[str, Any]) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.more = status, title, detail, more

    def answer(self) -> Response:
        """The problem as an answer."""
        return problem(self.status, self.title, self.detail, self.more, kind=kind_of(self.status))


def kind_of(status: int) -> str:
    """Where the readable description says what a status means."""
    return f"/api/docs#problem-{status}"


def sent_errors(error: HTTPException) -> dict[str, str]:
    """What is wrong with each part of what was sent, where the interface refused it before any rule did: a
    sentence by the part's name, as `answers` or `rows.2.due`."""
    data = getattr(error, "data", None)
    messages = data.get("messages", {}) if isinstance(data, Mapping) else {}
    found: dict[str, str] = {}
    for told in messages.values():
        found |= _flat(told, "")
    return found


def _flat(told: Any, path: str) -> dict[str, str]:
    if isinstance(told, Mapping):
        flat: dict[str, str] = {}
        for name, inner in told.items():
            here = str(name) if str(name) != "_schema" else ""
            flat |= _flat(inner, ".".join(filter(None, (path, here))))
        return flat
    sentences = told if isinstance(told, list) else [told]
    return {path: " ".join(str(each) for each in sentences)}
