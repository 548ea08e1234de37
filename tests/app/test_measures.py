"""The pages of the measures: dashboards, the list behind each number, files, and what is kept from whom."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from engine.audit_models import Event
from reviews.measures import MEASURES
from reviews.measures.shape import BODIES
from reviews.models import Agency, Conflict, Review
from tests.app.conftest import MORNING, A, B, Browser, House

SignIn = Callable[[str], Browser]
FORMULA = '=HYPERLINK("http://evil.example","Open")'


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def rows_behind(page: str) -> list[str]:
    listed = page.split('id="list"', 1)[1]
    return re.findall(r"MALR-\d{4}-\d{3}", re.sub(r"<[^>]*>", " ", listed))


@pytest.mark.parametrize("body", BODIES)
def test_every_body_has_its_dashboard(sign_in: SignIn, body: str) -> None:
    page = sign_in("u_hosl").get(f"/measures/?body={body}").text
    shown = {int(number) for number in re.findall(r'href="/measures/(\d+)\?', page)}
    assert shown == {number for number, measure in MEASURES.items() if body in measure.bodies}


def test_everybody_begins_with_the_dashboard_of_their_body(sign_in: SignIn) -> None:
    for person, body in (("u_hosl", "Head of"), ("u_qa", "QA"), ("u_monitoring", "Monitoring")):
        page = sign_in(person).get("/measures/").text
        assert re.search(rf'aria-current="page"[^>]*>{body}', page), person


def test_only_those_who_may_see_measures_open_them(sign_in: SignIn) -> None:
    for path in ("/measures/", "/measures/1", "/measures/measures.csv", "/measures/1/measure.xlsx"):
        for person in ("u_police", "u_nurse", "u_chair", "u_admin", "u_support"):
            assert sign_in(person).get(path).status_code == 403, (person, path)


@pytest.mark.parametrize("number", MEASURES)
def test_every_measure_opens_empty_and_full(sign_in: SignIn, number: int) -> None:
    browser = sign_in("u_hosl")
    assert browser.get(f"/measures/{number}").status_code == 200
    empty = browser.get(f"/measures/{number}?from=2020-01-01&to=2020-03-31")
    assert MEASURES[number].empty in empty.text or MEASURES[number].present


def test_a_number_that_is_none_is_not_found(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    assert browser.get("/measures/27").status_code == 404
    assert browser.get("/measures/1?part=nonsense").status_code == 404


def test_each_number_opens_the_list_behind_it(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    page = browser.get("/measures/1?period=year").text
    number = re.search(r'href="(/measures/1\?[^"]*part=referral[^"]*)#list">2</a>', page)
    assert number
    assert rows_behind(browser.get(number[1].replace("&amp;", "&")).text) == [A, B]


def test_what_a_reader_may_not_open_is_said_as_a_number(sign_in: SignIn, house: House) -> None:
    with house.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == B)).one()
        session.add(
            Conflict(review=review.id, person="u_hosl", reason="-", declared_at=MORNING, declared_by="u_hosl")
        )
    browser = sign_in("u_hosl")
    page = browser.get("/measures/1?period=year&part=referral").text
    assert rows_behind(page) == [A]
    assert "1 is in reviews that you may not open." in page
    for ending in ("csv", "xlsx"):
        assert B.encode() not in all_bytes(browser.get(f"/measures/1/measure.{ending}?part=referral").data)
    rows = {row["Figure"]: row["Value"] for row in table(browser.get("/measures/measures.csv").text)}
    assert rows["Referrals"] == "2"


def all_bytes(data: bytes) -> bytes:
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_nothing_typed_becomes_a_formula(sign_in: SignIn, house: House) -> None:
    with house.database.write() as session:
        session.get_one(Agency, "pol").name = FORMULA
    browser = sign_in("u_hosl")
    path = "/measures/1/measure.{}?period=year&part=referral"
    cells = [row["Agency"] for row in table(browser.get(path.format("csv")).text)]
    assert f"'{FORMULA}" in cells
    book = all_bytes(browser.get(path.format("xlsx")).data)
    assert b"HYPERLINK" in book
    assert b"<f>" not in book
    assert b"<hyperlink" not in book


def test_the_chart_keeps_to_the_content_policy_and_is_told_in_words(sign_in: SignIn) -> None:
    page = sign_in("u_hosl").get("/measures/1").text
    chart = page.split('<svg class="app-chart"', 1)[1].split("</svg>", 1)[0]
    assert 'role="img" aria-labelledby="trend-title trend-desc"' in chart
    assert "<title" in chart
    assert "Quarter 1, 2026 to 2027: " in chart.split("<desc", 1)[1].split("</desc>", 1)[0]
    assert not re.search(r"style=|<style|<script|\son\w+=", chart)
    assert page.count("Quarter 1, 2026 to 2027") >= 3  # in the choice, the description and the table


def test_a_term_and_chosen_days_are_periods(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    early = table(browser.get("/measures/measures.csv?from=2026-01-01&to=2026-01-31").text)
    assert {row["Period"] for row in early} == {"1 January 2026 to 31 January 2026"}
    backwards = table(browser.get("/measures/measures.csv?from=2026-03-01&to=2026-01-31").text)
    assert {row["Period"] for row in backwards} == {"1 April 2026 to 30 June 2026"}
    assert date(2026, 4, 1) <= MORNING.date() <= date(2026, 6, 30)


def test_reading_measures_writes_nothing(sign_in: SignIn, house: House) -> None:
    browser = sign_in("u_hosl")
    with house.database.read() as session:
        before = len(session.scalars(select(Event.seq)).all())
    for path in ("/measures/", "/measures/12"):
        assert browser.get(path).status_code == 200
    with house.database.read() as session:
        assert len(session.scalars(select(Event.seq)).all()) == before


def test_taking_a_list_of_measures_out_leaves_one_line(sign_in: SignIn, house: House) -> None:
    browser = sign_in("u_hosl")
    with house.database.read() as session:
        before = len(session.scalars(select(Event.seq)).all())
    assert browser.get("/measures/measures.xlsx").status_code == 200
    with house.database.read() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.seq)).all()
    assert kinds[before:] == ["export.made"]
