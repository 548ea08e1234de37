"""R3: people send the same step at the same moment; one wins, the others are told and keep their text. People
of several agencies send steps of their own of one review at the same moment; all of them succeed. Wrong
values and lost races change nothing of the case.

Each of them is a process of its own with the whole product in it, signed in, its form filled in; a barrier
lets all of them go at once.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.partnership import (
    a_moment_later,
    at_preparation,
    more_agencies,
    opened,
    pages_of,
    preparation,
)
from bench.storm.servers import Place
from bench.storm.sizes import Size
from engine.models import ProcessInstance, Submission
from tests.app.conftest import A, Browser, House

AT_ONCE = 8
MOST_SECONDS = 1.0  # of processor time, for eight answers that do not touch each other
WRONG = {"involved": "true", "file_read_by": "", "file_read_on-day": "31", "file_read_on-month": "13"}


@dataclass(frozen=True)
class Entry:
    """Somebody's form, filled in; `words` stand in it and nowhere else."""

    person: str
    address: str
    words: str
    sent: dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What somebody was told: the status; whether their words are still there for them, and only theirs; and
    the processor time of the answer."""

    person: str
    status: int
    kept: bool
    seconds: float


Way = Callable[[Flask, House, Sequence[Entry]], list[Told]]


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Races for one step, then steps side by side, then wrong values; what was counted."""
    tally = Tally("races", place.kind, harm="races")
    began = time.monotonic()
    rounds = size.of(2, 10, 50)
    with place.database("races") as url:
        house = opened(url)
        agencies = more_agencies(house, max(rounds, AT_ONCE), AT_ONCE)
        raced = at_preparation(house, list(agencies)[:rounds])
        a_moment_later(house)
        app = pages_of(house)
        _warm(app, house)
        for agency in list(agencies)[:rounds]:
            race(tally, app, house, raced, agency, agencies[agency], forked)
        side = list(agencies)[:AT_ONCE]
        beside = at_preparation(house, side)
        wrong_values(tally, app, house, beside, {agency: agencies[agency][0] for agency in side}, forked)
        side_by_side(tally, app, house, beside, {agency: agencies[agency][0] for agency in side}, forked)
        with house.database.write() as session:
            tally.half("after the races", what_does_not_agree(session))
        house.database.dispose()
    tally.seconds = time.monotonic() - began
    return tally


def _warm(app: Flask, house: House) -> None:
    """Send one answer, so that everything is compiled before the first fork, as in a server at work."""
    house.database.dispose()
    threaded(app, house, [_entry(house, A, "pol", "u_police", 0)])


def race(
    tally: Tally, app: Flask, house: House, ref: str, agency: str, people: Sequence[str], way: Way
) -> None:
    """Several people of an agency send its one step at once."""
    entries = [_entry(house, ref, agency, person, number) for number, person in enumerate(people)]
    task = house.task(ref, "agency_preparation", agency).id
    told = way(app, house, entries)
    tally.times += 1
    tally.due += len(told)
    statuses = Counter(each.status for each in told)
    if statuses != {303: 1, 409: len(entries) - 1}:
        tally.problems.append(f"{agency}: one should have won and the rest been told so: {dict(statuses)}")
    with house.database.read() as session:
        found = session.scalars(select(Submission).where(Submission.task_id == task)).all()
    tally.doubled += max(0, len(found) - 1)
    tally.none(f"{agency}: answers kept beside the one that counts", len(found) - 1)
    won = [entry.words for entry, each in zip(entries, told, strict=True) if each.status == 303]
    if [each.answers["went_well"] for each in found] != won:
        tally.problems.append(f"{agency}: what is kept is not what was said to have won")
    lost = sum(not each.kept for each in told if each.status != 303)
    tally.lost += lost
    tally.none(f"{agency}: texts that were lost, or shown to somebody else", lost)


def side_by_side(tally: Tally, app: Flask, house: House, ref: str, people: dict[str, str], way: Way) -> None:
    """One person of each agency sends the step of their own agency of the same review at once."""
    entries = [_entry(house, ref, agency, person, 0) for agency, person in people.items()]
    told = way(app, house, entries)
    tally.times += 1
    tally.due += len(told)
    done = sum(each.status == 303 for each in told)
    tally.lost += len(told) - done
    tally.none("answers beside each other that were not taken", len(told) - done)
    seconds = sum(each.seconds for each in told)
    tally.notes.append(f"{done} of {len(told)} side by side in {seconds:.2f} s of processor time")
    if seconds > MOST_SECONDS:
        tally.problems.append(f"{len(told)} answers side by side took {seconds:.2f} s of processor time")


def wrong_values(tally: Tally, app: Flask, house: House, ref: str, people: dict[str, str], way: Way) -> None:
    """One person of each agency sends what no form takes, at once: each is told, and no case has changed."""
    entries = [_entry(house, ref, agency, person, 0) for agency, person in people.items()]
    before = _states(house)
    told = way(app, house, [Entry(e.person, e.address, e.words, {**e.sent, **WRONG}) for e in entries])
    tally.times += 1
    tally.due += len(told)
    tally.none("wrong values that were taken", sum(each.status != 422 for each in told))
    tally.none("texts beside a wrong value that were lost", sum(not each.kept for each in told))
    tally.half("cases that a wrong value has changed", [ref] if _states(house) != before else [])


def forked(app: Flask, house: House, entries: Sequence[Entry]) -> list[Told]:
    """Each in a process of its own."""
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(len(entries))
    ready = [_signed_in(app, entry) for entry in entries]
    house.database.dispose()  # no connection may be open when a process is forked
    ends = []
    for browser, token, entry in ready:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                told = _send(browser, token, entry, barrier)
                os.write(writing, json.dumps(asdict(told)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        ends.append((child, reading))
    said = []
    for child, reading in ends:
        with os.fdopen(reading) as end:
            said.append(end.read())
        os.waitpid(child, 0)
    return [Told(**json.loads(each)) for each in said]


def threaded(app: Flask, house: House, entries: Sequence[Entry]) -> list[Told]:
    """Each in a thread: for where a process cannot be forked."""
    barrier = threading.Barrier(len(entries))
    told: dict[int, Told] = {}

    def run(number: int, browser: Browser, token: str, entry: Entry) -> None:
        told[number] = _send(browser, token, entry, barrier)

    threads = [
        threading.Thread(target=run, args=(number, *_signed_in(app, entry)))
        for number, entry in enumerate(entries)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told[number] for number in range(len(entries))]


def _entry(house: House, ref: str, agency: str, person: str, number: int) -> Entry:
    words = f"The careful words of {person}, number {number}"
    address, sent = preparation(house, ref, agency, person, went_well=words)
    return Entry(person, address, words, {**sent, "key": f"{person}-{number}"})


def _signed_in(app: Flask, entry: Entry) -> tuple[Browser, str, Entry]:
    browser = Browser(app.test_client()).become(entry.person)
    return browser, browser.token(), entry


def _send(browser: Browser, token: str, entry: Entry, barrier: Any) -> Told:
    """Send a form when everybody is there; then look whether it is still there, if it was not taken."""
    barrier.wait()
    began = time.thread_time()
    answer = browser.client.post(entry.address, data={"csrf_token": token, **entry.sent})
    seconds = time.thread_time() - began
    page = browser.get(f"{entry.address}?kept=yes").text
    mine, all_of_them = entry.words in page, page.count("The careful words of")
    return Told(entry.person, answer.status_code, mine and all_of_them == page.count(entry.words), seconds)


def _states(house: House) -> list[tuple[Any, ...]]:
    with house.database.read() as session:
        query = select(ProcessInstance.id, ProcessInstance.revision, ProcessInstance.state)
        return sorted(map(tuple, session.execute(query)), key=repr)
