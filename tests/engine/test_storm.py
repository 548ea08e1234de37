"""Small storms (promises R2, R5 and R10): processes are killed while work is due, and nothing is lost or doubled.

The full ones are `make storm`. A storm is a process of its own: it forks, and this one has threads.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import ROOT

Storm = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def storm(database_kind: str, request: pytest.FixtureRequest) -> Storm:
    """Run a storm on this test's kind of database; PostgreSQL on the server of this test run."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if database_kind == "postgresql":
        environment["TEST_DATABASE_URL"] = request.getfixturevalue("_postgresql").url("postgres")

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bench.storm", "--short", "--database", database_kind, *options]
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        print(ended.stdout, ended.stderr)
        return ended

    return run


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_processes_are_killed(storm: Storm) -> None:
    ended = storm("--storm", "reminders", "--kills", "32", "--due", "60")
    assert ended.returncode == 0
    assert "Nothing lost, nothing doubled, nothing half done." in ended.stdout


@pytest.mark.slow
def test_a_poisoned_case_stops_nobody_else_and_is_shown_without_its_content(storm: Storm) -> None:
    ended = storm("--storm", "poison", "--kills", "100")
    assert ended.returncode == 0
    assert "199 went on, 1 shown as “late_1: StateUnreadable”" in ended.stdout


@pytest.mark.sqlite_only
def test_a_power_cut_loses_nothing_that_was_acknowledged(storm: Storm) -> None:
    assert storm("--storm", "power").returncode == 0


@pytest.mark.sqlite_only
def test_a_storm_notices_reminders_that_come_twice(storm: Storm) -> None:
    """A rule is switched off on purpose: neither a key nor a look keeps a rung from being reached again."""
    ended = storm("--storm", "reminders", "--kills", "5", "--due", "24", "--mutant", "no-unique-no-look")
    assert ended.returncode == 1
    assert re.search(r"reminders: 0 lost, [1-9]\d* doubled", ended.stdout), ended.stdout
