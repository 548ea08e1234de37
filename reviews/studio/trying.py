"""Trying a draft: a look ahead, put together for the pages of the studio."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import local_date
from engine.rehearsal import Comparison, Entry, Rehearsal, compare
from engine.scenarios import ANSWERS_FILE
from reviews.studio.rehearsing import NewCase, Planned, RunningCase, read_plans, rehearse

ANSWERED_AFTER = 2  # working days that "the usual answers" take


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
    plans = usual_plans(files) if usual else []
    seen = rehearse(session, process, files, start=start, answers=plans, days=days)
    if not compared:
        return Look(seen)
    before = rehearse(session, process, None, start=start, answers=plans, days=days)
    return Look(seen, compare(before, seen))


def usual_plans(files: Mapping[str, str]) -> list[Planned]:
    """The bundle's usual answers, each given some days after its step opens. Raises BundleRefused."""
    if ANSWERS_FILE not in files:
        return []
    return [
        Planned(plan.step, plan.answers, ANSWERED_AFTER, plan.agency)
        for plan in read_plans(files[ANSWERS_FILE], ANSWERS_FILE)
    ]
