"""R10, PostgreSQL restarted while people work: in turn in good order and at once, as after a power cut.

People send steps through the pages, several at a time, each until they are told that it is done; a worker
ticks beside them. Nobody restarts anything of ours. Every answer is kept once; whoever was not told so was
told to send it again.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

import engine
from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.partnership import Sending, kept, opened, pages_of, sendings
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import LetterBox
from tests.app.conftest import House

PEOPLE = 4  # who send at a time
BETWEEN = 0.5  # seconds between two attempts of somebody, and between two restarts
TOLD = (303, 503)
MOST = 120  # attempts of one person at one step


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Restart the server while steps are sent; what was counted."""
    tally = Tally("restarts", place.kind, harm="restarts")
    if not place.crashes_here:
        tally.notes.append(f"no restarts: {place.why_not}")
        return tally
    began = time.monotonic()
    with place.database("restarts") as url:
        house = opened(url)
        restarts = size.of(2, 4, 10)
        made = sendings(house, pages_of(house), restarts * 10)
        _storm(place, house, made, tally, restarts)
        told = Counter(status for each in made for status in each.told)
        tally.notes.append(f"{told[503]} times somebody was told to send it again")
        tally.none(
            f"other answers than done or perhaps not saved: {dict(told)}", len(told.keys() - set(TOLD))
        )
        tally.once("answers", [each.task for each in made], kept(house, made).elements())
        with house.database.write() as session:
            tally.half("after the restarts", what_does_not_agree(session))
        house.database.dispose()
    tally.seconds = time.monotonic() - began
    return tally


def _storm(place: Place, house: House, made: Sequence[Sending], tally: Tally, restarts: int) -> None:
    done, ended = threading.Semaphore(0), threading.Event()
    people = [
        threading.Thread(target=_send_all, args=(made[number::PEOPLE], done)) for number in range(PEOPLE)
    ]
    worker = threading.Thread(target=_tick, args=(house, place.folder / "restarts-letters", ended))
    for thread in (*people, worker):
        thread.start()
    share = len(made) // (restarts + 1)
    for number in range(restarts):
        for _ in range(share):  # spread over the work, not over time
            done.acquire()
        (place.crash if number % 2 else place.restart)()
        tally.times += 1
    for thread in people:
        thread.join()
    ended.set()
    worker.join()


def _send_all(mine: Sequence[Sending], done: threading.Semaphore) -> None:
    for each in mine:
        while each.told[-1:] != [303] and len(each.told) < MOST:
            if each.told:
                time.sleep(BETWEEN)
            each.send()
        done.release()


def _tick(house: House, letters: Path, ended: threading.Event) -> None:
    """As the worker does, which outlives a tick that fails."""
    while not ended.wait(BETWEEN):
        try:
            engine.tick(house.database, LetterBox(letters))
        except SQLAlchemyError:
            continue
