"""The versions of a process, as those who may see processes read them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import NotFound, changes, deployed
from engine.changes import ChangeRow
from engine.models import ProcessInstance, ProcessVersion
from reviews.permissions import Viewer, may
from reviews.studio.changes import SEE, processes
from reviews.studio.titles import title_of


@dataclass(frozen=True)
class ProcessPage:
    """A process: its versions, the newest first; how many cases are at work on each; its changes, those
    begun last first."""

    process: str
    title: str
    versions: list[ProcessVersion]
    at_work_on: dict[int, int]
    changes: list[ChangeRow]

    @property
    def drawn(self) -> bool:
        """Whether the version in use has a diagram: the chasing table has none."""
        return bool(self.versions) and any(name.endswith(".bpmn") for name in self.versions[0].files)

    @property
    def left_behind(self) -> int:
        """How many cases are at work on a version that is no longer in use."""
        return sum(count for number, count in self.at_work_on.items() if number != self.newest)

    @property
    def newest(self) -> int:
        """The number in use; 0 where there is none."""
        return self.versions[0].number if self.versions else 0


def process_page(session: Session, viewer: Viewer, process: str) -> ProcessPage:
    """One process. Raises NotFound, also for somebody who may not see processes."""
    if process not in {row.process for row in processes(session, viewer)}:
        raise NotFound("There is no such process.")
    versions = [version for version in deployed(session) if version.process == process]
    return ProcessPage(
        process,
        title_of(process, versions[0].files if versions else {}),
        versions,
        _cases_at_work(session, process),
        changes.changes(session, process=process),
    )


def left_behind(session: Session, process: str) -> int:
    """How many cases of a process are at work on a version that is no longer in use."""
    at_work = _cases_at_work(session, process)
    newest = max((v.number for v in deployed(session) if v.process == process), default=0)
    return sum(count for number, count in at_work.items() if number != newest)


def version_of(session: Session, viewer: Viewer, process: str, number: int) -> ProcessVersion:
    """One version. Raises NotFound, also for somebody who may not see processes."""
    query = select(ProcessVersion).where(ProcessVersion.process == process, ProcessVersion.number == number)
    found = session.scalars(query).one_or_none()
    if found is None or not may(session, viewer, SEE):
        raise NotFound("There is no such version.")
    return found


def _cases_at_work(session: Session, process: str) -> dict[int, int]:
    query = (
        select(ProcessVersion.number, func.count())
        .join(ProcessInstance, ProcessInstance.version_id == ProcessVersion.id)
        .where(ProcessVersion.process == process, ProcessInstance.ended_at.is_(None))
        .group_by(ProcessVersion.number)
    )
    return {row[0]: row[1] for row in session.execute(query)}
