"""Every table has a class: what it holds, whose data that is, how its rows belong to a case (S72)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.auth.models
from engine.models import Base
from reviews.case_rows import order
from reviews.exporting import LEFT_OUT, PARTS
from reviews.record_types import KINDS, OFFICE, RECORDS, TABLES
from reviews.retention import DEFAULTS, FIXED
from reviews.what_is_held import map_of_tables

assert app.auth.models
ROOT = Path(__file__).resolve().parents[2]
# What a column is called, or points at, that makes its table part of a case.
OF_A_CASE = re.compile(
    r"review|business_key|about|instance_id|task|task_id|action|meeting|deadline_id|late_step"
)
# The words of the search go with the row they are about, by a trigger (tests/policy/test_search.py).
NOT_OF_ONE_CASE = {
    "destruction_certificate",
    "policy_document",
    "board_report",
    "learning_event",
    "search_text",
}


def test_every_table_has_a_class() -> None:
    tables = set(Base.metadata.tables)
    assert tables - set(TABLES) == set(), "Give these a class in reviews/record_types.py"
    assert set(TABLES) - tables == set(), "These tables are gone"


@pytest.mark.parametrize("name", sorted(Base.metadata.tables))
def test_a_table_that_belongs_to_a_case_says_how(name: str) -> None:
    table, known = Base.metadata.tables[name], TABLES[name]
    assert known.kind in KINDS
    named = {key.column.table.name for key in table.foreign_keys}
    of_case = any(TABLES[other].by for other in named if other in TABLES)
    of_case |= any(OF_A_CASE.fullmatch(column.name) for column in table.columns)
    if of_case and name not in NOT_OF_ONE_CASE:
        assert known.by is not None, f"{name} belongs to a case: say by which column"
        assert known.kind != OFFICE
    if known.by:
        column, target = known.by
        assert column in table.c
        assert target == "key" or TABLES[target].by, f"{name} names {target}, which belongs to no case"


def test_rows_go_before_what_they_name() -> None:
    places = {name: place for place, name in enumerate(order())}
    for name, table in Base.metadata.tables.items():
        for key in table.foreign_keys:
            if key.column.table.name != name:
                assert places[name] < places[key.column.table.name], f"{name} names {key.column.table.name}"


def test_an_export_has_every_table_of_a_case_or_says_why_not() -> None:
    exported = [table for part in PARTS for table in part.tables]
    assert len(exported) == len(set(exported))
    of_cases = {name for name, table in TABLES.items() if table.by}
    assert set(exported) | set(LEFT_OUT) == of_cases
    assert not set(exported) & set(LEFT_OUT)


def test_nothing_sealed_leaves_with_an_export() -> None:
    for part in PARTS:
        for name in part.tables:
            for column in Base.metadata.tables[name].columns:
                if str(column.type) in ("BLOB", "BYTEA", "LargeBinary"):
                    assert column.name in TABLES[name].sealed, f"{name}.{column.name}"


def test_every_kind_of_record_has_a_line_in_the_schedule() -> None:
    assert set(DEFAULTS) | set(FIXED) == set(RECORDS)


def test_the_data_map_is_what_the_classes_say() -> None:
    written = (ROOT / "docs" / "guides" / "data-map.md").read_text(encoding="utf-8")
    assert written == map_of_tables(), "Run: roundtable records data-map docs/guides/data-map.md"
