"""A step of the set-up is done once, and again only when what it is made from has changed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up script, at work in an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    return module


def test_a_step_is_done_once_for_the_same_key(bootstrap: ModuleType) -> None:
    done: list[str] = []
    assert bootstrap.once("step", "a", lambda: done.append("a"))
    assert not bootstrap.once("step", "a", lambda: done.append("again"))
    assert bootstrap.once("step", "b", lambda: done.append("b"))
    assert done == ["a", "b"]


def test_a_step_is_done_again_when_what_it_made_is_gone(bootstrap: ModuleType, tmp_path: Path) -> None:
    made = tmp_path / "made"
    assert bootstrap.once("step", "a", made.touch, made=[made])
    assert not bootstrap.once("step", "a", made.touch, made=[made])
    made.unlink()
    assert bootstrap.once("step", "a", made.touch, made=[made])


def test_a_step_that_failed_is_done_again(bootstrap: ModuleType) -> None:
    def fail() -> None:
        raise bootstrap.SetUpError("no network")

    bootstrap.once("step", "a", lambda: None)
    with pytest.raises(bootstrap.SetUpError):
        bootstrap.once("step", "b", fail)
    assert bootstrap.once("step", "a", lambda: None)


def test_the_hash_knows_names_and_contents(bootstrap: ModuleType, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("x")
    other.write_text("x")
    assert bootstrap.digest([one]) != bootstrap.digest([other])
    before = bootstrap.digest([one, other])
    assert bootstrap.digest([other, one]) == before
    one.write_text("y")
    assert bootstrap.digest([one, other]) != before


def test_a_program_that_fails_shows_what_it_said(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.SetUpError, match="sorry"):
        bootstrap.run("sh", "-c", "echo sorry; exit 3")
