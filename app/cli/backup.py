"""`roundtable backup` and `roundtable restore`: one sealed file that holds everything, and back again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app.backup import BackupRefused, make_backup, restore_backup
from app.backup.putting_back import settle
from app.cli.opening import opened, settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def backup(file: Path, as_json: bool) -> None:
    """Write a backup of everything into FILE, sealed with ROUNDTABLE_SECRET_KEY. The service may go on.

    Keep the secret key and the identity keys apart from it: without them nobody can read the backup.
    """
    config = settings()
    try:
        with opened(config) as database:
            made = make_backup(config, database, file)
    except BackupRefused as refused:
        _end(str(refused))
    rows = sum(made.manifest.rows.values())
    facts = {"file": str(made.path), "bytes": made.size, "rows": rows, "anchor": made.manifest.anchor}
    if as_json:
        click.echo(json.dumps(facts))
        return
    click.echo(f"{made.path}: {made.size:,} bytes, {rows:,} rows of {len(made.manifest.rows)} tables.")
    click.echo(f"The audit log ends with anchor {made.manifest.anchor}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def restore(file: Path, as_json: bool) -> None:
    """Put a backup into the empty database that ROUNDTABLE_DATABASE_URL names, and verify it.

    Everybody has to sign in again. Exit 1 when it was refused, or what is there now does not agree.
    """
    config = settings()
    try:
        back = restore_backup(config, file)
    except BackupRefused as refused:
        _end(str(refused))
    with opened(config) as database:
        findings = settle(config, database, back)
    if as_json:
        click.echo(
            json.dumps(
                {"made_at": back.made_at, "rows": sum(back.manifest.rows.values()), "findings": findings}
            )
        )
    else:
        _say(back.made_at, sum(back.manifest.rows.values()), back.manifest.waiting, findings)
    sys.exit(1 if findings else 0)


def _say(made_at: str, rows: int, waiting: int, findings: list[str]) -> None:
    click.echo(f"The backup of {made_at} is put back: {rows:,} rows.")
    for sentence in findings:
        click.echo(sentence)
    if not findings:
        click.echo("Every table has the rows it had, and the audit log is whole up to its last anchor.")
    if waiting:
        click.echo(
            f"{waiting} notices had not left when it was made. They leave now; some may have left already."
        )
    click.echo("Everybody has to sign in again. Next: roundtable doctor --deep.")


def _end(words: str) -> None:
    click.echo(words, err=True)
    sys.exit(1)
