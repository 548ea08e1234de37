"""Figures for the partnership's own monitoring, in the text form that Prometheus reads.

What is counted has no names in it: roles, pages by the name of their route, statuses. What waits is looked
up when somebody asks, at most every `FRESH` seconds; requests are timed as they are answered, by each web
process for itself.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from datetime import datetime
from threading import Lock

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine import Database, Workload, waiting_since, workload

FRESH = 10.0  # seconds: however often it is asked, the database is not asked more often than this
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Waiting(Collector):
    """What waits in the database, as gauges."""

    def __init__(self, database: Database) -> None:
        self._database, self._lock = database, Lock()
        self._seen: tuple[float, list[Metric]] | None = None

    def collect(self) -> Iterator[Metric]:
        """The gauges, as they were at most `FRESH` seconds ago."""
        with self._lock:
            if self._seen is None or time.monotonic() - self._seen[0] > FRESH:
                self._seen = (time.monotonic(), list(self._look()))
            found = self._seen[1]
        yield from found

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def _look(self) -> Iterator[Metric]:
        with self._database.read() as session:
            now, found, since = self._database.clock.now(), workload(session), waiting_since(session)
        yield from _by_role(found)
        for name, words, value in (
            ("timers_late", "Time limits reached and not yet acted on.", found.timers_late),
            ("notices_waiting", "Notices that should have left and have not.", found.notices_waiting),
            ("notices_given_up", "Notices that could not be delivered.", found.notices_given_up),
            ("cases_stuck", "Cases that cannot go on.", found.stuck),
            ("notices_oldest_seconds", "How long the oldest of them waits.", _age(now, found.oldest_notice)),
            ("worker_behind_seconds", "How long the oldest due work waits for a worker.", _age(now, since)),
        ):
            yield GaugeMetricFamily(f"roundtable_{name}", words, value=value)


def add_metrics(app: Flask, database: Database) -> None:
    """Time every request, and keep the registry that `answer` prints."""
    registry = CollectorRegistry()
    registry.register(Waiting(database))
    taken = Histogram(
        "roundtable_request_seconds",
        "How long requests took, by the name of the page's route.",
        ("page", "method", "status"),
        registry=registry,
        buckets=BOUNDS,
    )
    app.extensions["metrics"] = registry

    @app.after_request
    def note(response: Response) -> Response:
        if request.endpoint not in {"static", "health.metrics"} and "request_began" in g:
            labels = (request.endpoint or "none", _method(), f"{response.status_code // 100}xx")
            taken.labels(*labels).observe(time.perf_counter() - g.request_began)
        return response


def allowed(token: str) -> bool:
    """Whether the one who asks shows the token of the settings; nobody does where there is none."""
    shown = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())


def answer(app: Flask) -> Response:
    """All figures."""
    return Response(generate_latest(app.extensions["metrics"]), content_type=TEXT)


def _by_role(found: Workload) -> Iterator[Metric]:
    for name, words, numbers in (
        ("open", "Steps that wait for somebody.", found.open),
        ("late", "Steps past their due date.", found.late),
    ):
        gauge = GaugeMetricFamily(f"roundtable_steps_{name}", words, labels=["role"])
        for role, number in sorted(numbers.items()):
            gauge.add_metric([role], number)
        yield gauge


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _method() -> str:
    """A method that somebody made up is no label: they could make up any number of them."""
    return request.method if request.method in {"GET", "POST", "PUT", "DELETE", "HEAD"} else "other"
