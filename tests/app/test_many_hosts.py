"""Several hosts, each with a web process and a worker, against one PostgreSQL: one session and one key count
everywhere; a process that stops loses no answer; a host that loses its database says so and comes back by
itself. The longer form is `python -m bench.storm.hosts`.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.postgresql_only
def test_three_hosts_against_one_database(database_kind: str) -> None:
    ended = subprocess.run(  # it forks, and this process has threads
        [sys.executable, "-m", "bench.storm.hosts", "--short"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    print(ended.stdout, ended.stderr)
    assert ended.returncode == 0
    assert "3 hosts in network namespaces" in ended.stdout or os.geteuid() != 0
    assert "in turn at 3 processes" in ended.stdout
    assert "without a restart" in ended.stdout
