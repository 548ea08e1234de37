"""A copy of the demonstration's database, searched as bytes, holds no name of a child, of a family member or
of a street in clear, no date of birth, no number: not in tables, not in drafts, not in a file's free space.
"""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import select, update

from engine import Actor, Database, save_draft, tasks
from engine.models import Draft
from reviews.demonstration.answers_referral import child
from reviews.demonstration.loading import read_tree
from reviews.domain import LEARNING_REVIEWS
from reviews.models import Review
from tests.reviews.byte_search import Needles, columns_of, files_of, found_in, needles
from tests.reviews.conftest import SHOWN_AT, SHOWN_KEY

TYPED = {
    "name": "Peregrine Underhedge",
    "date_of_birth": "2014-07-29",
    "address": "9 Marzipan Mews, Thornmere",
    "identifier": "943 476 5919",
    "family": [{"person_name": "Auntie Clementine", "relationship": "aunt"}],
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shown(demonstration: str) -> Iterator[Database]:
    """The demonstration with a referral that is half filled in."""
    database = Database(demonstration, domain=LEARNING_REVIEWS, secret_key=SHOWN_KEY)
    with database.write() as session:
        draft = session.scalars(select(Review).where(Review.state == "draft")).first()
        assert draft is not None
        step = next(row for row in tasks(session, business_keys=[draft.ref]) if row.step == "referral")
        for revision in range(3):  # as a browser does it, again and again over what was there
            save_draft(
                session, step.id, {**TYPED, "title": "x" * revision}, by=Actor("u_typing"), revision=revision
            )
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def wanted() -> Needles:
    """Whoever the demonstration names in who its children are.

    A baby's date of birth is left out: it is also the day on which one step or another of a review was due.
    """
    cases = read_tree(SHOWN_AT.date())["cases"]
    children = [child(case, place) for place, case in enumerate(cases)]
    babies = [each["date_of_birth"] for each in children if each["date_of_birth"] > "2024"]
    assert len(babies) < len(children) / 2
    named = [{key: value for key, value in each.items() if value not in babies} for each in children]
    return needles([TYPED, *named])


def told(shown: Database, wanted: Needles) -> dict[str, set[str]]:
    """Where something was found, and what."""
    with shown.engine.connect() as connection:
        return {where: found for where, hay in columns_of(connection) if (found := found_in(hay, wanted))}


def test_no_column_of_any_table_holds_one(shown: Database, wanted: Needles) -> None:
    assert len(wanted) > 100
    assert told(shown, wanted) == {}


NAME = "Peregrine"


@pytest.mark.parametrize(
    "planted",
    [
        NAME.encode(),
        NAME.upper().encode(),
        NAME.encode("utf-16-le"),
        NAME.encode("utf-16"),
        NAME.encode().hex().encode(),
        zlib.compress(f"told of {NAME}".encode()),
        *(base64.b64encode(f"{'x' * offset}{NAME} and more".encode()) for offset in range(3)),
    ],
    ids=["plain", "upper", "utf-16-le", "utf-16", "hex", "zlib", "base64", "base64+1", "base64+2"],
)
def test_the_search_finds_a_name_however_it_is_written(
    shown: Database, wanted: Needles, planted: bytes
) -> None:
    with shown.engine.connect() as connection:
        connection.execute(update(Draft).values(answers=planted))
        found = {where for where, hay in columns_of(connection) if found_in(hay, {NAME: wanted[NAME]})}
        connection.rollback()
    assert found == {"draft.answers"}


def test_the_search_finds_a_day_in_words_and_in_a_date_column(shown: Database, wanted: Needles) -> None:
    with shown.engine.connect() as connection:
        connection.execute(
            update(Review).values(what_happened="Born on 29 July 2014.", met_on=dt.date(2014, 7, 29))
        )
        days = {day: wanted[day] for day in ("29 July 2014", "2014-07-29")}
        found = {where: words for where, hay in columns_of(connection) if (words := found_in(hay, days))}
        connection.rollback()
    assert found == {"review.what_happened": {"29 July 2014"}, "review.met_on": {"2014-07-29"}}


@pytest.mark.sqlite_only
def test_the_files_hold_none(shown: Database, wanted: Needles) -> None:
    files = list(files_of(shown))
    assert len(files) > 1
    assert {name: found for name, hay in files if (found := found_in(hay, wanted))} == {}


@pytest.mark.sqlite_only
def test_the_search_of_a_file_finds_what_was_deleted(
    shown: Database, wanted: Needles, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(list(files_of(shown))[-1][1])
    with closing(pysqlite3.connect(str(copy))) as connection:
        connection.execute("update review set what_happened = ?", (f"{NAME} was seen. " * 99,))
        connection.commit()
        connection.execute("update review set what_happened = ''")
        connection.commit()
    assert NAME in found_in(copy.read_bytes(), wanted)
