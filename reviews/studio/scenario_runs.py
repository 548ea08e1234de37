"""Playing the scenarios of a bundle and keeping what came of them.

They are played with invented people in memory, outside any transaction that writes. Few of them are played
while somebody waits; many by a worker, because those of the largest process take half a minute, and a page
that takes so long is given up by what stands between. Either way they are played once for the same files.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from engine import Actor, BundleRefused, Database, Finding, NotFound, changes
from engine.changes import ScenarioRun
from engine.deployment import checksum_of
from engine.scenarios import Coverage, Ran, is_scenario, nothing_played
from reviews.acting import today_of
from reviews.permissions import Viewer, viewer_for
from reviews.studio.changes import change_of, tell_of_asking
from reviews.studio.scenes import run_scenarios
from reviews.studio.versions import version_of

log = logging.getLogger("roundtable.scenarios")
FEW = 6  # as many are played in some five seconds
MOST_REMEMBERED = 20
Files = Mapping[str, str]
_RAN: dict[tuple[str, str, str], Ran] = {}  # what held, by content, for a second database with the same


@dataclass(frozen=True)
class Played:
    """What is known of the scenarios of some files: played (`ran`), being played or waiting (`waits`), or
    neither yet. `by` asked for it, `at` it was done."""

    files: Files
    ran: Ran | None = None
    waits: bool = False
    by: str = ""
    at: datetime | None = None
    checksum: str = ""

    @property
    def listed(self) -> list[str]:
        """The names of the scenarios."""
        return sorted(filter(is_scenario, self.files))

    @property
    def drawn(self) -> str:
        """The name of the diagram; "" for a bundle without one."""
        return next((name for name in self.files if name.endswith(".bpmn")), "")


def played(session: Session, process: str, files: Files) -> Played:
    """What is known of the scenarios of these very files; of none, what they would have to cover."""
    if not changes.has_scenarios(files):
        return Played(files, _played(session, process, files))
    last, done = changes.newest_runs(session, process, files)
    waits = last is not None and last.status != "done"
    if done is None:
        return Played(files, waits=waits)
    return Played(files, changes.ran_of(done), waits, done.asked_by, done.done_at, done.checksum)


def ask_change(session: Session, viewer: Viewer, change_id: UUID) -> None:
    """Have the scenarios of a change played as it now is, unless they were. Raises NotFound."""
    row = change_of(session, viewer, change_id)
    _ask(session, viewer, row.process, changes.files_of(session, change_id), change_id)


def ask_version(session: Session, viewer: Viewer, process: str, number: int) -> None:
    """Have the scenarios of a version played, unless they were. Raises NotFound."""
    _ask(session, viewer, process, version_of(session, viewer, process, number).files, None)


def play_few(database: Database, person: str, named: Mapping[str, object]) -> None:
    """Play the scenarios of what an address names (`change_id`, or `process` and `version`), where they are
    few and were not played. Nothing for somebody who may not see processes."""
    with database.read() as session:
        viewer = viewer_for(session, person, today_of(session))
        try:
            process, files, change_id = _named(session, viewer, named)
        except NotFound:
            return
    if sum(map(is_scenario, files)) <= FEW:
        play_now(database, process, files, by=Actor(person), change_id=change_id)


def play_now(
    database: Database, process: str, files: Files, *, by: Actor, change_id: UUID | None = None
) -> None:
    """Play the scenarios of these files here and keep what came of them, unless they were played and held."""
    with database.read() as session:
        if not _to_play(session, process, files):
            return
        ran = _played(session, process, files)

    def keep(session: Session) -> None:
        _keep(session, changes.ask_run(session, process, files, by=by, change_id=change_id).id, ran)

    database.retrying(keep)


def play_waiting(database: Database) -> int:
    """Play what waits, one run after the other; how many. For a worker; any number may do it."""
    with database.read() as session:
        rows = list(session.scalars(changes.due_runs(database.clock.now())))
    return sum(_play_one(database, row) for row in rows)


def _play_one(database: Database, run_id: UUID) -> bool:
    taken = database.retrying(partial(changes.take_run, run_id=run_id))
    if taken is None:
        return False
    run, files = taken
    try:
        with database.read() as session:
            ran, broken = _played(session, run.process, files), False
    except Exception as fault:  # noqa: BLE001  (the loop's edge: whoever asked is told, others go on)
        name = type(fault).__name__
        log.error("The scenarios of %s could not be played: %s", run.process, name)
        ran, broken = _broken_off(run.process, name), True
    database.retrying(partial(_keep, run_id=run_id, ran=ran, broken=broken))
    return True


def _keep(session: Session, run_id: UUID, ran: Ran, broken: bool = False) -> None:
    run = session.get_one(ScenarioRun, run_id)
    for change_id in changes.keep_run(session, run, ran, again=broken):
        tell_of_asking(session, change_id)


def _played(session: Session, process: str, files: Files) -> Ran:
    try:
        if not changes.has_scenarios(files):
            return nothing_played(process, files)
        key = (process, checksum_of(files), changes.beside_which(session, process))
        ran = _RAN.get(key) or run_scenarios(session, process, files)
    except BundleRefused as refused:
        return Ran(process, (), Coverage(process, ()), tuple(refused.findings))
    if ran.sound:
        _RAN[key] = ran
        while len(_RAN) > MOST_REMEMBERED:
            _RAN.pop(next(iter(_RAN)))
    return ran


def _broken_off(process: str, name: str) -> Ran:
    sentence = f"The scenarios could not be played ({name}); the fault is ours."
    finding = Finding(process, "", 0, "scenario", sentence, "Try again, and tell whoever runs the service.")
    return Ran(process, (), Coverage(process, ()), (finding,))


def _ask(session: Session, viewer: Viewer, process: str, files: Files, change_id: UUID | None) -> None:
    if _to_play(session, process, files):
        changes.ask_run(session, process, files, by=Actor(viewer.person), change_id=change_id)


def _to_play(session: Session, process: str, files: Files) -> bool:
    """Whether there is anything to play. What did not hold is played again: it may have been a busy machine
    (an expression that took too long), and then the same files must not stay refused."""
    if not changes.has_scenarios(files):
        return False
    run = changes.run_to_stand_on(session, process, files)
    return run is None or not run.sound


def _named(session: Session, viewer: Viewer, named: Mapping[str, object]) -> tuple[str, Files, UUID | None]:
    change_id = named.get("change_id")
    if isinstance(change_id, UUID):
        row = change_of(session, viewer, change_id)
        return row.process, changes.files_of(session, change_id), change_id
    process, number = str(named.get("process")), named.get("version")
    assert isinstance(number, int)
    return process, version_of(session, viewer, process, number).files, None
