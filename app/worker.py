"""The worker: APScheduler ticks, the database owns all due work. Any number may run; missing ticks cost
nothing, doubled ones do nothing.
"""

from __future__ import annotations

import logging
import signal
import threading

from apscheduler.schedulers.background import BackgroundScheduler

from engine import Database, Post, tick

log = logging.getLogger("roundtable.worker")
TICK_SECONDS = 5


def start_worker(database: Database, post: Post) -> BackgroundScheduler:
    """Begin ticking in a background thread of this process; stop it with `.shutdown()`."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        _tick,
        "interval",
        args=[database, post],
        seconds=TICK_SECONDS,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
        jitter=1,
        id="tick",
    )
    scheduler.start()
    return scheduler


def run_worker(database: Database, post: Post) -> None:
    """Tick until the process is told to stop (SIGTERM, SIGINT); the tick at work is finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    scheduler = start_worker(database, post)
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
