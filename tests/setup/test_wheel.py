"""The wheel holds all that runs: every file of the packages, and the front end as it was built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("app", "engine", "forms", "migrations", "processes", "reviews")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel that was built from a copy of this tree, as `make wheel` builds it."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in (*_files(), "pyproject.toml", "README.md", *_built()):
        place = tree / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((ROOT / name).read_bytes())
    uv = Path(sys.executable).parent / "uv"
    command = [uv, "build", "--quiet", "--wheel", "--no-build-isolation", "--offline", "--out-dir", out, tree]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = out.glob("*.whl")
    with ZipFile(wheel) as found:
        return set(found.namelist())


def test_every_file_of_the_packages_is_in_it(inside: set[str]) -> None:
    assert sorted(set(_files()) - inside) == []


def test_the_built_front_end_is_in_it_and_its_sources_are_not(inside: set[str]) -> None:
    assert set(_built()) <= inside
    assert not [name for name in inside if name.startswith("app/frontend/") or "node_modules" in name]


def test_nothing_of_the_tests_or_of_a_database_is_in_it(inside: set[str]) -> None:
    assert not [name for name in inside if name.startswith(("tests/", "bench/", "tools/"))]
    assert not [name for name in inside if ".sqlite" in name]


def _files() -> list[str]:
    """What the packages consist of here, but for the front end's sources and what a run leaves."""
    return [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.is_relative_to(ROOT / "app" / "frontend")
        and not path.is_relative_to(ROOT / "app" / "static")
    ]


def _built() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in (ROOT / "app" / "static").rglob("*") if path.is_file()]
