"""A reading transaction changes nothing, and lets PostgreSQL keep the plans of what is asked each time."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from engine import Database
from engine.models import ProcessInstance, UserTask
from tests.engine.case import Case
from tests.engine.drawing import draw, user

AGAIN = 8  # psycopg prepares what it is asked for the sixth time


def test_what_is_changed_by_mistake_is_rolled_back(database: Database) -> None:
    Case(database, draw("p", user("a"), flows="begin>a a>done"))
    with database.read() as session:
        session.execute(update(ProcessInstance).values(outcome="by mistake"))
    with database.read() as session:
        assert session.scalars(select(ProcessInstance.outcome)).all() == [None]


def test_after_a_refusal_the_next_one_reads(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(text("SELECT nothing FROM nowhere"))
    with database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_plans_outlive_the_transaction(database: Database) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps what it has compiled by itself")
    for _ in range(AGAIN):
        with database.read() as session:
            session.scalars(select(UserTask.id)).all()
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
