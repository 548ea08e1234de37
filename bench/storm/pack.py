"""A pack of processes: forked from a parent that has imported everything, killed at random, forked anew."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Sequence

MOMENTS = (0.02, 0.1)  # seconds between two kills
Job = Callable[[], None]


class Pack:
    """Processes that each run one job for ever. The parent has no connection and no thread of its own."""

    def __init__(self, jobs: Sequence[Callable[[random.Random], Job]], rng: random.Random) -> None:
        self._jobs = list(jobs)
        self._rng = rng
        self._running: dict[int, int] = {}
        self.kills = 0
        self.fell = 0  # ended without having been killed: never right
        for place in range(len(self._jobs)):
            self._fork(place)

    def kill_one(self) -> None:
        """Wait for a short random moment, then kill one of the processes and fork another in its place."""
        time.sleep(self._rng.uniform(*MOMENTS))
        process = self._rng.choice(sorted(self._running, key=self._running.__getitem__))
        place = self._end(process)
        self.kills += 1
        self._fork(place)

    def end(self) -> None:
        """Kill what still runs; these are not counted."""
        for process in list(self._running):
            self._end(process)

    def _end(self, process: int) -> int:
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        self.fell += int(not os.WIFSIGNALED(status))
        return self._running.pop(process)

    def _fork(self, place: int) -> None:
        seed = self._rng.random()
        job = self._jobs[place](self._rng)
        process = os.fork()
        if process:
            self._running[process] = place
            return
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            random.seed(seed)
            job()
        except BaseException:  # noqa: BLE001  (the fork's edge: the parent sees that it ended by itself)
            traceback.print_exc()
        finally:
            os._exit(1)
