"""`roundtable processes migrate`: running cases are moved to another version, or brought back."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any
from uuid import UUID

import click

import engine
from app.cli.opening import open_database
from engine import Actor, Database, EngineError, Migration, Outcome
from reviews.studio.words import change_lines


@click.command("migrate")
@click.argument("process")
@click.option("--to", "number", type=int, help="The version that cases are moved to.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each case; write nothing.")
@click.option("--map", "mapped", multiple=True, metavar="OLD=NEW", help="NEW is a step, skip, or leave.")
@click.option("--by", default="", help="Your person id.")
@click.option("--reason", default="", help="Why the cases are moved.")
@click.option("--undo", type=click.UUID, help="Bring back the cases of this move.")
@click.option("--json", "as_json", is_flag=True)
def migrate(
    process: str,
    number: int | None,
    dry_run: bool,
    mapped: tuple[str, ...],
    by: str,
    reason: str,
    undo: UUID | None,
    as_json: bool,
) -> None:
    """Move the running cases of PROCESS to another of its versions; exit 1 when some stay where they are."""
    database = open_database()
    try:
        if not dry_run and not by:
            raise click.UsageError("Say who you are: --by.")
        if undo is not None:
            sys.exit(_undo(database, process, undo, Actor(by), as_json))
        if number is None:
            raise click.UsageError("Say which version: --to.")
        mapping = _mapping(mapped)
        if dry_run:
            sys.exit(_look(database, process, number, mapping, as_json))
        with database.write() as session:
            version = engine.version_of(session, process, number)
            batch = engine.start_migration(session, version, mapping, by=Actor(by), reason=reason)
        sys.exit(_run(database, batch, as_json))
    except EngineError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)


def _mapping(mapped: tuple[str, ...]) -> dict[str, str]:
    if any("=" not in each for each in mapped):
        raise click.UsageError("--map needs OLD=NEW.")
    return {old.strip(): new.strip() for old, _, new in (each.partition("=") for each in mapped)}


def _look(database: Database, process: str, number: int, mapping: dict[str, str], as_json: bool) -> int:
    with database.read() as session:
        version = engine.version_of(session, process, number)
        cases = engine.cases_to_move(session, version)
        found = [engine.preview(session, case, version, mapping) for case in cases]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], default=str, ensure_ascii=False, indent=1))
    else:
        for outcome in found:
            click.echo(_told(outcome))
        click.echo(
            f"{sum(each.can for each in found)} of {len(found)} cases can be moved. Nothing was changed."
        )
    return 0 if all(each.can for each in found) else 1


def _told(outcome: Outcome) -> str:
    if not outcome.can:
        return f"{outcome.business_key}  stays: {outcome.why_not} {outcome.what_to_do}"
    return "\n    ".join([f"{outcome.business_key}  moves", *change_lines(outcome)])


def _undo(database: Database, process: str, batch_id: UUID, by: Actor, as_json: bool) -> int:
    with database.write() as session:
        batch = session.get(Migration, batch_id)
        if batch is None or batch.process != process:
            raise engine.NotFound("There is no such move.")
        engine.undo_migration(session, batch, by=by)
    return _run(database, batch, as_json)


def _run(database: Database, batch: Migration, as_json: bool) -> int:
    """Do what was asked for, saying how far it is; the exit code."""
    shown = sys.stderr.isatty() and not as_json
    for now in engine.do_all(database, batch.id):
        if shown:
            click.echo(f"\r{now.total - now.waiting} of {now.total} cases", nl=False, err=True)
    if shown:
        click.echo(err=True)
    with database.read() as session:
        rows = [_row(case, key) for case, key in engine.cases_of(session, batch.id)]
        end = engine.progress(session, batch.id)
    if as_json:
        told = {"migration": str(batch.id), **asdict(end), "cases": rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            if row["sentence"]:
                click.echo(f"{row['case']}  {row['status']}: {row['sentence']} {row['what_to_do']}".rstrip())
        click.echo(f"{end.moved} moved, {end.refused} stay, {end.undone} brought back. This move: {batch.id}")
    return 1 if end.refused else 0


def _row(case: engine.MigrationCase, key: str) -> dict[str, Any]:
    return {"case": key, "status": case.status, "sentence": case.sentence, "what_to_do": case.what_to_do}
