"""The measures of one agency, for its own leads: its line beside that of all agencies together.

Never another agency's line, nor what would give it away: the figure of all is shown as a share or a median,
without counts, and only where at least two other agencies are in it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.measures.figures import Figure, figure, lines_of
from reviews.measures.lines import Line, Window
from reviews.measures.periods import Period
from reviews.measures.reading import Behind, may_open, trend_of
from reviews.measures.registry import MEASURES
from reviews.measures.shape import MEDIAN, SHARE, Measure, Part
from reviews.measures.suppressing import FEW
from reviews.permissions import Viewer, may
from reviews.settings import settings

VERB = "see_own_measures"
LEADS = ("safeguarding_lead", "agency_manager")
OTHERS = 2  # agencies besides one's own that must be in a figure of all


@dataclass(frozen=True)
class Beside:
    """One figure of the agency, and the same of all agencies in words; "" where that may not be told."""

    own: Figure
    all: str


@dataclass(frozen=True)
class OwnReading:
    """One measure of one agency in one period, with the trend of its headline."""

    measure: Measure
    agency: str
    period: Period
    figures: list[Beside]
    trend: list[tuple[Period, Figure]]
    lines: list[Line]


def own_agencies(viewer: Viewer) -> list[str]:
    """The agencies of which somebody may see the line: those they lead."""
    return sorted({agency for role in LEADS for agency in viewer.agencies_as(role)})


def own_measures(
    session: Session, viewer: Viewer, agency: str, period: Period, today: dt.date
) -> list[OwnReading]:
    """Every measure that has agencies, for one of one's own. Raises Refused."""
    return [
        own_measure(session, viewer, number, agency, period, today)
        for number, measure in MEASURES.items()
        if measure.by_agency
    ]


def own_measure(
    session: Session, viewer: Viewer, number: int, agency: str, period: Period, today: dt.date
) -> OwnReading:
    """One measure. Raises Refused for another's agency, NotFound for a measure without agencies."""
    if not may(session, viewer, VERB) or agency not in own_agencies(viewer):
        raise Refused("You can see the measures of your own agency.")
    measure = MEASURES.get(number)
    if measure is None or not measure.by_agency:
        raise NotFound("There is no such measure.")
    targets = settings(session, *{part.target for part in measure.parts if part.target})
    lines = measure.lines(Window(session, period.first, period.last, today))
    own = _of(agency, lines)
    return OwnReading(
        measure,
        agency,
        period,
        [
            Beside(figure(part, own, targets.get(part.target)), _of_all(part, lines, agency))
            for part in measure.parts
        ],
        trend_of(session, measure, period, today, targets, agency),
        own,
    )


def own_list(session: Session, viewer: Viewer, reading: OwnReading, part: str) -> Behind:
    """The agency's lines that one figure is made of, as far as this person sees their reviews. Raises
    NotFound."""
    found = next((each for each in reading.measure.parts if each.id == part), None)
    if found is None:
        raise NotFound("There is no such number.")
    # What their own agency did in a review that they see is theirs to know, whatever else is closed there.
    return may_open(session, viewer, "see", lines_of(found, reading.lines))


def _of(agency: str, lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.agency == agency]


def _of_all(part: Part, lines: list[Line], agency: str) -> str:
    counted = lines_of(part, lines)
    others = {line.agency for line in counted if line.agency not in ("", agency)}
    if part.how not in (SHARE, MEDIAN) or len(others) < OTHERS or len(counted) < FEW:
        return ""
    return figure(part, lines).words.partition(" (")[0]
