"""The processes of a storm of hosts: web and worker of the product on each host, and people at them."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

import app.worker
from app import Config, create_app
from app.auth.tokens import SCOPES, Tokens
from app.cli.opening import open_database
from app.cli.web import from_outside
from app.migrate import upgrade
from app.serving import serve_until_told
from bench.storm.asking import NAME, NoAnswer, Program, Round, ask_one, refer, screen
from bench.storm.counting import Tally
from bench.storm.network import Host, LoopbackHost
from bench.storm.processes import log_to
from bench.storm.release_before import release_before
from bench.storm.witness import LetterBox, Witness
from engine import Actor, Database, SystemClock
from engine.db import locked
from engine.models import ProcessInstance
from reviews.models import Review
from tests.clusters import Cluster
from tests.policy.conftest import SECRET, _furnish

REFERRERS = ("dale", "ashby", "emery")
STARTS_WITHIN = 30.0
ENDS_WITHIN = 40.0
LOOK = 0.05


class Partnership:
    """The database of a furnished partnership, on a server of its own, and its witnesses."""

    secret = SECRET.encode()

    def __init__(self, cluster: Cluster, place: Path, *, before: bool) -> None:
        self.cluster = cluster
        self.done, self.letters = place / "done", place / "letters"
        self.lost, self.slow, self.log = place / "lost", place / "slow", place / "log"
        self.name = cluster.server.make()
        self.before_this = release_before(place / "before") if before else None
        if self.before_this:
            self.before_this.begin(cluster.url(self.name))
        else:
            self.bring()
            _furnish(cluster.url(self.name))
        self.before: list[str] = []

    def bring(self) -> None:
        """Bring the tables to this release."""
        upgrade(self.cluster.url(self.name), secret_key=self.secret)

    def config(self, host: Host | None = None) -> Config:
        """The settings of a host; without one, of who stands beside the database."""
        return Config(
            secret_key=SECRET,
            identity_keys=(SECRET[::-1],),
            database_url=self.cluster.url(self.name, host.database if host else ""),
            base_url=f"https://{NAME}",
            trusted_proxy=host.users if host else "",
            api_per_minute=10**6,
        )

    def open(self) -> Database:
        """The database, from beside it."""
        return open_database(self.config())


@dataclass
class Fleet:
    """Everything that runs. The process that has it has no thread and no open connection of its own."""

    hosts: Sequence[Host]
    partnership: Partnership
    words: str
    port: int = 8000
    webs: dict[int, int] = field(default_factory=dict)
    workers: dict[int, int] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    older: set[int] = field(default_factory=set)  # hosts whose web process is of the release before

    @property
    def lost(self) -> Path:
        """The witness of answers that never came."""
        return self.partnership.lost

    @property
    def way(self) -> Round:
        """Round all web processes."""
        return Round([(host.address, self.port) for host in self.hosts])

    def start(self) -> None:
        """Web and worker on each host; returns when every web process is ready. The first host is of the
        release before, where that is known, and serves already while the tables are brought on."""
        for host in self.hosts:
            if isinstance(host, LoopbackHost):
                host.mend()
        if self.partnership.before_this:
            self.older.add(0)
            self.start_web(0)
            assert self.ready_again(0, STARTS_WITHIN) <= STARTS_WITHIN, "the release before does not start"
            self.partnership.bring()
        for place in range(len(self.hosts)):
            self.workers[place] = self._fork(self._work, place)
            if place not in self.webs:
                self.start_web(place)
        for place in self.webs:
            assert self.ready_again(place, STARTS_WITHIN) <= STARTS_WITHIN, "a web process does not start"

    def start_web(self, place: int) -> None:
        """Start the web process of a host."""
        self.webs[place] = self._fork(self._serve_before if place in self.older else self._serve, place)

    def stop_web(self, place: int) -> tuple[float, int]:
        """Tell the web process of a host to stop; how long that took, and how it ended."""
        began, process = time.monotonic(), self.webs.pop(place)
        os.kill(process, signal.SIGTERM)
        status = _ended(process)
        return time.monotonic() - began, status

    def kill_worker(self, place: int) -> int:
        """Kill the worker of a host and start another; counts one."""
        process = self.workers.pop(place)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        self.workers[place] = self._fork(self._work, place)
        return 1

    def ready_again(self, place: int, within: float) -> float:
        """Seconds until a host says that it is ready; more than `within` when it does not."""
        began = time.monotonic()
        address = (self.hosts[place].address, self.port)
        while time.monotonic() - began <= within:
            with suppress(OSError, NoAnswer):
                if ask_one(address, "GET", "/health/ready", b"", {}).status == 200:
                    break
            time.sleep(LOOK)
        return time.monotonic() - began

    def people_begin(self) -> None:
        """Leads refer and the Head screens, round all web processes, each a process of their own."""
        jobs: list[tuple[str, Callable[[Program, str], None]]] = [(name, refer) for name in REFERRERS]
        database = self.partnership.open()
        try:
            with database.write() as session:
                self.partnership.before = list(session.scalars(select(Review.ref)))
                tokens = [
                    Tokens(database, SystemClock()).make(
                        session, f"u_{name}", name="Storm", scopes=SCOPES, days=1, by=Actor("u_sysadm")
                    )[1]
                    for name, _ in (*jobs, ("morgan", screen))
                ]
        finally:
            database.dispose()
        for token, (name, job) in zip(tokens, [*jobs, ("morgan", screen)], strict=True):
            self.people.append(self._fork(self._program, job, name, token))

    def people_end(self, tally: Tally) -> None:
        """Let everybody finish what they have begun."""
        for process in self.people:
            os.kill(process, signal.SIGTERM)
        bad = sum(_ended(process) != 0 for process in self.people)
        self.people.clear()
        tally.none(f"people who gave up {self.partnership.log.read_text()[-600:] if bad else ''}", bad)

    def stop(self, tally: Tally) -> None:
        """Tell all web processes and workers to stop; each ends by itself."""
        for kind in (self.webs, self.workers):
            for process in kind.values():
                os.kill(process, signal.SIGTERM)
            tally.none("processes that ended badly", sum(_ended(each) != 0 for each in kind.values()))
            kind.clear()

    def end(self) -> None:
        """Kill what still runs, whatever happened."""
        for process in (*self.webs.values(), *self.workers.values(), *self.people, *self.others):
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)

    def hold_a_case(self, place: int) -> UUID:
        """A process on a host locks a case and keeps it; which case."""
        reading, writing = os.pipe()
        self.others.append(self._fork(self._hold, place, writing))
        os.close(writing)
        with os.fdopen(reading) as told:
            return UUID(told.readline().strip())

    def free_again(self, case: UUID, since: float, within: float) -> float:
        """Seconds after `since` at which somebody elsewhere could lock that case."""
        database = self.partnership.open()
        try:
            while time.monotonic() - since <= within:
                with suppress(SQLAlchemyError), database.write() as session:
                    locked(session, ProcessInstance, case)
                    break
        finally:
            database.dispose()
        return time.monotonic() - since

    def _fork(self, job: Callable[..., None], *given: Any) -> int:
        process = os.fork()
        if process:
            return process
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            random.seed()
            log_to(self.partnership.log)
            job(*given)
            status = 0
        except BaseException:  # noqa: BLE001  (the fork's edge: the parent sees that it ended badly)
            with self.partnership.log.open("a") as file:
                traceback.print_exc(file=file)
        finally:
            os._exit(status)

    def _serve(self, place: int) -> None:
        host = self.hosts[place]
        host.enter()
        config = self.partnership.config(host)
        made = create_app(config, open_database(config))
        serve_until_told(made, host=host.address, port=self.port, threads=8, **from_outside(config))

    def _serve_before(self, place: int) -> None:
        host, kept = self.hosts[place], self.partnership
        host.enter()
        url, base = kept.config(host).database_url, kept.config(host).base_url
        assert kept.before_this
        kept.before_this.serve(SECRET, url, base, host.address, str(self.port), host.users)

    def _work(self, place: int) -> None:
        host = self.hosts[place]
        host.enter()
        app.worker.TICK_SECONDS = 1
        app.worker.run_worker(
            open_database(self.partnership.config(host)), LetterBox(self.partnership.letters)
        )

    def _program(self, job: Callable[[Program, str], None], name: str, token: str) -> None:
        kept = self.partnership
        job(Program(self.way, token, Witness(kept.done), Witness(kept.lost), Witness(kept.slow)), f"u_{name}")

    def _hold(self, place: int, writing: int) -> None:
        host = self.hosts[place]
        host.enter()
        database = open_database(self.partnership.config(host))
        with database.session_to_write() as session:
            case = session.scalars(select(ProcessInstance.id).limit(1)).one()
            locked(session, ProcessInstance, case)
            os.write(writing, f"{case}\n".encode())
            time.sleep(10 * ENDS_WITHIN)


def _ended(process: int) -> int:
    """How a process ended; killed, when it does not end by itself."""
    until = time.monotonic() + ENDS_WITHIN
    while time.monotonic() < until:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return status
        time.sleep(LOOK)
    os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]
