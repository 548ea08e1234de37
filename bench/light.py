"""How light it is (promise P5): a web process in memory and from its start to its first page; what a finished
review leaves in the database.

The web process is `roundtable serve` itself, on a database with reviews at every stage; somebody of the
office follows links from page to page. Of memory that it shares with other processes (the interpreter,
libraries) PSS counts a share.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.sessions import Sessions
from app.migrate import upgrade
from bench.figures import Asked, Figure
from bench.storm.servers import place
from engine import Database, SystemClock, VirtualClock, tick
from engine.models import Base
from engine.sweep import next_due
from reviews.domain import LEARNING_REVIEWS
from reviews.models import Review
from reviews.studio.beginning import begin_case
from reviews.studio.playing import do_step, open_tasks
from tests.reviews.lifecycle.world import (
    IDENTITY,
    SECRET,
    STANDING,
    Answers,
    PostBox,
    furnish,
    opened,
)

PAGES = 200
MOST_MEGABYTES, MOST_START, MOST_ROWS, MOST_KILOBYTES = 110.0, 2.5, 120, 60.0
NO_PAGE = re.compile(
    r"sign-out|export|download|\.(ics|docx|xlsx|csv|json|pdf|zip|css|js|svg|png|ico|woff2?)\b"
)
SERVE = "from app.cli import main; main(['serve', '--port', '{port}'])"
COMPILE = "import app.cli.web"
NOT_OF_USE = ("ROUNDTABLE_", "PYTHONDONTWRITEBYTECODE")  # an installation has its modules compiled
NOT_OF_A_REVIEW = ("sign_in_session", "audit_anchor", "audit_anchor_head", "search_word")
LONG_TEXT = 1_900
OF_THE_LOG = ("event", "event_seal", "audit_head")
WHOLE = 17  # steps: what a review is counted in
MOST_GROWN = 3.0  # a text stands in the answers and where people search
MOST_MOMENTS, LONGEST_START = 400, 60


def measures(told: Asked) -> Iterator[Figure]:
    """A finished review's rows and size, then the web process, on each database."""
    for kind in told.databases:
        with place(kind) as where:
            with where.database("finished") as url:
                yield from _finished(kind, url, *_furnished(url, ()))
            with where.database("web") as url:
                _furnished(url, STANDING)
                yield from _web(kind, url)


def _furnished(url: str, standing: tuple[str, ...]) -> tuple[datetime, Answers]:
    upgrade(url, secret_key=SECRET)
    return furnish(url, standing)


def _finished(kind: str, url: str, now: datetime, answers: Answers) -> Iterator[Figure]:
    """What one more review, lived to its end with nobody late, leaves behind; and what longer texts add."""
    database = opened(url, now)
    plain = _left_behind(database, answers)
    rows, size, steps = plain
    for words, tables in (("", [*rows]), (", its audit log", OF_THE_LOG)):
        of_it = WHOLE / steps * sum(rows[name] for name in tables)
        kilobytes = WHOLE / steps * sum(size[name] for name in tables)
        most = (None, None) if words else (MOST_ROWS, MOST_KILOBYTES)
        what = f"a finished review of {WHOLE} steps{words}"
        yield Figure("P5", what, kind, of_it, "rows", at_most=most[0], samples=steps)
        yield Figure("P5", what, kind, kilobytes, "kB", at_most=most[1], samples=steps)
    for of_each in rows, size:
        print("    " + ", ".join(f"{name} {number:g}" for name, number in of_each.most_common(10)))
    typed = {**answers["referral"], "what_happened": "words " * (LONG_TEXT // 6)}
    short, long = (_first_step(database, told) for told in (answers["referral"], typed))
    grown = 1000 * (long - short) / LONG_TEXT
    what = "a referral grows, for each letter typed"
    yield Figure("P5", what, kind, grown, "times", at_most=MOST_GROWN)
    database.dispose()


def _left_behind(database: Database, answers: Answers) -> tuple[Counter[str], Counter[str], int]:
    """Rows and kilobytes of one more review, by table; and how many steps it had."""
    with database.read() as session:
        before = _sizes(session)
    steps = _live(database, answers)
    with database.read() as session:
        after = _sizes(session)
    rows: Counter[str] = Counter({name: found[0] - before[name][0] for name, found in after.items()})
    size: Counter[str] = Counter({name: (found[1] - before[name][1]) / 1000 for name, found in after.items()})
    return rows, size, steps


def _first_step(database: Database, answers: dict[str, Any]) -> float:
    """The kilobytes that a referral leaves behind."""
    with database.read() as session:
        before = _sizes(session)
    with database.write() as session:
        ref = begin_case(session, "learning_review", {})
    with database.write() as session:
        task = next(row for row in open_tasks(session) if row.business_key == ref)
        do_step(session, task, answers)
    with database.read() as session:
        return sum(size - before[name][1] for name, (_, size) in _sizes(session).items()) / 1000


def _sizes(session: Session) -> dict[str, tuple[int, float]]:
    """How many rows each table has, and how many bytes stand in their columns."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in NOT_OF_A_REVIEW:
            continue
        rows = session.execute(select(table)).all()
        found[table.name] = (len(rows), float(sum(_bytes(value) for row in rows for value in row)))
    return found


def _bytes(value: object) -> int:
    """What a value takes: its bytes, its text, else eight."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, UUID):
        return 16
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, dict | list):
        return len(json.dumps(value, default=str, separators=(",", ":")).encode())
    return 0 if value is None else 8


def _live(database: Database, answers: Answers) -> int:
    """One review from its referral to its end, every step done on the day it opens; how many steps it had."""
    clock, post, steps = database.clock, PostBox(), 0
    assert isinstance(clock, VirtualClock)
    with database.write() as session:
        ref = begin_case(session, "learning_review", {})
    for _ in range(MOST_MOMENTS):
        tick(database, post)
        with database.read() as session:
            rows = [row for row in open_tasks(session) if row.business_key.startswith(ref)]
            ended = session.scalars(select(Review).where(Review.ref == ref)).one().ended
            moment = next_due(session)
        if rows:
            with database.write() as session:
                do_step(session, rows[0], answers.get(rows[0].step, {}))
            steps += 1
        elif ended or moment is None:
            break
        else:
            clock.advance_to(moment)
    return steps


def _web(kind: str, url: str) -> Iterator[Figure]:
    """A web process, from its start to its first page, and what it holds after many."""
    database = Database(url, domain=LEARNING_REVIEWS, secret_key=SECRET, identity_keys=[IDENTITY])
    sessions = Sessions(database, SystemClock(), timedelta(hours=1), timedelta(hours=8))
    with database.write() as session:
        token = sessions.begin(session, "u_morgan")
    database.dispose()
    subprocess.run([sys.executable, "-c", COMPILE], check=True, env=_environment(url))
    with _serving(url) as (process, port):
        seen = Visitor(port, token)
        began = time.monotonic()
        while not seen.answers("/"):
            assert process.poll() is None, "the web process has ended"
            assert time.monotonic() - began < LONGEST_START
            time.sleep(0.02)
        wall, first = time.monotonic() - began, _processor_seconds(process.pid)
        yield Figure("P5", "start to first page", kind, first, "s", at_most=MOST_START)
        yield Figure("P5", "start to first page, by the clock on the wall", kind, wall, "s")
        seen.follow(PAGES)
        assert not seen.studio_scripts, seen.studio_scripts
        for what in ("Rss", "Pss"):
            held = _memory(process.pid, what)
            most = MOST_MEGABYTES if what == "Rss" else None
            yield Figure(
                "P5", f"web process after {PAGES} pages, {what.upper()}", kind, held, "MB", at_most=most
            )


def _environment(url: str) -> dict[str, str]:
    """The settings of a web process."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(NOT_OF_USE)},
        "ROUNDTABLE_DATABASE_URL": url,
        "ROUNDTABLE_SECRET_KEY": SECRET.decode(),
        "ROUNDTABLE_IDENTITY_KEYS": IDENTITY.decode(),
        "ROUNDTABLE_BASE_URL": "https://roundtable.example",
    }


@contextmanager
def _serving(url: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`roundtable serve` on a free port, told to stop at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(port=port)], env=_environment(url), stderr=subprocess.DEVNULL
    )
    try:
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


class Visitor:
    """Somebody who is signed in, and follows links."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self.seen: Counter[str] = Counter()
        self.studio_scripts: list[str] = []
        self._links: list[str] = ["/"]

    def answers(self, path: str) -> bool:
        """Whether a page comes; what it links to is kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            cookie = f"__Host-roundtable={self._token}"
            connection.request("GET", path, headers={"Host": "roundtable.example", "Cookie": cookie})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (ConnectionError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        assert answer.status < 500, f"{path}: {answer.status}"
        if answer.status in (301, 302, 303) and path == "/":
            raise AssertionError(f"not signed in: {answer.getheader('Location')}")
        self.seen[path] += 1
        found = re.findall(r'href="(/[^"#]*)"', text)
        self._links += [link for link in found if not NO_PAGE.search(link) and link not in self._links]
        if "/studio" not in path and re.search(r"build/studio-", text):
            self.studio_scripts.append(path)
        return True

    def follow(self, pages: int) -> None:
        """Look at so many pages: every link that is found, and again from the beginning."""
        number = 0
        while self.seen.total() < pages:
            self.answers(self._links[number % len(self._links)].replace("&amp;", "&"))
            number += 1


def _processor_seconds(process: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int, what: str) -> float:
    """The megabytes of a process."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = re.search(rf"^{what}:\s+(\d+) kB", text, re.MULTILINE)
    assert found
    return int(found[1]) / 1024
