"""Logs: one JSON object a line on standard error, UTC, without personal data and without texts of cases.

A request is one line: which kind of page (the name of its route, never the address), the answer's status, how
long it took, and a number that an error page shows too. Who did what to which review is in the audit log.
"""

from __future__ import annotations

import logging
import secrets
import time

from flask import Flask, Response, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

log = logging.getLogger("roundtable.requests")
QUIET = {"spiff": logging.WARNING, "apscheduler": logging.WARNING, "waitress": logging.WARNING}
# What a library writes at these levels quotes addresses, SQL or answers: silent whatever the setting.
SILENT = ("sqlalchemy.engine", "urllib3", "authlib", "requests", "PIL", "pypdf")
HEADER = "X-Request-Id"


class _RequestNumber(logging.Filter):
    """Puts the number of the request into each line that is written while it is answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        if has_request_context() and not hasattr(record, "request"):
            record.request = request_number()
        return True


def say_in_logs(level: str) -> None:
    """Send what is logged from `level` on ("INFO") to standard error. Replaces what was set up before."""
    handler = logging.StreamHandler()
    handler.addFilter(_RequestNumber())
    formatter = JsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s",
        rename_fields={"asctime": "at", "levelname": "level", "name": "from"},
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, at_least in QUIET.items():
        logging.getLogger(name).setLevel(max(at_least, logging.getLevelName(level)))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def request_number() -> str:
    """The number of the request that is being answered: random, the same for all its lines and its page."""
    if "request_number" not in g:
        g.request_number = secrets.token_hex(8)
    return str(g.request_number)


def log_requests(app: Flask) -> None:
    """One line for each request, when it has been answered; its number goes out in a header."""

    @app.before_request
    def begin() -> None:
        g.request_began = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        response.headers[HEADER] = request_number()
        if request.endpoint != "static":
            began = g.get("request_began", time.perf_counter())
            log.info(
                "answered",
                extra={
                    "page": request.endpoint or "none",
                    "method": request.method,
                    "status": response.status_code,
                    "ms": round(1000 * (time.perf_counter() - began)),
                },
            )
        return response
