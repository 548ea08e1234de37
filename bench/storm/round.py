"""One person, one session, and every web process in turn: nothing of it may depend on the process."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import yaml
from sqlalchemy import func, select

from app.auth.throttling import LIMITS
from app.auth.tokens import SCOPES, Tokens
from bench.storm.asking import Round
from bench.storm.counting import Tally
from bench.storm.fleet import Fleet
from engine import Actor, Database, SystemClock, local_date
from engine.models import Submission
from reviews.demonstration.loading import FILE
from tests.app.local_people import Somebody
from tests.policy import answers
from tests.policy.browsing import Page, Person

WHO = "u_dale"
TRIES = 7


class Lead(Somebody):
    """Somebody of the invented partnership, with a password and a phone."""

    @property
    def email(self) -> str:
        """As the partnership has it."""
        users = yaml.safe_load(FILE.read_text(encoding="utf-8"))["users"]
        return str(next(each["email"] for each in users if each["id"] == self.id))


def one_session_everywhere(fleet: Fleet, tally: Tally) -> None:
    """Sign in, refer a case, send it twice, ask as a program, guess a password, sign out: each request at
    the next process."""
    database, way = fleet.partnership.open(), fleet.way
    clock: Any = SystemClock()  # theirs does not move when told
    lead = Lead(way, database, clock, WHO)  # type: ignore[arg-type]
    lead.activates()
    person = Person(way, WHO)  # type: ignore[arg-type]
    person.client, person.signed_in = lead.browser.client, True  # type: ignore[assignment]
    ref, second = _sent_twice(person)
    tally.none(f"double clicks that are refused ({second.status})", int(not second.path.endswith("/done")))
    with database.read() as session:
        rows = session.scalar(select(func.count()).select_from(Submission)) or 0
    tally.once(f"a step of {ref} sent twice at two processes", [1], range(1, rows + 1))
    _same_key_everywhere(fleet, way, database, tally)
    _guesses(fleet, tally)
    lead.browser.post("/sign-out")
    still = sum(lead.is_in() for _ in fleet.hosts)
    tally.none("processes at which an ended session goes on", still)
    visited = Counter(way.asked)
    tally.none("processes that were not asked", len(fleet.hosts) - len(visited))
    tally.notes.append(f"one session, {sum(visited.values())} requests, in turn at {len(visited)} processes")
    database.dispose()


def _sent_twice(person: Person) -> tuple[str, Page]:
    """A referral over its pages; the last form is sent twice, at two processes."""
    here = person.submit(person.open("/refer").form("/refer"), "/refer").path
    person._answer_screens(here, answers.referral(local_date(SystemClock().now())))
    check = person.open(f"{here}?page=check")
    first = person.submit(check.form(here), check.path, {}, "send")
    assert first.path.endswith("/done"), f"{first.status} {first.errors()}"
    return here, person.submit(check.form(here), check.path, {}, "send")


def _same_key_everywhere(fleet: Fleet, way: Round, database: Database, tally: Tally) -> None:
    """A program asks each process to begin the same referral."""
    with database.write() as session:
        tokens = Tokens(database, SystemClock())
        by = Actor("u_sysadm")
        _, token = tokens.make(session, WHO, name="Round", scopes=SCOPES, days=1, by=by)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    told = [
        way.ask("POST", "/api/v1/reviews", b"{}", Idempotency_Key="the same", **headers) for _ in fleet.hosts
    ]
    refs = {json.loads(each.body)["ref"] for each in told}
    tally.once("a referral begun under one key at each process", [1], range(1, len(refs) + 1))


def _guesses(fleet: Fleet, tally: Tally) -> None:
    """Somebody guesses a password, each time at the next process: the tries count together."""
    thief = fleet.way
    thief.network = "198.51.100.9"
    browser = Person(thief, "nobody")  # type: ignore[arg-type]
    browser.signed_in = True
    page = browser.open("/sign-in")
    told = {"email": "nobody@thornmere.example", "password": "a guess at a word"}
    seen = [browser.submit(page.form("/sign-in"), page.path, told).status for _ in range(TRIES)]
    free = LIMITS["password"].place.free
    tally.none("guesses beyond those that are free", max(0, seen.count(422) - free - 1))
    tally.none("guesses that nobody looked at", int(seen.count(422) == 0))
    tally.notes.append(f"{TRIES} guesses at a password in turn: {seen.count(422)} looked at")
