"""Trying a draft: its scenarios and a look ahead, put together for the pages of the studio."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import deployed, local_date
from engine.deployment import checksum_of
from engine.rehearsal import Comparison, Entry, Rehearsal, compare
from engine.scenarios import ANSWERS_FILE, is_scenario
from reviews.studio.rehearsing import NewCase, Planned, RunningCase, read_plans, rehearse
from reviews.studio.scenes import Ran, run_scenarios

ANSWERED_AFTER = 2  # working days that "the usual answers" take
MOST_KEPT = 20
_RAN: dict[tuple[object, ...], Ran] = {}  # the newest runs of this process, by what was run


@dataclass(frozen=True)
class Look:
    """A look ahead: what would happen, by day; and what differs from the version in use, where asked."""

    rehearsal: Rehearsal
    compared: Comparison | None = None

    @property
    def days(self) -> list[tuple[dt.date, list[Entry]]]:
        """The lines of the timeline by their day in Europe/London."""
        found: dict[dt.date, list[Entry]] = {}
        for line in self.rehearsal.entries:
            found.setdefault(local_date(line.at), []).append(line)
        return list(found.items())


def looked_ahead(
    session: Session,
    process: str,
    files: Mapping[str, str],
    *,
    case: str = "",
    days: int = 90,
    usual: bool = False,
    compared: bool = False,
) -> Look:
    """The next days with a new case, or a copy of a running one: nobody does anything, or everybody gives
    the bundle's usual answers two working days after they are asked.

    Raises BundleRefused, NotFound for a case that is not there, Refused.
    """
    start = RunningCase(case) if case else NewCase()
    plans = _usual(files) if usual else []
    seen = rehearse(session, process, files, start=start, answers=plans, days=days)
    if not compared:
        return Look(seen)
    before = rehearse(session, process, None, start=start, answers=plans, days=days)
    return Look(seen, compare(before, seen))


def scenario_files(files: Mapping[str, str]) -> list[str]:
    """The names of the scenarios of a bundle."""
    return sorted(filter(is_scenario, files))


def tried(session: Session, process: str, files: Mapping[str, str]) -> Ran:
    """All scenarios of a bundle, run. The same files beside the same versions in use give the same again
    without running. Raises BundleRefused."""
    newest: dict[str, str] = {}
    for version in deployed(session):
        newest.setdefault(version.process, version.checksum)
    key = (process, checksum_of(files), tuple(sorted(newest.items())))
    if key not in _RAN:
        _RAN[key] = run_scenarios(session, process, files)
        while len(_RAN) > MOST_KEPT:
            _RAN.pop(next(iter(_RAN)))
    return _RAN[key]


def _usual(files: Mapping[str, str]) -> list[Planned]:
    if ANSWERS_FILE not in files:
        return []
    return [
        Planned(plan.step, plan.answers, ANSWERED_AFTER, plan.agency)
        for plan in read_plans(files[ANSWERS_FILE], ANSWERS_FILE)
    ]
