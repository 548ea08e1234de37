"""A partnership with real reviews in it, for storms over the pages: what their tests begin with, and more
agencies with more people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

import engine
from app import Config, create_app
from bench.storm.plug import Act
from bench.storm.world import SECRET
from engine import Database, VirtualClock, local_date
from engine.models import Submission
from reviews.completing import ask
from reviews.domain import LEARNING_REVIEWS
from reviews.models import Agency, Person, PersonRole
from reviews.permissions import viewer_for
from tests.app.answering import as_posted, least_answers
from tests.app.conftest import MORNING, B, Browser, House, live

LEAD = "safeguarding_lead"
AGENCIES = 20  # of one review


def opened(url: str, *, tables: bool = True) -> House:
    """The partnership in the empty database at `url`: two reviews, one at preparation. Its tables are made
    first, unless they are there."""
    clock = VirtualClock(MORNING)
    database = connected(url, clock)
    if tables:
        engine.create_schema(database.engine)
    house = House(database, clock)
    live(house)
    return house


def connected(url: str, clock: VirtualClock, secret: bytes = SECRET) -> Database:
    """The database at `url` as the product opens it."""
    return Database(url, clock=clock, domain=LEARNING_REVIEWS, secret_key=secret)


def pages_of(house: House) -> Flask:
    """The application over a partnership, in which anybody signs in by a link."""
    config = Config(secret_key=SECRET.decode(), demonstration=True, testing=True)
    return create_app(config, house.database, session_clock=house.clock)


def acts(house: House) -> Iterator[tuple[str, Act]]:
    """A step of a real review, as somebody sends it in."""
    yield (
        "screen of a review",
        lambda: house.complete(
            B, "statutory_screen", child_died_or_seriously_harmed="false", outcome="not_statutory"
        ),
    )


def more_agencies(house: House, number: int, leads: int) -> dict[str, list[str]]:
    """So many agencies that were not there, each with so many safeguarding leads, by agency."""
    made = {f"agency{each}": [f"u_{each}_{lead}" for lead in range(leads)] for each in range(number)}
    with house.database.write() as session:
        for agency, people in made.items():
            session.add(Agency(id=agency, name=f"The {agency}", sector="any", statutory_partner=False))
            session.flush()
            for person in people:
                session.add(Person(id=person, name=f"P {person}", email=f"{person}@x.example", agency=agency))
                session.flush()
                session.add(PersonRole(person=person, role=LEAD, agency=agency, from_on=date(2020, 1, 1)))
    return made


def at_preparation(house: House, agencies: Sequence[str]) -> str:
    """A new review in which each of these agencies prepares now, beside the police, who began it; its
    reference."""
    ref = house.refer("u_police", "pol")
    known = [
        {"agency": agency, "worker": "A worker", "still_involved": "yes"} for agency in ("pol", *agencies)
    ]
    house.complete(
        ref,
        "referral",
        child_at_risk_now="false",
        name="Somebody Invented",
        date_of_birth="2019-02-03",
        agencies=known,
    )
    house.complete(ref, "statutory_screen", child_died_or_seriously_harmed="false", outcome="not_statutory")
    house.complete(ref, "referrer_discussion")
    house.complete(ref, "triage_decision", outcome="accept", restricted="false")
    house.complete(ref, "agency_notice")
    return ref


def preparation(
    house: House, ref: str, agency: str, person: str, **chosen: Any
) -> tuple[str, dict[str, Any]]:
    """Where an agency's preparation is sent, and answers of one of its people as a browser posts them."""
    task = house.task(ref, "agency_preparation", agency)
    today = local_date(house.clock.now())
    with house.database.read() as session:
        asked = ask(session, task.id, viewer_for(session, person, today), today=today)
        raw = least_answers(asked.form, asked.options, today, asked.known, involved="true", **chosen)
    return house.address(ref, "agency_preparation", agency), as_posted(raw)


@dataclass
class Sending:
    """A step filled in by somebody, to be sent as a browser does, as often as it takes."""

    task: UUID
    browser: Browser
    address: str
    sent: dict[str, Any]
    told: list[int] = field(default_factory=list)

    def send(self) -> TestResponse:
        """Send it, under the same key each time."""
        same_page = {"Sec-Fetch-Site": "same-origin"}
        answer = self.browser.client.post(self.address, data=self.sent, headers=same_page)
        self.told.append(answer.status_code)
        return answer


def sendings(house: House, app: Flask, number: int) -> list[Sending]:
    """So many steps, each of another agency and person, in reviews of up to AGENCIES agencies."""
    people = list(more_agencies(house, number, 1).items())
    made = []
    for begin in range(0, number, AGENCIES):
        some = dict(people[begin : begin + AGENCIES])
        ref = at_preparation(house, list(some))
        a_moment_later(house)
        for agency, (person,) in some.items():
            browser = Browser(app.test_client()).become(person)
            address, sent = preparation(house, ref, agency, person)
            sent = {**sent, "key": "once", "csrf_token": browser.token()}
            made.append(Sending(house.task(ref, "agency_preparation", agency).id, browser, address, sent))
    return made


def kept(house: House, made: Sequence[Sending]) -> Counter[UUID]:
    """How many answers to each of these steps are kept."""
    with house.database.read() as session:
        found = session.scalars(
            select(Submission.task_id).where(Submission.task_id.in_([s.task for s in made]))
        )
        return Counter(found)


def a_moment_later(house: House) -> None:
    """Five minutes on, so that what is asked for now comes after what was done."""
    house.clock.advance(timedelta(minutes=5))
