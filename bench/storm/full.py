"""R10, a full disk under SQLite: whoever sends something is told that it could not be kept and can send it
again; reading goes on; no letter leaves that cannot be written down; and with room again all goes on by
itself, with nothing lost, doubled or half done.

The disk is `bench.storm.disk`: it refuses what does not fit as a full one does (ENOSPC becomes SQLITE_FULL).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

import engine
from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.disk import Disk, disk
from bench.storm.partnership import Sending, a_moment_later, kept, opened, pages_of, sendings
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import LetterBox, lines
from engine.models import Outbox
from engine.outbox import queue_mail
from tests.app.conftest import House

ROOMS = (0, 4_096, 20_000, 60_000)  # bytes left: for nothing, a page, some of an answer, most of one
TICKS = 3  # while it is full
WORDS = "What you sent may not have been saved"  # stands on the page that somebody is shown


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Fill the disk again and again while people send answers; what was counted."""
    tally = Tally("disk-full", place.kind, harm="full disks")
    began = time.monotonic()
    with disk() as drive, place.database("full") as url:
        house, letters = opened(url), place.folder / "full-letters"
        made = sendings(house, pages_of(house), size.of(4, 16, 60))
        for each in made:
            fill(tally, house, drive, each, letters, room=rng.choice(ROOMS))
        found = kept(house, made)
        tally.once("answers", [each.task for each in made], found.elements())
        with house.database.write() as session:
            tally.half("after it was full", what_does_not_agree(session))
        _count_letters(tally, house, letters)
        tally.notes.append(f"{drive.refused} writes refused")
        tally.none("writes refused, which are too few", int(drive.refused < len(made)))
        house.database.dispose()
    tally.seconds = time.monotonic() - began
    return tally


def fill(tally: Tally, house: House, drive: Disk, each: Sending, letters: Path, *, room: int) -> None:
    """Somebody sends an answer while there is that much room and a letter is due; then there is enough."""
    with house.database.write() as session:
        queue_mail(session, to="u_office", text="audit_anchor", about="audit", facts={}, urgent=True)
    house.database.dispose()
    tally.times += 1
    drive.room = room
    answer = each.send()
    if answer.status_code == 503:
        told = WORDS in answer.text and 'value="once"' in answer.text
        tally.none("pages that do not say so, or have lost what was typed", int(not told))
    elif answer.status_code != 303:
        tally.problems.append(f"with {room} bytes left somebody was told {answer.status_code}")
    reads = each.browser.get("/").status_code
    tally.none(f"pages of My work that cannot be read ({reads})", int(reads != 200))
    for _ in range(TICKS):
        _tick(house, letters)
    drive.room = None
    tally.none("answers that cannot be sent again", int(each.send().status_code != 303))
    _tick(house, letters)


def _tick(house: House, letters: Path) -> None:
    """As the worker does, which outlives a tick that fails."""
    try:
        engine.tick(house.database, LetterBox(letters))
    except SQLAlchemyError:
        house.database.dispose()


def _count_letters(tally: Tally, house: House, letters: Path) -> None:
    a_moment_later(house)  # what was on its way when nothing could be written is offered again
    a_moment_later(house)
    _tick(house, letters)
    with house.database.read() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "mail")).all()
    tally.due += len(rows)
    left = Counter(line[0] for line in lines(letters))
    tally.none("letters that still wait", sum(row.status != "sent" for row in rows))
    lost = sum(row.key not in left for row in rows)
    tally.lost += lost
    tally.none("letters that never left", lost)
    twice = left.total() - len(left)
    tally.notes.append(f"{twice} letters left twice, under the same key: the disk filled while they did")
    if twice > tally.times:  # at most one is on its way when the disk fills
        tally.doubled += twice - tally.times
        tally.problems.append(f"letters that left twice: {twice}, explained are {tally.times}")
