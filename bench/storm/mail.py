"""R10, the mail server away: it refuses, hangs, is busy, says later, hangs or breaks off after the letter.

Letters are queued all the while. Every one arrives once the server is well again, under one Message-ID, or is
shown as undeliverable where its address is wrong. And nobody's answer waits for a mail server that hangs.
"""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

from sqlalchemy import select

import app.post
import engine
from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.partnership import opened
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.smtp import WRONG, MailServer
from engine.models import Outbox
from engine.outbox import queue_mail
from reviews.models import Person
from tests.app.conftest import House

MOODS = ("refusing", "silent", "busy", "later", "stopping", "breaking", "leaving")
DOUBLING = ("stopping", "breaking")  # a letter was taken, and nobody said so
PATIENCE = 0.3  # seconds that the product waits for a mail server here; 20 at work
HANGS = 6.0  # the same, while it is looked at whether anybody else waits for it
LONGEST_WAIT = 4.0  # seconds that an answer may wait while the mail server hangs
TICKS = 3
BETWEEN = timedelta(minutes=6)


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Go through every mood of a mail server, in an order by chance; what was counted."""
    tally = Tally("mail", place.kind, harm="outages")
    began, patience = time.monotonic(), app.post.TIMEOUT
    server = MailServer()
    try:
        with place.database("mail") as url:
            _storm(opened(url), server, tally, size, rng)
    finally:
        app.post.TIMEOUT = patience
        server.close()
    tally.seconds = time.monotonic() - began
    return tally


def _storm(house: House, server: MailServer, tally: Tally, size: Size, rng: random.Random) -> None:
    with house.database.write() as session:
        session.add(Person(id="u_wrong", name="W. A.", email=f"{WRONG}@board.example", agency="csc"))
    post = app.post.SmtpPost(server.url, "https://roundtable.example", house.clock)
    doubled = 0
    moods = [*MOODS] * size.of(1, 1, 5)
    rng.shuffle(moods)
    for mood in moods:
        _queue(house, size.of(2, 5, 10))
        doubled += _outage(house, post, server, mood, tally)
    _recover(house, post)
    _count(house, server, tally, doubled)
    house.database.dispose()


def _queue(house: House, number: int) -> None:
    """Letters to so many people, and one to a wrong address."""
    with house.database.write() as session:
        query = select(Person.id).where(Person.email.is_not(None), Person.id != "u_wrong")
        people = [*session.scalars(query.order_by(Person.id).limit(number)), "u_wrong"]
        for person in people:
            queue_mail(session, to=person, text="audit_anchor", about="audit", facts={}, urgent=True)


def _outage(house: House, post: engine.Post, server: MailServer, mood: str, tally: Tally) -> int:
    """Some ticks while the server is in that mood, and answers beside them; how many letters it took and did
    not say so."""
    tally.times += 1
    server.mood = mood
    app.post.TIMEOUT = HANGS if mood == "silent" else PATIENCE  # type: ignore[assignment]
    if mood == "refusing":
        server.close()
    before = server.taken.total()
    for _ in range(1 if mood == "silent" else TICKS):
        worker = threading.Thread(target=engine.tick, args=(house.database, post))
        worker.start()
        while worker.is_alive():
            began = time.monotonic()
            with house.database.write() as session:
                session.execute(select(1))  # on SQLite whoever writes waits from here on
            waited = time.monotonic() - began
            if mood == "silent" and waited > LONGEST_WAIT:
                tally.problems.append(f"{mood}: somebody waited {waited:.1f} s for the mail server")
            time.sleep(0.05)
        house.clock.advance(BETWEEN)
    if mood == "refusing":
        server.open()
    server.mood, app.post.TIMEOUT = "well", 20
    return server.taken.total() - before if mood in DOUBLING else 0


def _recover(house: House, post: engine.Post) -> None:
    """The server is well: hours pass, and nobody does anything by hand."""
    for _ in range(10):
        house.clock.advance(timedelta(hours=1))
        while not engine.tick(house.database, post).idle:
            pass


def _count(house: House, server: MailServer, tally: Tally, bound: int) -> None:
    with house.database.write() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "mail")).all()
        tally.half("after the outages", what_does_not_agree(session))
    right = {f"<{row.key}@" for row in rows if row.recipient != "u_wrong" and row.status == "sent"}
    arrived = {f"{key.split('@')[0]}@" for key in server.taken}
    tally.due += len(rows)
    tally.none("letters that still wait", sum(row.status == "waiting" for row in rows))
    wrong = [row for row in rows if row.recipient == "u_wrong"]
    tally.none("wrong addresses that are not shown", sum(row.status != "dead" for row in wrong))
    given_up = sum(row.status == "dead" for row in rows if row.recipient != "u_wrong")
    tally.none("letters to right addresses that were given up", given_up)
    lost = len(right - arrived)
    tally.lost += lost + given_up
    tally.none("letters that say that they left and did not", lost)
    twice = server.taken.total() - len(server.taken)
    tally.notes.append(f"{len(rows)} letters; {twice} arrived twice, all after an answer that never came")
    if twice > bound:
        tally.doubled += twice - bound
        tally.problems.append(f"letters that left twice: {twice}, explained are {bound}")
