"""`roundtable doctor`, and what the service refuses to start on: each with what to do (interfaces)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import demonstration
from app.cli import main
from app.migrate import upgrade
from engine import Actor, Database, SystemClock, VirtualClock
from engine.outbox import queue_mail
from reviews.domain import LEARNING_REVIEWS
from reviews.shipped import deploy_shipped

KEYS = {
    "ROUNDTABLE_SECRET_KEY": "the key of the cookies - for tests only",
    "ROUNDTABLE_IDENTITY_KEYS": "the key of identities - for tests only",
}


class Service:
    """One installation: its settings and its database."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'roundtable.sqlite'}"
        self.settings = {
            **KEYS,
            "ROUNDTABLE_BASE_URL": "https://reviews.example",
            "ROUNDTABLE_SMTP_URL": "smtp://127.0.0.1:2525",
            "ROUNDTABLE_TRUSTED_PROXY": "127.0.0.1",
            "ROUNDTABLE_DATABASE_URL": self.url,
        }

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), env=self.settings)

    def doctor(self) -> dict[str, str]:
        """What is not well, by name."""
        result = self.run("doctor", "--json")
        found = {name: each["words"] for name, each in json.loads(result.output).items()}
        ill = {name: words for name, words in found.items() if words != "ok"}
        assert result.exit_code == (1 if ill else 0)
        return ill

    def database(self, late: timedelta = timedelta()) -> Database:
        clock = VirtualClock(SystemClock().now() - late)
        keys = [KEYS["ROUNDTABLE_IDENTITY_KEYS"].encode()]
        secret = KEYS["ROUNDTABLE_SECRET_KEY"].encode()
        return Database(self.url, clock=clock, domain=LEARNING_REVIEWS, secret_key=secret, identity_keys=keys)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """An installation as the guide describes it, with its processes in use."""
    found = Service(tmp_path)
    upgrade(found.url)
    with found.database().write() as session:
        deploy_shipped(session, by=Actor("u_owner"), note="First version")
    return found


def test_nothing_is_wrong_with_an_installation_as_the_guide_describes_it(service: Service) -> None:
    assert service.doctor() == {}
    output = service.run("doctor").output
    assert "worker: ok" in output
    assert "virus check: ok. There is none: documents are kept unchecked" in output


def test_unsafe_settings_are_all_named_and_nothing_else_is_tried(service: Service) -> None:
    service.settings |= {"ROUNDTABLE_SECRET_KEY": "", "ROUNDTABLE_BASE_URL": "http://reviews.example"}
    output = service.run("doctor").output
    assert "ROUNDTABLE_SECRET_KEY" in output
    assert "https://" in output
    assert "tables" not in output


def test_a_database_without_our_tables_or_processes_says_which_command_helps(tmp_path: Path) -> None:
    service = Service(tmp_path)
    assert service.doctor() == {"tables": "not those of this release"}
    upgrade(service.url)
    assert service.doctor()["processes"].startswith("not in use: action, ")
    assert "roundtable processes deploy" in service.run("doctor").output


def test_no_way_for_notices_and_no_folder_are_said(service: Service) -> None:
    del service.settings["ROUNDTABLE_SMTP_URL"]
    assert service.doctor() == {"mail": "not set"}
    service.settings["ROUNDTABLE_DATABASE_URL"] = "sqlite:////nowhere/at/all.sqlite"
    assert "there is no folder /nowhere/at" in service.doctor()["disk"]


def test_work_that_no_worker_does_is_seen(service: Service) -> None:
    with service.database(late=timedelta(days=7)).write() as session:
        queue_mail(session, to="u_owner", text="welcome", about="", key="one", facts={})
    assert service.doctor()["worker"].startswith("something is due since")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nobody_is_served_from_the_demonstrations_database(service: Service, command: str) -> None:
    demonstration.mark(service.database(), "ready")
    result = service.run(command)
    assert result.exit_code == 1
    assert "holds the demonstration" in result.output
    assert "people" in service.doctor()


@pytest.mark.parametrize("options", [["demo"], ["demo", "--fresh"], ["demo", "travel", "1 day"]])
def test_the_demonstration_keeps_its_hands_off_other_data(
    service: Service, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = Path(tmp_path / "roundtable.sqlite").read_bytes()
    result = service.run("demo", "--database-url", service.url, "--no-browser", *options[1:])
    assert result.exit_code == 1
    assert "something else than the demonstration" in result.output
    assert Path(tmp_path / "roundtable.sqlite").read_bytes() == before
