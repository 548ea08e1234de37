"""The scenarios of a bundle, played and kept by what was played: its files, beside the versions in use.

Whoever knows the people plays them (`reviews.studio.scenario_runs`), outside any transaction that writes:
those of the largest bundle take half a minute. Here it is kept what waits to be played, who plays it now,
and what came of it. An approval stands on it: `approve` and `deploy` ask `refuse_unplayed`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine.changes.models import Change, ScenarioRun
from engine.changes.reading import files_of
from engine.changes.writing import trace
from engine.db import house
from engine.deployment import checksum_of
from engine.errors import BundleRefused, Refused
from engine.models import ProcessVersion
from engine.scenarios import Ran, as_record, is_scenario, of_record
from engine.services import Actor

GONE_AFTER = timedelta(minutes=15)  # whoever has played for so long was stopped


def newest_runs(
    session: Session, process: str, files: Mapping[str, str]
) -> tuple[ScenarioRun | None, ScenarioRun | None]:
    """Of exactly these files: the run that was asked for last, and the one that was done last."""
    checksum = checksum_of(files)
    last = session.scalars(_runs(process, checksum).limit(1)).one_or_none()
    return last, session.scalars(_done(process, checksum).limit(1)).one_or_none()


def ran_of(run: ScenarioRun) -> Ran | None:
    """What came of a run; None while it is not done."""
    return of_record(run.results) if run.results is not None else None


def run_to_stand_on(session: Session, process: str, files: Mapping[str, str]) -> ScenarioRun | None:
    """The newest run of these files that is done, beside the versions of other processes now in use."""
    runs = _done(process, checksum_of(files)).where(ScenarioRun.beside == beside_which(session, process))
    return session.scalars(runs.limit(1)).one_or_none()


def has_scenarios(files: Mapping[str, str]) -> bool:
    """Whether there is anything to play."""
    return any(is_scenario(name) for name in files)


def ask_run(
    session: Session, process: str, files: Mapping[str, str], *, by: Actor, change_id: UUID | None = None
) -> ScenarioRun:
    """Have the scenarios of these files played: those of a change, or of a version. One that waits already,
    or is being played, is not asked for twice."""
    checksum, beside = checksum_of(files), beside_which(session, process)
    waiting = _runs(process, checksum).where(ScenarioRun.status != "done", ScenarioRun.beside == beside)
    found = session.scalars(waiting.limit(1)).one_or_none()
    if found is not None:
        return found
    now = house(session).clock.now()
    run = ScenarioRun(
        process=process, checksum=checksum, beside=beside, change_id=change_id, status="waiting",
        asked_by=by.id, asked_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def due_runs(now: datetime) -> Select[UUID]:
    """Runs that wait for somebody to play them, and those whose player is gone; the oldest first."""
    gone = (ScenarioRun.status == "playing") & (ScenarioRun.began_at < now - GONE_AFTER)
    query = select(ScenarioRun.id).where(or_(ScenarioRun.status == "waiting", gone))
    return query.order_by(ScenarioRun.asked_at, ScenarioRun.id)


def take_run(session: Session, run_id: UUID) -> tuple[ScenarioRun, dict[str, str]] | None:
    """Take a run to play it, with its files; None where somebody else has it. One whose files are nowhere
    any more (the change was edited since) is dropped: nobody waits for it."""
    now = house(session).clock.now()
    query = due_runs(now).with_only_columns(ScenarioRun).where(ScenarioRun.id == run_id)
    run = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if run is None:
        return None
    files = _files(session, run)
    if files is None:
        session.delete(run)
        return None
    run.status, run.began_at = "playing", now
    session.flush()
    return run, files


def keep_run(session: Session, run: ScenarioRun, ran: Ran, *, again: bool = False) -> list[UUID]:
    """Keep what came of a run. Each change of these very files for which approval was asked is now asked
    for, or back with its author where a scenario does not hold; their ids.

    `again`: it broke off by a fault that is not the files'. Nothing stands on it, and it can be asked for
    anew.
    """
    run.status, run.done_at = "done", house(session).clock.now()
    run.sound, run.results = ran.sound, as_record(ran)
    run.beside = "" if again else run.beside
    session.flush()
    trying = select(Change).where(
        Change.process == run.process, Change.checksum == run.checksum, Change.status == "trying"
    )
    settled = []
    for change in session.scalars(trying.with_for_update()):
        change.status = "asked" if run.sound else "editing"
        kind = "change.asked" if run.sound else "change.not_asked"
        trace(session, change, kind, Actor(str(change.asked_by)), checksum=run.checksum)
        change.checksum = run.checksum if run.sound else None
        settled.append(change.id)
    session.flush()
    return settled


def beside_which(session: Session, process: str) -> str:
    """A checksum of the other processes' versions in use: a scenario may lead through them."""
    query = select(ProcessVersion.process, ProcessVersion.checksum).where(ProcessVersion.process != process)
    newest = {row[0]: row[1] for row in session.execute(query.order_by(ProcessVersion.number))}
    return hashlib.sha256("".join(f"{name}:{newest[name]}\n" for name in sorted(newest)).encode()).hexdigest()


def refuse_failing(run: ScenarioRun) -> None:
    """Raise BundleRefused with what does not hold in a run that is done."""
    ran = ran_of(run)
    if ran is not None and not ran.sound:
        raise BundleRefused(ran.failing)


def refuse_unplayed(session: Session, process: str, files: Mapping[str, str]) -> None:
    """Raise Refused where the scenarios of exactly these files were not played, or one did not hold."""
    if not has_scenarios(files):
        return
    run = session.scalars(_done(process, checksum_of(files)).limit(1)).one_or_none()
    if run is None:
        raise Refused("The scenarios were not played on these files. Take the change back and ask again.")
    refuse_failing(run)


def _runs(process: str, checksum: str) -> Select[ScenarioRun]:
    query = select(ScenarioRun).where(ScenarioRun.process == process, ScenarioRun.checksum == checksum)
    return query.order_by(ScenarioRun.asked_at.desc(), ScenarioRun.id)


def _done(process: str, checksum: str) -> Select[ScenarioRun]:
    return _runs(process, checksum).where(ScenarioRun.status == "done")


def _files(session: Session, run: ScenarioRun) -> dict[str, str] | None:
    if run.change_id is not None:
        files = files_of(session, run.change_id)
        if checksum_of(files) == run.checksum:
            return files
    query = select(ProcessVersion.files).where(
        ProcessVersion.process == run.process, ProcessVersion.checksum == run.checksum
    )
    found = session.scalars(query.limit(1)).one_or_none()
    return dict(found) if found is not None else None
