"""`docs/engine-holes.md` names a test for each silent hole of the library, and each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.engine.checks.test_silent_holes import HOLES

ROOT = Path(__file__).resolve().parents[3]
LINES = (ROOT / "docs" / "engine-holes.md").read_text(encoding="utf-8").splitlines()
ROWS = [line.split(" | ") for line in LINES if line.startswith("| ") and not line.startswith("| What")]


def test_each_hole_names_a_model_or_a_test_that_is_there() -> None:
    assert len(ROWS) > 60
    for hole, tests in ROWS:
        models = re.findall(r'"([^"]+)"', tests)
        named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", tests)
        assert models or named, hole
        assert set(models) <= set(HOLES), (hole, set(models) - set(HOLES))
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (hole, file, test)
