"""An agency's own line of the measures, beside all agencies together and never beside another; the sheet for
publishing on its page and in its files.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from reviews.measures.publishing import HIDDEN
from reviews.models import Action, Review
from tests.app.conftest import AGENCIES, A, Browser, House

SignIn = Callable[[str], Browser]
DUE = date(2026, 5, 1)
LATE, IN_TIME = DUE - timedelta(days=60), DUE + timedelta(days=60)
LAST_YEAR = date(2025, 6, 2)


def words(text: str) -> str:
    main = text.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def adds_actions(house: House, of: dict[str, tuple[int, int]]) -> None:
    """Agency -> how many open actions it has, and how many of these are late."""
    with house.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == A)).one()
        number = 0
        for agency, (open_ones, late) in of.items():
            for place in range(open_ones):
                number += 1
                due = LATE if place < late else IN_TIME
                session.add(
                    Action(
                        ref=f"{A}-A{number}",
                        review=review.id,
                        kind="single_agency",
                        text="-",
                        measure="-",
                        agency=agency,
                        owner="u_police",
                        status="agreed",
                        proposed_on=LATE,
                        agreed_on=LATE,
                        due=due,
                        original_due=due,
                    )
                )


def test_a_lead_sees_the_line_of_their_agency_beside_that_of_all(sign_in: SignIn, house: House) -> None:
    adds_actions(house, {"pol": (4, 1), "csc": (3, 3), "hou": (3, 1)})
    shown = words(sign_in("u_police").get("/measures/own/12").text)
    assert "25% (1 of 4)" in shown
    assert "50%" in shown
    assert "of 10" not in shown, "all without counts, so that nobody subtracts"
    for other in ("csc", "hou", "icb"):
        assert AGENCIES[other] not in shown, other
    assert shown.count(f"{A} {A}-A") == 4, "the lines of their own"


def test_all_agencies_are_not_told_where_they_would_be_one_other(sign_in: SignIn, house: House) -> None:
    adds_actions(house, {"pol": (4, 1), "csc": (6, 6)})
    page = sign_in("u_police").get("/measures/own/").text
    assert "25% (1 of 4)" in words(page)
    assert "70%" not in words(page)
    rows = re.findall(r'data-label="All agencies">([^<]*)<', page)
    assert rows and set(rows) == {"–"}


def test_the_address_of_another_agency_shows_ones_own(sign_in: SignIn, house: House) -> None:
    adds_actions(house, {"pol": (4, 1), "csc": (3, 3), "hou": (3, 1)})
    browser = sign_in("u_police")
    for path in ("/measures/own/?agency=csc", "/measures/own/12?agency=csc&part=overdue"):
        shown = words(browser.get(path).text)
        assert AGENCIES["pol"] in shown
        assert AGENCIES["csc"] not in shown
        assert "25% (1 of 4)" in shown
        assert "100% (3 of 3)" not in shown


def test_only_leads_have_a_line_of_their_own_and_only_of_measures_with_agencies(sign_in: SignIn) -> None:
    for person in ("u_nurse", "u_hosl", "u_chair", "u_admin"):
        assert sign_in(person).get("/measures/own/").status_code == 403, person
    lead = sign_in("u_police")
    assert lead.get("/measures/own/4").status_code == 404, "a measure without agencies"
    assert lead.get("/measures/own/12?part=nonsense").status_code == 404
    assert lead.get("/measures/").status_code == 403
    assert "Your agency" in lead.get("/").text


def adds_reviews(house: House, natures: dict[str, int]) -> None:
    with house.database.write() as session:
        number = 0
        for nature, many in natures.items():
            for _ in range(many):
                number += 1
                ref = f"MALR-2025-{number:03d}"
                session.add(
                    Review(
                        ref=ref,
                        pseudonym="Child",
                        state="awaiting_triage",
                        referrer="u_police",
                        referring_agency="pol",
                        started_at=house.clock.now(),
                        referred_on=LAST_YEAR,
                        nature=nature,
                    )
                )


def sheet(browser: Browser) -> dict[tuple[str, str], dict[str, str]]:
    text = browser.get("/measures/publishing/measures-for-publishing.csv").text.lstrip("\ufeff")
    return {(row["Number"], row["Figure"]): row for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize(("good", "shown"), [(6, "38%"), (3, HIDDEN)])
def test_the_sheet_keeps_back_what_is_small_and_what_would_give_it_away(
    sign_in: SignIn, house: House, good: int, shown: str
) -> None:
    adds_reviews(house, {"good_practice": good, "poor_outcome": 10})
    browser = sign_in("u_hosl")
    row = sheet(browser)["1", "Of good practice"]
    assert (row["Value"], row["Of"]) == (shown, str(good + 10))
    assert row["Met"] == ("6" if good == 6 else "")
    page = words(browser.get("/measures/publishing/").text)
    assert ("6 of 16" in page) == (good == 6)
    assert "3 of 13" not in page
    book = browser.get("/measures/publishing/measures-for-publishing.xlsx").data
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        assert b"Of good practice" in b"".join(opened.read(name) for name in opened.namelist())


def test_the_sheet_names_no_agency_and_only_years_that_are_over(sign_in: SignIn, house: House) -> None:
    adds_reviews(house, {"good_practice": 9, "poor_outcome": 10})
    browser = sign_in("u_hosl")
    page = browser.get("/measures/publishing/?period=2026").text
    assert "Year 2025 to 2026" in words(page)
    assert re.findall(r'<option value="(\d+)"', page) == ["2025", "2024", "2023"]
    for name in AGENCIES.values():
        assert name not in words(page)
    for person in ("u_police", "u_nurse", "u_admin"):
        assert sign_in(person).get("/measures/publishing/").status_code == 403
