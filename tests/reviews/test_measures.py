"""Every measure equals an independent recount of the rows: of the demonstration, and of a generated world."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from engine import Database, Domain
from reviews.measures import MEASURES
from reviews.measures.lines import Line, Window
from reviews.measures.periods import quarters_to
from reviews.services import registry
from tests.reviews.conftest import SHOWN_AT, SHOWN_KEY
from tests.reviews.generated_years import TODAY, years
from tests.reviews.recounting import RECOUNTS, Recount, Told

SHOWN_ON = SHOWN_AT.date()


@pytest.fixture(scope="module")
def shown(demonstration: str) -> Iterator[Database]:
    database = Database(demonstration, domain=Domain(registry), secret_key=SHOWN_KEY)
    yield database
    database.dispose()


def told(line: Line) -> Told:
    value = None if line.value is None else float(line.value)
    return (line.part, line.day, line.review, line.agency, line.met, value)


def differences(session: Session, number: int, first: dt.date, last: dt.date, today: dt.date) -> str:
    counted = Counter(told(line) for line in MEASURES[number].lines(Window(session, first, last, today)))
    recount = Recount(session, first, last, today)
    again = recount.counted(RECOUNTS[number](recount))
    return f"only counted {counted - again}; only recounted {again - counted}" if counted != again else ""


def test_every_measure_has_its_recount() -> None:
    assert set(RECOUNTS) == set(MEASURES)


@pytest.mark.slow
@pytest.mark.parametrize("number", MEASURES)
def test_the_demonstration_counted_again(shown: Database, number: int) -> None:
    with shown.read() as session:
        for quarter in quarters_to(SHOWN_ON):
            assert not differences(session, number, quarter.first, quarter.last, SHOWN_ON), quarter.name


@pytest.mark.slow
def test_every_measure_finds_something_in_the_demonstration(shown: Database) -> None:
    with shown.read() as session:
        window = Window(session, dt.date(2025, 1, 1), SHOWN_ON, SHOWN_ON)
        assert not [number for number, measure in MEASURES.items() if not measure.lines(window)]


@pytest.mark.parametrize("seed", [1, 2])
def test_generated_years_counted_again(session: Session, seed: int) -> None:
    years(session, seed)
    for number in MEASURES:
        for first, last in ((dt.date(2024, 1, 1), TODAY), (dt.date(2026, 1, 5), dt.date(2026, 6, 30))):
            assert not differences(session, number, first, last, TODAY), number


def test_generated_years_hold_both_answers_of_every_share(session: Session) -> None:
    for seed in (1, 2):
        years(session, seed)
    window = Window(session, dt.date(2024, 1, 1), TODAY, TODAY)
    missing = []
    for number, measure in MEASURES.items():
        lines = measure.lines(window)
        for part in measure.parts:
            answers = {line.met for line in lines if line.part == part.lines}
            if part.how == "share" and not answers >= {True, False}:
                missing.append((number, part.id, answers))
    assert not missing


def test_no_case_counts_in_two_quarters(session: Session) -> None:
    years(session, 3)
    for number, measure in MEASURES.items():
        if measure.moment or measure.present:
            continue
        whole = measure.lines(Window(session, dt.date(2024, 1, 1), dt.date(2026, 12, 31), TODAY))
        quarters = quarters_to(dt.date(2026, 12, 31), 12)
        parts = [measure.lines(Window(session, each.first, each.last, TODAY)) for each in quarters]
        assert Counter(whole) == Counter(line for lines in parts for line in lines), number
