"""Commands for process owners: run the scenarios of a bundle, rehearse it, record a case as a scenario."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.opening import opened
from app.cli.processes import bundle, show
from engine import BundleRefused, NotFound, Refused, local_date
from engine.clock import ZONE
from reviews.studio import (
    KINDS,
    Entry,
    NewCase,
    Ran,
    Rehearsal,
    RunningCase,
    as_record,
    read_plans,
    record_case,
    rehearse,
    run_scenarios,
)

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("scenarios")
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True)
def scenarios(folder: Path, as_json: bool) -> None:
    """Run every scenario of the bundle in FOLDER with invented people; exit 1 when one does not hold, or a
    step or flow is passed by none and has no waiver."""
    process = folder.resolve().name
    try:
        ran = run_scenarios(None, process, bundle(folder))
    except BundleRefused as refused:
        show(refused.findings, as_json)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(as_record(ran), ensure_ascii=False, indent=1, default=str))
    else:
        _say(ran)
    sys.exit(0 if ran.held else 1)


@click.command("rehearse")
@click.argument("folder", type=FOLDER)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 400))
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Who answers what, and when (docs/scenarios.md); without it nobody does anything.",
)
@click.option("--case", "ref", default="", help="A running review of this installation, by its reference.")
@click.option("--here", is_flag=True, help="With this installation's people, not with invented ones.")
@click.option("--json", "as_json", is_flag=True)
def rehearse_bundle(
    folder: Path, days: int, answers: Path | None, ref: str, here: bool, as_json: bool
) -> None:
    """What would happen in the next days with the bundle in FOLDER. Nothing is stored and nothing is sent."""
    process, files = folder.resolve().name, bundle(folder)
    start = RunningCase(ref) if ref else NewCase()
    try:
        plans = read_plans(answers.read_text(encoding="utf-8"), answers.name) if answers else []
        if ref or here:
            with opened() as database, database.read() as session:
                seen = rehearse(session, process, files, start=start, answers=plans, days=days)
        else:
            seen = rehearse(None, process, files, start=start, answers=plans, days=days)
    except BundleRefused as refused:
        show(refused.findings, as_json)
        sys.exit(1)
    except (NotFound, Refused) as fault:
        click.echo(str(fault), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(asdict(seen), ensure_ascii=False, indent=1, default=str))
    else:
        _tell(seen)
    sys.exit(1 if seen.faults else 0)


@click.command("record")
@click.argument("ref")
def record(ref: str) -> None:
    """The case REF as a scenario, without anything personal: put it into the bundle and give it a title."""
    with opened() as database, database.read() as session:
        try:
            click.echo(record_case(session, ref), nl=False)
        except NotFound as fault:
            click.echo(str(fault), err=True)
            sys.exit(1)


def _say(ran: Ran) -> None:
    show(ran.findings, as_json=False)
    for result in ran.results:
        click.echo(f"{'held  ' if result.held else 'FAILED'}  {result.title}")
        show(result.findings, as_json=False)
        for line in result.lines:
            if not line.held:
                click.echo(f"        {result.file}:{line.line} {line.words}. Seen: {line.seen}")
    for kind in ("step", "flow"):
        passed, waived, all_of_them = ran.coverage.counts(kind)
        also = f", {waived} waived" if waived else ""
        click.echo(f"{kind}s: {passed} of {all_of_them} passed{also} ({ran.coverage.percent(kind)} %)")
    for gap in ran.coverage.gaps:
        click.echo(f"No scenario passes {gap.id} ({gap.words}). Write one, or a waiver with a reason.")


def _tell(seen: Rehearsal) -> None:
    day: dt.date | None = None
    for line in seen.entries:
        if local_date(line.at) != day:
            day = local_date(line.at)
            click.echo(f"\n{day:%A} {day.day} {day:%B %Y}")
        click.echo(f"  {line.at.astimezone(ZONE):%H:%M}  {KINDS[line.kind]}: {line.words}{_whose(line)}")
    click.echo(f"\nStill open: {len(seen.still_open)}")
    for line in seen.still_open:
        click.echo(f"  {line.words}{_whose(line)}")
    for fault in seen.faults:
        click.echo(f"Not done: {fault}", err=True)


def _whose(line: Entry) -> str:
    role = ", ".join(filter(None, [line.role, line.agency]))
    return f" ({role})" if role else ""
