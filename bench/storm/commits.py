"""R10, the connection to PostgreSQL lost around COMMIT: nobody knows whether it was done, and the key tells.

People send steps through the pages. Somewhere among the commits of a request the connection breaks: just
before a COMMIT reaches the server, or after it was done and before anybody heard so. They are told that it
may not have been saved, send the same form again, and find it done: once.
"""

from __future__ import annotations

import random
import time
from collections import Counter

from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.full import WORDS
from bench.storm.partnership import Sending, connected, kept, opened, pages_of, sendings
from bench.storm.proxy import BreakingProxy
from bench.storm.servers import Place
from bench.storm.sizes import Size

MOST = 5  # times that somebody sends the same form
TOLD = (303, 503)


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Break the connection once while each of many steps is sent; what was counted."""
    tally = Tally("lost-commits", place.kind, harm="lost connections")
    began = time.monotonic()
    with place.database("commits") as url:
        house = opened(url)
        house.database.dispose()
        proxy = BreakingProxy(url)
        house.database = connected(proxy.url, house.clock)
        made = sendings(house, pages_of(house), size.of(6, 40, 200))
        for number, each in enumerate(made):
            lose(tally, proxy, each, ("before", "after")[number % 2])
        tally.times = proxy.cuts
        told = Counter(status for each in made for status in each.told)
        tally.none(
            f"other answers than done or perhaps not saved: {dict(told)}", len(told.keys() - set(TOLD))
        )
        tally.once("answers", [each.task for each in made], kept(house, made).elements())
        tally.notes.append(f"{told[503]} were told that it may not have been saved, and sent it again")
        with house.database.write() as session:
            tally.half("after the breaks", what_does_not_agree(session))
        proxy.close()
        house.database.dispose()
    tally.seconds = time.monotonic() - began
    return tally


def lose(tally: Tally, proxy: BreakingProxy, each: Sending, how: str) -> None:
    """Somebody sends a step while the connection breaks before or after its COMMIT, and sends it again."""
    proxy.cut = how
    answer = each.send()
    proxy.cut = ""
    if answer.status_code == 503:
        said = WORDS in answer.text and 'value="once"' in answer.text
        tally.none("pages that do not say so, or have lost what was typed", int(not said))
    while each.told[-1] != 303 and len(each.told) < MOST:
        each.send()
