"""The measures of one's own agency, beside those of all agencies together; and the sheet for publishing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.charts import spark
from app.pages.measures import chart_of, target_words
from app.paging import PER_PAGE, Listing, csv_file, page_number
from app.requests import Visit
from app.workbooks import workbook
from reviews.measures.own import own_agencies, own_list, own_measure, own_measures
from reviews.measures.periods import Period, chosen, offered
from reviews.measures.publishing import HIDDEN, Sheet, publishing_sheet, years_to_publish

own = Blueprint("own_measures", __name__, url_prefix="/measures/own")
publishing = Blueprint("publishing", __name__, url_prefix="/measures/publishing")
HEADINGS = ("Number", "Measure", "Figure", "Value", "Met", "Of", "Target", "Period")


@own.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Each measure that has agencies: the agency's own figure, its trend, and the figure of all."""
    agency, period = _agency(at), chosen(at.session, request.args, at.today)
    return render_template(
        "pages/own_measures.html",
        at=at,
        agency=agency,
        agencies=own_agencies(at.viewer),
        found=own_measures(at.session, at.viewer, agency, period, at.today) if agency else [],
        period=period,
        periods=offered(at.session, at.today),
        asked=_asked(period, agency),
        target=target_words,
        spark=lambda reading: spark([figure.value for _, figure in reading.trend]),
    )


@own.get("/<int:measure>")
def show(at: Visit, measure: int) -> ResponseReturnValue:
    """One of them, with the agency's lines behind one of its numbers."""
    agency, period = _agency(at), chosen(at.session, request.args, at.today)
    reading = own_measure(at.session, at.viewer, measure, agency, period, at.today)
    part = request.args.get("part", "") or reading.measure.parts[0].id
    behind, page = (
        own_list(at.session, at.viewer, reading, part),
        page_number(request.args.get("page")),
    )
    rows = behind.lines[(page - 1) * PER_PAGE : page * PER_PAGE]
    asked = {**_asked(period, agency), "part": request.args.get("part", "")}
    return render_template(
        "pages/own_measure.html",
        at=at,
        reading=reading,
        measure=reading.measure,
        part=next(each for each in reading.measure.parts if each.id == part),
        others=behind.others,
        chart=chart_of(reading.measure, reading.trend),
        period=period,
        periods=offered(at.session, at.today),
        linked=at.open_to_them(line.review for line in rows if line.review),
        target=target_words,
        list=Listing(rows, len(behind.lines), page, url_for(".show", measure=measure), asked),
    )


@publishing.get("/")
def sheet(at: Visit) -> ResponseReturnValue:
    """The measures of a year that is over, with no small number in them."""
    period = _year(at)
    return render_template(
        "pages/publishing.html",
        at=at,
        found=publishing_sheet(at.session, at.viewer, period, at.today),
        period=period,
        periods=years_to_publish(at.today),
        hidden=HIDDEN,
    )


@publishing.get("/measures-for-publishing.csv")
def as_csv(at: Visit) -> ResponseReturnValue:
    """The sheet as a CSV file."""
    period = _year(at)
    found = publishing_sheet(at.session, at.viewer, period, at.today)
    return csv_file("measures-for-publishing", HEADINGS, _cells(found, period))


@publishing.get("/measures-for-publishing.xlsx")
def as_workbook(at: Visit) -> ResponseReturnValue:
    """The sheet as a workbook."""
    period = _year(at)
    found = publishing_sheet(at.session, at.viewer, period, at.today)
    return workbook("measures-for-publishing", [("Measures", HEADINGS, _cells(found, period))])


def _cells(found: list[Sheet], period: Period) -> Iterator[tuple[Any, ...]]:
    for each in found:
        begin = (each.measure.number, each.measure.name)
        for figure in each.figures:
            counts = ("" if value is None else value for value in (figure.met, figure.cases))
            yield (*begin, figure.part.name, figure.words, *counts, figure.target_words, period.words)
        for name, count in each.groups.items():
            yield (*begin, f"{each.measure.groups}: {name}", count, "", "", "", period.words)


def _year(at: Visit) -> Period:
    years = years_to_publish(at.today)
    return next((each for each in years if each.id == request.args.get("period")), years[0])


def _agency(at: Visit) -> str:
    """The agency that the address names, where it is theirs; else the first of theirs."""
    mine, asked = own_agencies(at.viewer), request.args.get("agency", "")[:60]
    return asked if asked in mine else next(iter(mine), "")


def _asked(period: Period, agency: str) -> dict[str, str]:
    """The period and the agency as an address says them."""
    if period.id:
        return {"period": period.id, "agency": agency}
    return {"from": period.first.isoformat(), "to": period.last.isoformat(), "agency": agency}
