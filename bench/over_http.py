"""What completing a step costs as a whole request (promise P1): somebody who is signed in sends the form of a
step, with their session, the token of the form and its check; the answer leads on to the next page.

Processor time of the application only, from the request as WSGI gives it to the whole answer: neither the
socket nor the browser's side is in it.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app import Config, create_app
from bench.figures import Asked, Figure, spread
from bench.heavy_cases import (
    PLAIN,
    SECRET,
    Transaction,
    add_referrals,
    answers_to,
    doer_of,
    in_a_file,
    lived_to,
    tasks_at,
    watched,
)
from bench.rehearsal import STEPS
from bench.steps import statements
from bench.storm.servers import place
from engine import Database, TaskRow, local_date
from forms import Question
from forms.dates import PARTS
from reviews.completing import ask
from reviews.permissions import viewer_for

MOST = {PLAIN: 11.0, **dict.fromkeys(STEPS, 18.0)}  # milliseconds
PLAIN_STEPS = 24
WARM = 2  # requests to each database that are not counted: what they read is kept by the process
KEY = re.compile(r'name="key" value="([^"]+)"')
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


def measures(told: Asked) -> Iterator[Figure]:
    """A plain step, then each of the heaviest stages, on each database."""
    for kind in told.databases:
        with place(kind) as where:
            for step, words in {PLAIN: "a plain step", **STEPS}.items():
                with where.database(f"http_{step}") as url:
                    database = in_a_file(lived_to(step, heavy=step != PLAIN), url)
                    if step == PLAIN:
                        add_referrals(database, PLAIN_STEPS)
                    yield from _figures(Desk(database), step, words, kind)
                    database.dispose()


class Desk:
    """An application at work on a database, and those who do its steps."""

    def __init__(self, database: Database) -> None:
        self.database = database
        config = Config(secret_key=SECRET.decode(), identity_keys=(SECRET.decode(),))
        self._app = create_app(config, database)
        self._house = self._app.extensions["roundtable"]
        self._serve = self._app.wsgi_app
        self._app.wsgi_app = self._timed  # type: ignore[method-assign]
        self._took = 0.0

    def tasks(self, step: str) -> list[TaskRow]:
        """The open tasks of a step, of which the first have been sent in to warm up."""
        with self.database.read() as session:
            found = tasks_at(session, step)
        for task in found[:WARM]:
            self.sends(task)
        return found

    def sends(self, task: TaskRow) -> tuple[float, Transaction]:
        """Somebody who may opens a step, answers and sends it: the milliseconds of the sending, and what it
        asked of the database."""
        with self.database.read() as session:
            person = doer_of(session, task)
            raw = answers_to(session, task, person)
            form = ask(session, task.id, viewer_for(session, person, self._today), today=self._today).form
        client = self._app.test_client()
        with self.database.write() as session:
            token = self._house.sessions.begin(session, person)
        client.set_cookie(self._app.config["SIGN_IN_COOKIE"], token)
        address = f"/tasks/{task.id}/{task.step.replace('_', '-')}"
        page = client.get(address).text
        fields = {
            "csrf_token": TOKEN.findall(page)[0],
            "key": KEY.findall(page)[0],
            "do": "send",
            **dict(_fields(form.questions, raw)),
        }
        with watched(self.database) as seen:
            answer = client.post(address, data=fields)
        assert answer.status_code == 303 and answer.location.endswith("/done"), answer.text
        return self._took, seen

    @property
    def _today(self) -> dt.date:
        return local_date(self.database.clock.now())

    def _timed(self, environment: Any, start_response: Any) -> Iterable[bytes]:
        began = time.process_time()
        answer = list(self._serve(environment, start_response))
        self._took = 1000 * (time.process_time() - began)
        return answer


def _figures(desk: Desk, step: str, words: str, kind: str) -> Iterator[Figure]:
    took: list[float] = []
    asked: list[float] = []
    commits: list[int] = []
    for task in desk.tasks(step)[WARM:]:
        milliseconds, seen = desk.sends(task)
        took.append(milliseconds)
        asked.append(seen.count)
        commits.append(seen.commits)
    middle, most = spread(took)
    yield Figure(
        "P1", f"over HTTP, {words}", kind, middle, "ms", at_most=MOST[step], p95=most, samples=len(took)
    )
    yield statements(f"over HTTP, {words}", kind, asked)
    yield Figure("P1", f"over HTTP, {words}: commits", kind, max(commits), "commits", at_most=1)


def _fields(
    questions: Sequence[Question], raw: Mapping[str, Any], begin: str = ""
) -> Iterator[tuple[str, Any]]:
    """Raw answers as the fields of a form: rows numbered from 1, dates in three parts."""
    for question in questions:
        name, value = f"{begin}{question.key}", raw.get(question.key)
        if question.readonly or value in (None, ""):
            continue
        if question.questions:
            for number, row in enumerate(value, 1):
                yield from _fields(question.questions, row, f"{name}-{number}-")
        elif question.kind == "date":
            yield from zip((f"{name}-{part}" for part in PARTS), reversed(str(value).split("-")), strict=True)
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        else:
            yield name, value
