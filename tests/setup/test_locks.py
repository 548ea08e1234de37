"""What is installed is what was locked: versions and hashes, from whichever index the machine uses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
FRONTEND = ROOT / "app" / "frontend"


def _entries(lock: Path) -> list[str]:
    """Split a lock into its packages, each with its hashes."""
    return re.findall(r"^\S.*?(?=^\S|\Z)", lock.read_text(encoding="utf-8"), re.M | re.S)


def test_there_are_locks_for_running_developing_and_setting_up() -> None:
    assert {path.stem for path in LOCKS} == {"dev", "node", "runtime", "setup", "uv"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_package_is_locked_to_one_version_with_its_hashes(lock: Path) -> None:
    for entry in _entries(lock):
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_no_index_and_no_place_of_a_machine(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|@ file|\s/\w+/", text)


def test_what_runs_is_what_was_tested() -> None:
    versions = {path.stem: {entry.split("\\")[0].strip() for entry in _entries(path)} for path in LOCKS}
    assert versions["runtime"] <= versions["dev"]


def test_the_front_end_is_locked_without_addresses_and_runs_no_install_script() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    settings = (FRONTEND / ".npmrc").read_text(encoding="utf-8").split()
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(settings)


def test_the_front_end_asks_for_exact_versions() -> None:
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
