"""The worker has SQLite look how its tables are filled, so that it chooses its indexes by what there is."""

from __future__ import annotations

import time
from pathlib import Path

from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import text

from app.worker import SIZES_SECONDS, start_worker
from bench.load import place_with
from engine import Database
from reviews.demonstration.loading import NoPost


def _known(database: Database) -> int:
    """How many indexes of tasks SQLite knows the use of."""
    with database.read() as session:
        if not session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")):
            return 0
        return session.scalar(text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'user_task'")) or 0


def test_a_worker_looks_when_it_begins_and_each_day(tmp_path: Path) -> None:
    database, _ = place_with(f"sqlite:///{tmp_path / 'sizes.sqlite'}", 100)
    with database.write() as session:  # as if nobody had looked
        session.execute(text("DELETE FROM sqlite_stat1"))
    database.dispose()  # each connection remembers what it knew
    assert _known(database) == 0
    worker = start_worker(database, NoPost())
    try:
        jobs = [job for job in worker.get_jobs() if job.func == database.learn_sizes]
        daily = [job.trigger.interval for job in jobs if isinstance(job.trigger, IntervalTrigger)]
        assert [each.total_seconds() for each in daily] == [SIZES_SECONDS]
        until = time.monotonic() + 30
        while not _known(database) and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        worker.shutdown(wait=True)
    assert _known(database)
