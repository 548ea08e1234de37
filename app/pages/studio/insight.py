"""Insight: where cases stand in a process, how long each step takes against its target, and how often it is
late; on the diagram and as a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.paging import Listing, csv_file
from app.requests import Visit
from engine import bundle_for, versions_of
from reviews.insight import (
    EXPORT,
    HEAT_WORDS,
    PERIOD_WORDS,
    Heat,
    Period,
    Shown,
    StepLine,
    ask_for_event_log,
    process_insight,
)
from reviews.permissions import may
from reviews.replaying import decisions_of

insight = Blueprint("insight", __name__, url_prefix="/studio/<process>/insight")
FEW_WORDS = "1 to 4"
HEADINGS: dict[str, str] = {
    "step": "Step",
    "here": "Here now",
    "done": "Completed",
    "median": "Usual time",
    "ninetieth": "9 in 10 within",
    "target": "Target",
    "late": "Late",
}


def _last_without(value: int | None) -> tuple[bool, int]:
    """Most first; what is not known or not shown after all the rest."""
    return (value is None, -(value or 0))


SORTS: dict[str, Callable[[StepLine], Any]] = {
    "step": lambda line: line.name.casefold(),
    "here": lambda line: _last_without(line.here),
    "done": lambda line: _last_without(line.done),
    "median": lambda line: _last_without(line.median),
    "ninetieth": lambda line: _last_without(line.ninetieth),
    "target": lambda line: _last_without(line.target),
    "late": lambda line: _last_without(line.late_share),
}


@dataclass(frozen=True)
class Asked:
    """What the figures are narrowed to, and their order ("" is the diagram's)."""

    version: int | None = None
    period: Period = Period.YEAR
    sort: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], versions: list[int]) -> Asked:
        """The filters of an address; what it does not know is left out."""
        number, period, sort = given.get("version", ""), given.get("period", ""), given.get("sort", "")
        known = next((each for each in versions if str(each) == number), None)
        chosen = Period(period) if period in list(Period) else Period.YEAR
        return cls(known, chosen, sort if sort in SORTS else "")

    def address(self) -> dict[str, str]:
        """The filters as an address says them."""
        return {
            "version": str(self.version or ""),
            "period": self.period.value if self.period is not Period.YEAR else "",
            "sort": self.sort,
        }


@insight.get("/")
def show(at: Visit, process: str) -> ResponseReturnValue:
    """The heat map, and the same as a table."""
    versions, asked, found = _found(at, process)
    lines = sorted(found.steps, key=SORTS[asked.sort]) if asked.sort else found.steps
    return render_template(
        "studio/insight.html",
        at=at,
        found=found,
        asked=asked,
        versions=versions,
        periods=PERIOD_WORDS,
        headings=HEADINGS,
        heat=HEAT_WORDS,
        marks=json.dumps(_marks(found)),
        count=count_words,
        days=days_words,
        late=late_words,
        decides=bool(decisions_of(at.session, process)),
        exports=may(at.session, at.viewer, EXPORT),
        list=Listing(lines, len(lines), 1, url_for(".show", process=process), asked.address()),
    )


@insight.get("/insight.csv")
def export(at: Visit, process: str) -> ResponseReturnValue:
    """The same table as a spreadsheet."""
    _, asked, found = _found(at, process)
    lines = sorted(found.steps, key=SORTS[asked.sort]) if asked.sort else found.steps
    headings = [
        *("Step", "Whose", "Here now", "Here and late", "Here and paused", "Completed"),
        *("Usual time (working days)", "9 in 10 within (working days)", "Target (working days)"),
        *("Late", "Late (%)", "Given more time", "Clock stood still", "No longer needed"),
    ]
    return csv_file(f"insight-{process}", headings, (_cells(at, line) for line in lines))


@insight.post("/event-log")
def event_log(at: Visit, process: str) -> ResponseReturnValue:
    """Have the course of every case written in XES, for process mining; who asked is in the audit log."""
    work = ask_for_event_log(at.session, at.viewer, process)
    return redirect(url_for("long_work.show", work_id=work.id), 303)


@insight.get("/diagram.bpmn")
def diagram(at: Visit, process: str) -> ResponseReturnValue:
    """The diagram of the version whose figures are shown."""
    asked = Asked.read(request.args, versions_of(at.session, process))
    bundle = bundle_for(at.session, process, asked.version)
    return Response(bundle.files[bundle.diagram.file], content_type="application/xml; charset=utf-8")


def count_words(number: int | None) -> str:
    """A count as it is shown: one to four are not told apart where that could point at one case."""
    return FEW_WORDS if number is None else str(number)


def days_words(days: int | None) -> str:
    """A duration in working days."""
    if days is None:
        return "–"
    return "the same day" if days == 0 else f"{days} day{'' if days == 1 else 's'}"


def late_words(line: StepLine) -> str:
    """How many were late, as a share and a number."""
    if line.done == 0:
        return "–"
    if line.late_share is None:
        return "Too few to say"
    return f"{line.late_share}% ({count_words(line.late)})"


def _found(at: Visit, process: str) -> tuple[list[int], Asked, Shown]:
    versions = versions_of(at.session, process)
    asked = Asked.read(request.args, versions)
    found = process_insight(at.session, at.viewer, process, version=asked.version, period=asked.period)
    return versions, asked, found


def _marks(found: Shown) -> dict[str, dict[str, Any]]:
    """Each step's place on the heat map, with the same in words; the picture begins where most cases are."""
    most = max(found.steps, key=lambda line: line.here or 0, default=None)
    return {
        line.step: {
            "state": line.heat.value or "heat-0",
            "words": _badge(line),
            "late": line.heat in (Heat.OFTEN_LATE, Heat.LATE),
            "first": line is most,
        }
        for line in found.steps
        if line.drawn and (line.here != 0 or line.done != 0)
    }


def _badge(line: StepLine) -> str:
    parts = [f"{count_words(line.here)} here"] if line.here != 0 else []
    if line.median is not None:
        target = f" (target {line.target})" if line.target is not None else ""
        parts.append(f"usually {days_words(line.median)}{target}")
    if line.late_share:
        parts.append(f"{line.late_share}% late")
    return " · ".join(parts) or f"{count_words(line.done)} completed"


def _cells(at: Visit, line: StepLine) -> list[Any]:
    counts = (line.here, line.here_late, line.here_paused, line.done)
    more = (line.extended, line.stopped, line.not_needed)
    return [
        line.name,
        at.names.role(line.role),
        *(count_words(each) for each in counts),
        *(line.median, line.ninetieth, line.target),
        *(count_words(line.late), line.late_share),
        *(count_words(each) for each in more),
    ]
