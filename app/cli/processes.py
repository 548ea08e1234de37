"""Commands for process owners who work with files: list, check, deploy."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.orm import Session

import engine
from app.cli.opening import open_database, opened
from engine import (
    Actor,
    Bundle,
    BundleRefused,
    Finding,
    Refused,
    decoded,
    house,
    local_date,
    read_bundle,
    read_folder_bytes,
)
from reviews.permissions import Viewer, viewer_for
from reviews.rule_table import rule_table
from reviews.shipped import CHASING, FORMS, check_files, check_sent, shipped_places
from reviews.studio.changes import deploy_files, may_edit, propose_files
from reviews.studio.scenario_runs import play_now


@click.group()
def processes() -> None:
    """Look at processes, check their files, put them into use."""


@processes.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_processes(as_json: bool) -> None:
    """Every deployed version, newest first within its process."""
    with open_database().read() as session:
        rows = [
            {
                "process": version.process,
                "number": version.number,
                "deployed_at": version.deployed_at.isoformat(),
                "deployed_by": version.deployed_by,
                "approved_by": version.approved_by,
                "note": version.note,
            }
            for version in engine.deployed(session)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['process']:20} {row['number']:>4}  {row['deployed_at']:.10}  {row['note']}")


@processes.command("check")
@click.argument("places", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The version in use (a folder): its guard steps must stay.",
)
@click.option("--json", "as_json", is_flag=True)
def check(places: tuple[Path, ...], before: Path | None, as_json: bool) -> None:
    """Check bundles (folders) and single .bpmn, .dmn and .form files; exit 1 when something must be put
    right. Every rule stands in docs/checks.md."""
    try:
        in_use = read_bundle(before.resolve().name, decoded(_files(before))) if before else None
    except BundleRefused as refused:
        raise click.ClickException(f"The version in use cannot be read: {refused}") from refused
    findings = [found for place in places for found in _check_place(place, in_use)]
    show(findings, as_json)
    sys.exit(1 if any(found.severity == "error" for found in findings) else 0)


@processes.command("rules")
@click.argument("path", required=False, type=click.Path(path_type=Path, dir_okay=False))
def rules(path: Path | None) -> None:
    """Say every rule of the checks; with PATH, write them there."""
    if path is None:
        click.echo(rule_table(), nl=False)
        return
    path.write_text(rule_table(), encoding="utf-8")
    click.echo(f"Written: {path}")


@processes.command("propose")
@click.argument("places", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--shipped", is_flag=True, help="Also every bundle that this release brings.")
@click.option("--note", required=True, help="What changes and why: the approver reads it first.")
@click.option("--by", required=True, help="Your person id.")
def propose(places: tuple[Path, ...], shipped: bool, note: str, by: str) -> None:
    """Ask for approval of bundles: folders, or the chasing table. Their scenarios are played first, and all
    must hold. Somebody else approves each in the studio."""
    bundles = _bundles_to_deploy((*places, *(shipped_places() if shipped else ())))
    with opened() as database, _refused_in_words():
        with database.read() as session:
            may_edit(session, _viewer(session, by))
        for process, files in bundles.items():
            play_now(database, process, files, by=Actor(by))
        with database.write() as session:
            for process, files in bundles.items():
                propose_files(session, _viewer(session, by), process, files, why=note)
    for process in bundles:
        click.echo(f"Approval of {process} is asked for.")


@processes.command("deploy")
@click.argument("places", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--shipped", is_flag=True, help="Also every bundle that this release brings.")
@click.option("--note", required=True, help="What has changed and why.")
@click.option("--by", required=True, help="Your person id.")
def deploy(places: tuple[Path, ...], shipped: bool, note: str, by: str) -> None:
    """Put bundles into use as new versions, once somebody else has approved these very files (roundtable
    processes propose, or the studio): all of them, or none."""
    bundles = _bundles_to_deploy((*places, *(shipped_places() if shipped else ())))
    with opened() as database, _refused_in_words(), database.write() as session:
        viewer = _viewer(session, by)
        versions = [
            deploy_files(session, viewer, process, files, note=note) for process, files in bundles.items()
        ]
    for version in versions:
        click.echo(f"{version.process} is now at version {version.number}.")


def _bundles_to_deploy(places: tuple[Path, ...]) -> dict[str, dict[str, str]]:
    """The bundles at some places by process. Ends the command where one has findings, or is no bundle."""
    if not places:
        raise click.UsageError("Name folders of processes, or take --shipped.")
    for place in places:
        if place.is_file() and place.stem != CHASING:
            raise click.UsageError("Only chasing.dmn stands by itself. Name the folder of the process.")
    findings = [found for place in places for found in _check_place(place) if found.severity == "error"]
    if findings:
        show(findings, as_json=False)
        sys.exit(1)
    return {place.resolve().stem: decoded(_files(place)) for place in places}


def _viewer(session: Session, person: str) -> Viewer:
    return viewer_for(session, person, local_date(house(session).clock.now()))


@contextmanager
def _refused_in_words() -> Iterator[None]:
    """A rule that says no ends the command with its sentence."""
    try:
        yield
    except BundleRefused as refused:
        show(refused.findings, as_json=False)
        sys.exit(1)
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)


def _files(place: Path) -> dict[str, bytes]:
    if place.is_file():
        return {place.name: place.read_bytes()}
    return read_folder_bytes(place, FORMS / place.resolve().name)


def bundle(folder: Path) -> dict[str, str]:
    """The files of the bundle in a folder, with the forms of its steps. Files that are no text are read as
    far as they go: the checks say so."""
    return decoded(_files(folder))


def _check_place(place: Path, before: Bundle | None = None) -> list[Finding]:
    check = check_files if place.is_dir() else check_sent
    return check(place.resolve().stem, decoded(_files(place)), before)


def show(findings: Iterable[Finding], as_json: bool) -> None:
    """Print findings, each with its place, or as JSON."""
    findings = list(findings)
    if as_json:
        click.echo(json.dumps([asdict(found) for found in findings], ensure_ascii=False, indent=1))
        return
    for found in findings:
        place = f"{found.file}:{found.line}" if found.line else found.file
        about = f" {found.element}" if found.element else ""
        click.echo(f"{place}{about} {found.severity} [{found.rule}]")
        click.echo(f"    {found.sentence} {found.what_to_do}")
    errors = sum(found.severity == "error" for found in findings)
    if findings:
        click.echo(f"{errors} to put right, {len(findings) - errors} to look at.")
