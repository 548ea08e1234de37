"""Commands that look at processes from outside: what differs between two versions, and the event log."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

import engine
from app.cli.opening import open_database
from app.cli.processes import processes
from engine import Actor, NotFound, read_folder
from reviews.shipped import FORMS
from reviews.studio.differing import bundle_differences

__all__ = ["processes"]


@processes.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True)
def diff(old: str, new: str, as_json: bool) -> None:
    """Say in words what has changed from OLD to NEW: each a folder, or a version in use (PROCESS@3)."""
    found = bundle_differences(_files(old), _files(new))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
        return
    for each in found:
        click.echo(each.sentence)
    if not found:
        click.echo("Nothing has changed.")


@processes.command("xes")
@click.argument("process")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def xes(process: str, file: Path) -> None:
    """Write the course of every case of PROCESS to FILE for process mining (XES, IEEE 1849): under made-up
    numbers, without names and texts. Leaves a line in the audit log."""
    out = io.BytesIO()
    try:
        with open_database().write() as session:
            cases = engine.write_event_log(session, process, out)
            engine.record(
                session,
                kind="export.made",
                business_key=process,
                actor=Actor.system("command"),
                subject="event_log",
                details={"form": "xes", "cases": cases},
            )
    except NotFound as missing:
        click.echo(str(missing), err=True)
        sys.exit(1)
    file.write_bytes(out.getvalue())
    click.echo(f"{cases} case{'' if cases == 1 else 's'} in {file}.")


def _files(named: str) -> dict[str, str]:
    """The files of a folder with its forms, or of a version in use. Ends the command where there are none."""
    process, at, number = named.rpartition("@")
    if at and number.isascii() and number.isdigit():
        try:
            with open_database().read() as session:
                return dict(engine.bundle_for(session, process, int(number)).files)
        except NotFound as missing:
            click.echo(f"{named}: {missing}", err=True)
            sys.exit(1)
    folder = Path(named)
    if not folder.is_dir():
        raise click.UsageError(f"{named} is neither a folder nor a version (PROCESS@3).")
    return read_folder(folder, FORMS / folder.resolve().name)
