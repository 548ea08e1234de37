"""Insight for those who keep the processes: figures of each step, as far as each may see them.

Who may open every case that is not closed to them (the Head, the Board's office) gets exact figures of
those cases, and only of those. Everybody else with the verb gets figures of all cases, from which no one case
can be told: a count of one to four is not shown, a median needs five completed steps, a 90th percentile ten
(below, it is the longest one), and the age of the longest waiting is left out. Figures name no case to
anybody.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, not_, select
from sqlalchemy.orm import Session

from engine import (
    Actor,
    Insight,
    Refused,
    RoleFigures,
    StepFigures,
    count_event_log,
    event_log_steps,
    insight,
    local_date,
    now,
    record,
)
from reviews.long_work.asking import ask_for
from reviews.long_work.kinds import Made, Step, kind
from reviews.models import LongWork, Review
from reviews.permission_table import RULES, Relation
from reviews.permissions import Viewer, allowed, may

VERB = "see_processes"
EXPORT = "export_event_log"
EVENT_LOG = "event_log"  # the kind of long work
FEW = 5  # counts below this are not shown to those who may not see the cases
FEW_FOR_SLOWEST = 10


class Period(StrEnum):
    """Which finished steps count. Fixed choices: figures of two periods of one's own choosing would differ by
    one case."""

    QUARTER = "quarter"
    YEAR = "year"
    EVER = "ever"


PERIOD_WORDS = {
    Period.QUARTER: "the last 3 months",
    Period.YEAR: "the last 12 months",
    Period.EVER: "all time",
}
DAYS = {Period.QUARTER: 91, Period.YEAR: 365}


class Heat(StrEnum):
    """How a step does against its target, mildest first; "" where there are too few figures."""

    UNKNOWN = ""
    IN_TIME = "heat-1"
    MOSTLY = "heat-2"
    OFTEN_LATE = "heat-3"
    LATE = "heat-4"


HEAT_WORDS = {
    Heat.IN_TIME: "Nine in ten are in time",
    Heat.MOSTLY: "Most are in time",
    Heat.OFTEN_LATE: "One in four or more is late",
    Heat.LATE: "Half or more are late",
    Heat.UNKNOWN: "Too few to say",
}


@dataclass(frozen=True)
class StepLine:
    """One step as a viewer may see it. A count that is None is one to four, not shown; a duration that is
    None has too few completed steps behind it, or none."""

    step: str
    name: str
    role: str
    waits: bool
    drawn: bool
    here: int | None
    here_late: int | None
    here_paused: int | None
    oldest: int | None
    done: int | None
    median: int | None
    ninetieth: int | None
    target: int | None
    late: int | None
    late_share: int | None
    extended: int | None
    stopped: int | None
    stopped_days: int | None
    not_needed: int | None

    @property
    def heat(self) -> Heat:
        """The step's place on the heat map, by its share of late ones."""
        if self.late_share is None:
            return Heat.UNKNOWN
        if self.late_share >= 50:
            return Heat.LATE
        if self.late_share >= 25:
            return Heat.OFTEN_LATE
        return Heat.MOSTLY if self.late_share > 10 else Heat.IN_TIME


@dataclass(frozen=True)
class RoleLine:
    """What waits for one role now."""

    role: str
    waiting: int | None
    late: int | None


@dataclass(frozen=True)
class Shown:
    """The figures of a process as one viewer may see them."""

    process: str
    title: str
    version: int
    running: int | None
    ended: int | None
    exact: bool
    steps: list[StepLine]
    roles: list[RoleLine]


def process_insight(
    session: Session,
    viewer: Viewer,
    process: str,
    *,
    version: int | None = None,
    period: Period = Period.YEAR,
) -> Shown:
    """The figures of a process for a viewer. Raises Refused without the permission, NotFound."""
    if not may(session, viewer, VERB):
        raise Refused("Your role does not include this.")
    exact = sees_cases(viewer)
    today = local_date(now(session))
    since = today - dt.timedelta(days=DAYS[period]) if period in DAYS else None
    left_out = closed_to(viewer) if exact else None
    return _shown(insight(session, process, version=version, since=since, left_out=left_out), exact=exact)


def ask_for_event_log(session: Session, viewer: Viewer, process: str) -> LongWork:
    """Have the course of every case that is not closed to the viewer written in XES; left in the audit log.

    Exact times of single cases: only for those who may open them. Raises Refused, NotFound.
    """
    if not may(session, viewer, EXPORT):
        raise Refused("Your role does not include this.")
    told = {"form": "xes", "cases": count_event_log(session, process, left_out=closed_to(viewer))}
    record(
        session,
        kind="export.made",
        business_key=process,
        actor=Actor(viewer.person),
        subject="event_log",
        details=told,
    )
    return ask_for(session, viewer, EVENT_LOG, "Event log", {"process": process})


@kind(EVENT_LOG)
def make_event_log(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
    """The event log, one step a case."""
    if not may(session, viewer, EXPORT):
        raise Refused("Your role does not include this any more.")
    process, closed, out = str(wanted["process"]), closed_to(viewer), io.BytesIO()
    total = count_event_log(session, process, left_out=closed)
    for done in event_log_steps(session, process, out, left_out=closed):
        yield Step(done, total)
    yield Made(f"{process}.xes", "application/xml", out.getvalue())


def sees_cases(viewer: Viewer) -> bool:
    """Whether a viewer may open every case that is not closed to them."""
    return any(
        rule.verb == "see" and rule.relation is Relation.ANY and rule.role in part.roles
        for rule in RULES
        for part in viewer.parts
    )


def closed_to(viewer: Viewer) -> Select[str]:
    """The references of the reviews that a viewer may not open."""
    return select(Review.ref).where(not_(allowed(viewer, "see")))


def _shown(found: Insight, *, exact: bool) -> Shown:
    return Shown(
        found.process,
        found.title,
        found.version,
        count_shown(found.running, exact),
        count_shown(found.ended, exact),
        exact,
        [_line(step, exact) for step in found.steps],
        [_role(role, exact) for role in found.roles],
    )


def count_shown(number: int, exact: bool) -> int | None:
    """A count as shown: None for one to four where those could point at one case."""
    return number if exact or number == 0 or number >= FEW else None


def _role(role: RoleFigures, exact: bool) -> RoleLine:
    return RoleLine(role.role, count_shown(role.waiting, exact), count_shown(role.late, exact))


def _line(found: StepFigures, exact: bool) -> StepLine:
    many, slow = (1, 1) if exact else (FEW, FEW_FOR_SLOWEST)
    share = round(100 * found.late / found.dated) if found.dated >= many else None
    if not exact and 0 < found.late < FEW:
        share = None if found.dated < 4 * FEW else share  # a share of few ones tells how many there were
    return StepLine(
        step=found.step,
        name=found.name,
        role=found.role,
        waits=found.kind != "userTask",
        drawn=found.drawn,
        here=count_shown(found.here, exact),
        here_late=count_shown(found.here_late, exact),
        here_paused=count_shown(found.here_paused, exact),
        oldest=found.oldest if exact else None,
        done=count_shown(found.done, exact),
        median=found.median if found.done >= many else None,
        ninetieth=found.ninetieth if found.done >= slow else None,
        target=found.target if found.done >= many else None,
        late=count_shown(found.late, exact),
        late_share=share,
        extended=count_shown(found.extended, exact),
        stopped=count_shown(found.stopped, exact),
        stopped_days=found.stopped_days if exact or found.stopped >= FEW else None,
        not_needed=count_shown(found.not_needed, exact),
    )
