"""The worker: APScheduler ticks, the database owns all due work. Any number may run; missing ticks cost
nothing, doubled ones do nothing.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine import Database, Post, tick
from reviews.files.commands import any_due, destroy_due
from reviews.files.scanning import Scanner, ScannerAway, check_waiting
from reviews.long_work import every_kind  # noqa: F401  (registers what there is to do)
from reviews.long_work.working import do_due
from reviews.studio.scenario_runs import play_waiting

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("roundtable.worker")
TICK_SECONDS = 3
JITTER_SECONDS = 1  # either way: what is due waits 5 seconds at most while nothing else does
FILES_SECONDS = 20
SIZES_SECONDS = 24 * 3600
WAITED_FOR_SECONDS = 3  # somebody looks at a page meanwhile; mostly there is nothing to do


def start_worker(database: Database, post: Post, scanner: Scanner | None = None) -> BackgroundScheduler:
    """Begin ticking in a background thread of this process; stop it with `.shutdown()`."""
    from apscheduler.schedulers.background import BackgroundScheduler  # a web process of its own has none

    scheduler = BackgroundScheduler(timezone="UTC")
    jobs: tuple[tuple[Callable[..., object], list[object], int], ...] = (
        (_tick, [database, post], TICK_SECONDS),
        (look_after_files, [database, scanner], FILES_SECONDS),
        (do_due, [database], WAITED_FOR_SECONDS),
        (play_waiting, [database], WAITED_FOR_SECONDS),
        (database.learn_sizes, [], SIZES_SECONDS),
    )
    for job, args, seconds in jobs:
        scheduler.add_job(
            job,
            "interval",
            args=args,
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            jitter=JITTER_SECONDS if job is _tick else None,
        )
    scheduler.add_job(database.learn_sizes)  # at once, too: after an upgrade nobody has looked yet
    scheduler.start()
    return scheduler


def run_worker(database: Database, post: Post, scanner: Scanner | None = None) -> None:
    """Tick until the process is told to stop (SIGTERM, SIGINT); the tick at work is finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    scheduler = start_worker(database, post, scanner)
    stop.wait()
    scheduler.shutdown(wait=True)


def _tick(database: Database, post: Post) -> None:
    report = tick(database, post)
    if not report.idle or report.failed:
        log.info(
            "tick: %s timers, %s reminders, %s messages, %s notices, %s failed",
            report.timers,
            report.reminders,
            report.messages,
            report.notices,
            len(report.failed),
        )


def look_after_files(database: Database, scanner: Scanner | None) -> int:
    """Have waiting files checked for viruses; destroy what was removed 30 days ago. How many of both."""
    done = 0
    if scanner is not None:
        try:
            done = check_waiting(database, scanner)
        except ScannerAway as away:
            log.error("Files wait for the virus check and stay closed: %s", away)
    with database.read() as session:  # mostly there is nothing, and then nobody has to wait for a writer
        due = any_due(session)
    return done + (database.retrying(destroy_due) if due else 0)
