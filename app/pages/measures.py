"""The measures: a dashboard for each body, one measure with its chart, tables and list, and both as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.charts import Chart, columns, spark
from app.paging import PER_PAGE, Listing, csv_file, page_number
from app.requests import Visit
from app.workbooks import workbook
from reviews.agendas.reading import bodies as bodies_with_agendas
from reviews.agendas.reading import next_of
from reviews.measures import MEASURES
from reviews.measures.figures import Figure
from reviews.measures.lines import Line
from reviews.measures.periods import Period, chosen, offered
from reviews.measures.reading import Reading, dashboard, list_behind, read
from reviews.measures.shape import BOARD, BODIES, HEAD, MONITORING, QA, TRAINING, Measure
from reviews.measures.suppressing import FEW_WORDS
from reviews.permissions import may

measures = Blueprint("measures", __name__, url_prefix="/measures")
BODY_OF = {
    "hosl": HEAD,
    "qa_chair": QA,
    "monitoring_chair": MONITORING,
    "training_member": TRAINING,
}
AGENDA_OF = {BOARD: "board", QA: "qapm", MONITORING: "monitoring"}  # as their calendars call them
HEADINGS = ("Number", "Measure", "Figure", "Value", "Of", "Target", "Period")
LIST_HEADINGS = ("Day", "Review", "What", "Agency", "Group", "Met", "Value", "Paused days")


@measures.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """The dashboard of a body: number, target, trend, and which agencies are behind."""
    body, period = _body(at), _period(at)
    found = dashboard(at.session, at.viewer, body, period, at.today)
    return render_template(
        "pages/measures.html",
        at=at,
        body=body,
        bodies=BODIES,
        found=found,
        period=period,
        periods=offered(at.session, at.today),
        asked=_asked(period),
        spark=lambda reading: spark([figure.value for _, figure in reading.trend]),
        trend=trend_words,
        target=target_words,
        reports=may(at.session, at.viewer, "see_board_reports"),
        meeting=_next_meeting(at, body),
    )


@measures.get("/measures.csv")
def export(at: Visit) -> ResponseReturnValue:
    """The dashboard as a CSV file."""
    found = dashboard(at.session, at.viewer, _body(at), _period(at), at.today)
    return csv_file("measures", HEADINGS, (row for reading in found for row in _cells(reading)))


@measures.get("/measures.xlsx")
def export_workbook(at: Visit) -> ResponseReturnValue:
    """The dashboard as a workbook, with the trend of each headline."""
    found = dashboard(at.session, at.viewer, _body(at), _period(at), at.today)
    figures = [row for reading in found for row in _cells(reading)]
    trends = [
        (reading.measure.number, reading.measure.name, quarter.name, figure.value, figure.words)
        for reading in found
        for quarter, figure in reading.trend
    ]
    headings = ("Number", "Measure", "Quarter", "Value", "In words")
    return workbook("measures", [("Measures", HEADINGS, figures), ("Trend", headings, trends)])


@measures.get("/<int:measure>")
def show(at: Visit, measure: int) -> ResponseReturnValue:
    """One measure, and the list behind one of its numbers."""
    reading = read(at.session, at.viewer, measure, _period(at), at.today)
    part, agency = _part(reading), request.args.get("agency", "")[:60]
    behind, page = (
        list_behind(at.session, at.viewer, reading, part, agency),
        page_number(request.args.get("page")),
    )
    rows = behind.lines[(page - 1) * PER_PAGE : page * PER_PAGE]
    asked = {**_asked(reading.period), "part": request.args.get("part", ""), "agency": agency}
    return render_template(
        "pages/measure.html",
        at=at,
        reading=reading,
        measure=reading.measure,
        part=next(each for each in reading.measure.parts if each.id == part),
        agency=agency,
        others=behind.others,
        chart=chart_of(reading.measure, reading.trend),
        periods=offered(at.session, at.today),
        period=reading.period,
        linked=at.open_to_them(line.review for line in rows if line.review),
        beside=[MEASURES[each] for each in reading.measure.quality],
        target=target_words,
        few=FEW_WORDS,
        reads_words=may(at.session, at.viewer, "read_all_feedback"),
        list=Listing(rows, len(behind.lines), page, url_for(".show", measure=measure), asked),
    )


@measures.get("/<int:measure>/measure.csv")
def export_one(at: Visit, measure: int) -> ResponseReturnValue:
    """The list behind one number as a CSV file."""
    _, lines = _listed(at, measure)
    return csv_file(f"measure-{measure}", LIST_HEADINGS, _line_cells(at, lines))


@measures.get("/<int:measure>/measure.xlsx")
def export_one_workbook(at: Visit, measure: int) -> ResponseReturnValue:
    """One measure as a workbook: figures, trend, agencies, and the list behind one number."""
    reading, lines = _listed(at, measure)
    agencies = [
        (at.names.agency(agency), figure.part.name, figure.value, figure.words)
        for agency, figures in reading.agencies.items()
        for figure in figures
    ]
    trend = [(quarter.name, figure.value, figure.words) for quarter, figure in reading.trend]
    return workbook(
        f"measure-{measure}",
        [
            ("Figures", HEADINGS, _cells(reading)),
            ("Trend", ("Quarter", "Value", "In words"), trend),
            ("Agencies", ("Agency", "Figure", "Value", "In words"), agencies),
            ("List", LIST_HEADINGS, _line_cells(at, lines)),
        ],
    )


def target_words(figure: Figure) -> str:
    """Whether a figure meets its target, in words."""
    said = {True: "On target", False: "Behind", None: ""}
    return said[figure.on_target]


def trend_words(reading: Reading) -> str:
    """How the headline moved since the last quarter that had a number."""
    known = [figure for _, figure in reading.trend if figure.value is not None]
    if len(known) < 2 or reading.trend[-1][1].value is None:
        return "No trend yet"
    now, before = known[-1].value or 0, known[-2].value or 0
    unit = "%" if reading.headline.part.how == "share" else ""
    if now == before:
        return f"Same as before ({before:g}{unit})"
    return f"{'Up' if now > before else 'Down'} from {before:g}{unit} to {now:g}{unit}"


def chart_of(measure: Measure, trend: Sequence[tuple[Period, Figure]]) -> Chart:
    """The columns of a trend, with a line where its target is."""
    unit = "%" if measure.parts[0].how == "share" else ""
    points = [
        (
            f"{quarter.name.split(',')[0].replace('Quarter ', 'Q')} {quarter.first:%b %Y}",
            figure.value,
            "–" if figure.value is None else f"{figure.value:g}{unit}",
        )
        for quarter, figure in trend
    ]
    return columns(points, trend[-1][1].target if trend else None)


def _listed(at: Visit, measure: int) -> tuple[Reading, Sequence[Line]]:
    reading = read(at.session, at.viewer, measure, _period(at), at.today)
    agency = request.args.get("agency", "")[:60]
    return reading, list_behind(at.session, at.viewer, reading, _part(reading), agency).lines


def _part(reading: Reading) -> str:
    return request.args.get("part", "") or reading.headline.part.id


def _body(at: Visit) -> str:
    asked = request.args.get("body", "")
    own = next((body for role, body in BODY_OF.items() if role in at.viewer.roles), BOARD)
    return asked if asked in BODIES else own


def _next_meeting(at: Visit, body: str) -> str:
    """Where the agenda of a body's next meeting is, for whoever sees it; else nothing."""
    named = AGENDA_OF.get(body, "")
    if named not in bodies_with_agendas(at.session, at.viewer):
        return ""
    on = next_of(at.session, at.viewer, named)
    return url_for("agendas.show", body=named, on=on.isoformat()) if on else ""


def _period(at: Visit) -> Period:
    return chosen(at.session, request.args, at.today)


def _asked(period: Period) -> dict[str, str]:
    """The period as an address says it."""
    if period.id:
        return {"period": period.id}
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _cells(reading: Reading) -> Iterator[tuple[Any, ...]]:
    for figure in reading.figures:
        yield (
            reading.measure.number,
            reading.measure.name,
            figure.part.name,
            figure.words,
            figure.cases,
            figure.target_words,
            reading.period.words,
        )


def _line_cells(at: Visit, lines: Sequence[Line]) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        met = {True: "yes", False: "no", None: ""}[line.met]
        agency = at.names.agency(line.agency)
        yield (line.day, line.review, line.what, agency, line.group, met, line.value, line.paused or "")
