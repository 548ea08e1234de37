"""What the checks refuse does no harm either when it is put straight into the database: it is refused when
it runs, the case stays as it was, and nothing of it is executed (promise S1)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

import engine
from engine import Database, EngineError, ServiceRegistry
from engine.models import ProcessVersion
from tests.engine.case import ALEX, KEY
from tests.engine.checks.places import PLACES, SCRIPTS, scripted
from tests.hostile_texts import CANARY, CODE, ENDLESS

MOST_SECONDS = 6.0  # a table may take two seconds of its own; the parser's tables are made once


def _smuggle(database: Database, files: Mapping[str, str]) -> None:
    with database.write() as session:
        session.add(
            ProcessVersion(
                process="p",
                number=1,
                checksum="0" * 64,
                files=dict(files),
                note="",
                deployed_by="nobody",
                approved_by=None,
                deployed_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )


def _run(database: Database) -> None:
    """Start a case and complete what is open, as people would; what the engine refuses is fine."""
    try:
        with database.write() as session:
            case = engine.start(session, "p", business_key=KEY, variables={"a": {"x": 1}}, by=ALEX)
        for _ in range(3):
            with database.read() as session:
                open_now = engine.tasks(session, instance_id=case)
            for task in open_now:
                with database.write() as session:
                    engine.complete_task(session, task.id, {}, {"x": 1, "items": [1]}, by=ALEX)
    except EngineError as refused:
        assert str(refused)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ["import", "walk", "exec", "jinja", *ENDLESS])
def test_a_smuggled_expression_is_inert(
    database: Database, services: ServiceRegistry, place: str, attack: str
) -> None:
    services.service("known")(lambda call: None)
    _smuggle(database, PLACES[place]({**CODE, **ENDLESS}[attack]))
    began = time.process_time()
    _run(database)
    assert time.process_time() - began < MOST_SECONDS
    assert CANARY not in os.environ


@pytest.mark.parametrize("place", SCRIPTS)
def test_a_smuggled_script_is_inert(database: Database, place: str) -> None:
    _smuggle(database, scripted(place, CODE["import"]))
    _run(database)
    assert CANARY not in os.environ


@pytest.mark.sqlite_only
@pytest.mark.parametrize("text", ["", "<a", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "<a>" * 500])
def test_a_smuggled_file_that_cannot_be_read_stops_nobody_else(database: Database, text: str) -> None:
    _smuggle(database, {"p.bpmn": text})
    with pytest.raises(EngineError), database.write() as session:
        engine.start(session, "p", business_key=KEY, variables={}, by=ALEX)
    with database.read() as session:
        assert engine.deployed(session)
