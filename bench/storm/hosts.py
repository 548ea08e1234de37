"""The storm of many hosts (R10, and several hosts against one PostgreSQL): `python -m bench.storm.hosts`.

Each host runs a web process and a worker of the product, in a network namespace of its own where this machine
allows that (else on a loopback address of its own). People ask round all of them while web processes are told
to stop, workers are killed, and a host's cable to the database is pulled and put back.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

import engine
from bench.storm import asking
from bench.storm.counting import Tally
from bench.storm.fleet import Fleet, Partnership
from bench.storm.network import hosts, namespaces_allowed
from bench.storm.round import one_session_everywhere
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import LetterBox, lines
from engine import VirtualClock, broken_invariants, verify_log
from engine.audit_models import Event
from engine.models import Outbox, ProcessInstance, Submission
from reviews.models import Review
from tests.clusters import Cluster, folder, free_port

HOSTS = 3
LOAD = 2.0  # seconds in which both releases serve
STARTS = 20.0  # seconds until a web process that was started again is ready
BACK_WITHIN = 15.0  # seconds until a host works again after its cable is back
ANSWERED_WITHIN = 20.0  # seconds until somebody at a host without a database is told so
LETTERS_IN_HAND = 2  # of a worker that is killed, or loses its database, between sending and saying so
LATER = dt.timedelta(days=4)  # a working morning has come by then: letters that wait for it leave
FREE_WITHIN = 20.0  # seconds until what a lost host had locked is free for the others


def main() -> int:
    """Run the storm; 0 when nothing was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(prog="python -m bench.storm.hosts", description=__doc__)
    parser.add_argument("--short", action="store_true", help="each fault once, in seconds")
    parser.add_argument("--before", action="store_true", help="short: also with the release before")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    tally = many_hosts(1 if asked.short else 10, rng, before=asked.before or not asked.short)
    print("\n".join([*tally.notes, f"{tally.seconds:.0f} s"]))
    print("\n".join(tally.problems) or "Nothing lost, nothing doubled.")
    return int(bool(tally.problems))


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """As a storm among others. Its server is its own: it must be reached from several hosts."""
    del place
    return many_hosts(size.of(1, 2, 10), rng, before=size.form == "full")


def many_hosts(rounds: int, rng: random.Random, *, before: bool) -> Tally:
    """`rounds` times: a web process stopped and started again, a worker killed, a cable pulled. With the
    release `before` on one host to begin with."""
    tally = Tally("hosts", "postgresql", harm="hosts and processes")
    began = time.monotonic()
    with _fleet(before=before) as fleet:
        tally.notes.append(f"{HOSTS} hosts {fleet.words}")
        fleet.start()
        one_session_everywhere(fleet, tally)
        fleet.people_begin()
        if before:
            _the_last_host_is_brought(fleet, tally)
        for each in range(rounds):
            _a_web_process_stops(fleet, tally, rng)
            tally.times += fleet.kill_worker(rng.randrange(HOSTS))
            _a_cable_is_pulled(fleet, tally, each % HOSTS, held=each == 0)
            tally.times += 1  # its worker lost what it had in hand
        fleet.people_end(tally)
        fleet.stop(tally)
        _count(fleet.partnership, tally)
    tally.seconds = time.monotonic() - began
    return tally


@contextmanager
def _fleet(*, before: bool) -> Iterator[Fleet]:
    allowed, port = namespaces_allowed(), free_port()
    with (
        tempfile.TemporaryDirectory(prefix="roundtable-hosts-") as place,
        folder() as data,
        hosts(HOSTS, port, namespaces=allowed) as made,
    ):
        addresses = ["127.0.0.1", *({host.database for host in made} if allowed else ())]
        cluster = Cluster(data, addresses, [f"{host.database}/30" for host in made], port=port)
        cluster.begin()
        try:
            partnership = Partnership(cluster, Path(place), before=before)
            fleet = Fleet(made, partnership, "in network namespaces" if allowed else "on loopback addresses")
            try:
                yield fleet
            finally:
                fleet.end()
        finally:
            cluster.stop("immediate")


def _the_last_host_is_brought(fleet: Fleet, tally: Tally) -> None:
    """Mid-load, the host that was of the release before is brought to this one."""
    before = fleet.partnership.before_this
    if before is None:
        tally.notes.append(
            "no release before this one: the history holds none with older tables that programs can ask"
        )
        return
    time.sleep(LOAD)
    _, status = fleet.stop_web(0)
    tally.none("processes of the release before that ended badly", int(status != 0))
    fleet.older.clear()
    fleet.start_web(0)
    tally.none("hosts that could not be brought", int(fleet.ready_again(0, STARTS) > STARTS))
    tally.notes.append(f"the release before ({before.commit}, tables {before.tables}) served beside this one")


def _a_web_process_stops(fleet: Fleet, tally: Tally, rng: random.Random) -> None:
    """Mid-load, one is told to stop: what it began is answered. The others go on; then it starts again."""
    time.sleep(rng.uniform(0.5, 1.5))
    place, before = rng.randrange(HOSTS), len(lines(fleet.lost))
    seconds, status = fleet.stop_web(place)
    tally.none("web processes that ended badly when told to stop", int(status != 0))
    time.sleep(0.5)
    lost = lines(fleet.lost)[before:]
    tally.none(f"answers lost when a web process was told to stop {lost[:2]}", len(lost))
    tally.notes.append(f"a web process told to stop has answered what it began in {seconds:.1f} s")
    fleet.start_web(place)
    tally.none("web processes that do not start again", int(fleet.ready_again(place, STARTS) > STARTS))


def _a_cable_is_pulled(fleet: Fleet, tally: Tally, place: int, *, held: bool) -> None:
    """One host loses its database, while it holds a case; and gets it back."""
    host = fleet.hosts[place]
    held_case = fleet.hold_a_case(place) if held else None
    host.cut()
    cut_at = time.monotonic()
    told = [asking.ask_one((host.address, fleet.port), "GET", "/sign-in", b"", {}) for _ in range(2)]
    words = ", ".join(f"{each.status} after {each.seconds:.1f} s" for each in told)
    tally.notes.append(f"a host without its database says {words}")
    tally.none("answers but 503 without a database", sum(each.status != 503 for each in told))
    tally.none("slow answers without a database", sum(each.seconds > ANSWERED_WITHIN for each in told))
    if held_case is not None:
        seconds = fleet.free_again(held_case, cut_at, FREE_WITHIN)
        tally.notes.append(f"what the lost host had locked was free after {seconds:.1f} s")
        tally.none("cases that a lost host keeps locked", int(seconds > FREE_WITHIN))
    host.mend()
    back = fleet.ready_again(place, BACK_WITHIN)
    tally.notes.append(f"with its cable back the host was ready after {back:.1f} s, without a restart")
    tally.none("hosts that do not come back", int(back > BACK_WITHIN))


def _count(partnership: Partnership, tally: Tally) -> None:
    """What people were told is there once; nothing is broken, stuck or unsent."""
    told = lines(partnership.done)
    begun = [(key, ref) for what, key, ref in told if what == "begun"]
    completed = [task for what, task, _ in told if what == "completed"]
    database = partnership.open()
    ended = database.clock.now()
    database.clock = VirtualClock(ended + LATER)
    post = LetterBox(partnership.letters)
    while not engine.tick(database, post).idle:
        pass
    with database.read() as session:
        refs = session.scalars(select(Review.ref).where(Review.ref.not_in(partnership.before))).all()
        tally.once("referrals", [ref for _, ref in begun], refs)
        rows = Counter(str(each) for each in session.scalars(select(Submission.task_id)))
        tally.lost += sum(task not in rows for task in completed)
        tally.none("acknowledged answers that are missing", sum(task not in rows for task in completed))
        twice = Counter(session.scalars(select(Event.task_id).where(Event.kind == "task.completed")))
        tally.none("steps completed twice", sum(number > 1 for number in twice.values()))
        stuck = select(func.count()).where(ProcessInstance.status == "stuck")
        tally.none("stuck cases", session.scalar(stuck) or 0)
        mails = select(Outbox.key).where(Outbox.kind == "mail", Outbox.created_at < ended)
        keys = set(session.scalars(mails))
        broken = broken_invariants(session)
        tally.none(f"broken invariants {broken[:3]}", len(broken))
        verdict = verify_log(session.connection(), partnership.secret)
        tally.none("findings in the audit log", len(verdict.findings))
    delivered = Counter(line[0] for line in lines(partnership.letters))
    tally.none("letters that never left", len(keys - delivered.keys()))
    again = delivered.total() - len(delivered)
    tally.notes.append(
        f"{len(begun)} referrals begun, {len(completed)} steps completed, {len(keys)} letters, "
        f"{again} twice, {len(lines(partnership.slow))} requests answered with 503"
    )
    at_most = LETTERS_IN_HAND * tally.times
    tally.none("letters that left twice and nobody can explain", max(0, again - at_most))
    database.dispose()


if __name__ == "__main__":
    sys.exit(main())
