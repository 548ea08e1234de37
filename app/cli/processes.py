"""Commands for process owners who work with files: list, check, deploy."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

import engine
from app.cli.opening import open_database
from engine import Actor, BundleRefused, Finding, read_folder
from reviews.services import registry
from reviews.shipped import FORMS, check_files


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
@click.option("--json", "as_json", is_flag=True)
def check(places: tuple[Path, ...], as_json: bool) -> None:
    """Check bundles (folders) and single .bpmn, .dmn and .form files; exit 1 when something must be put
    right."""
    findings = [found for place in places for found in _check_place(place)]
    show(findings, as_json)
    sys.exit(1 if any(found.severity == "error" for found in findings) else 0)


@processes.command("deploy")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--note", required=True, help="What has changed and why.")
@click.option("--by", required=True, help="Your person id.")
def deploy(folder: Path, note: str, by: str) -> None:
    """Put the bundle in FOLDER into use as a new version."""
    files = bundle(folder)
    findings = _check_place(folder)
    if any(found.severity == "error" for found in findings):
        show(findings, as_json=False)
        sys.exit(1)
    try:
        with open_database().write() as session:
            version = engine.deploy(session, folder.resolve().name, files, note=note, by=Actor(by))
    except BundleRefused as refused:
        show(refused.findings, as_json=False)
        sys.exit(1)
    click.echo(f"{version.process} is now at version {version.number}.")


def bundle(folder: Path) -> dict[str, str]:
    """The files of the bundle in a folder, with the forms of its steps."""
    return read_folder(folder, FORMS / folder.resolve().name)


def _check_place(place: Path) -> Iterable[Finding]:
    try:
        files = bundle(place) if place.is_dir() else {place.name: place.read_text(encoding="utf-8")}
    except UnicodeDecodeError:
        sentence = "The file is not text in UTF-8."
        return [Finding(place.name, "", 0, "readable", sentence, "Save it again as UTF-8.")]
    found = check_files(place.resolve().stem, files, registry.names())
    alone = not place.is_dir()
    return [f for f in found if not (alone and f.rule in ("form", "decision"))]


def show(findings: Iterable[Finding], as_json: bool) -> None:
    """Print findings, one a line or as JSON."""
    if as_json:
        click.echo(json.dumps([asdict(found) for found in findings], ensure_ascii=False, indent=1))
        return
    for found in findings:
        place = f"{found.file}:{found.line}" if found.line else found.file
        about = f" {found.element}" if found.element else ""
        click.echo(f"{place}{about} [{found.rule}] {found.sentence} {found.what_to_do}")
