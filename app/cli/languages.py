"""Commands that ask the small languages: a FEEL expression, a decision table, the calendar."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from engine.calendars import CalendarEnds, calendar_of
from engine.clock import ZONE, SystemClock
from engine.decisions import DecisionError, load
from engine.feel import FeelError, evaluate, to_json

REGIONS = ("england-and-wales", "scotland", "northern-ireland")


def _json(_context: click.Context, _parameter: click.Parameter, value: str) -> Any:
    try:
        found = json.loads(value)
    except ValueError as fault:
        raise click.BadParameter(f"this is not JSON: {fault}") from fault
    if not isinstance(found, dict):
        raise click.BadParameter('give an object, such as {"days": 3}')
    return found


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)


def _local_now() -> datetime:
    return SystemClock().now().astimezone(ZONE)


@click.group()
def feel() -> None:
    """Evaluate FEEL, the language of conditions and tables."""


@feel.command("evaluate")
@click.argument("expression")
@click.option("--context", default="{}", callback=_json, help="The variables, as a JSON object.")
def feel_evaluate(expression: str, context: dict[str, Any]) -> None:
    """Print the value of EXPRESSION ("-" reads it from standard input) as JSON."""
    text = sys.stdin.read() if expression == "-" else expression
    try:
        value = to_json(evaluate(text, context, now=_local_now()))
    except FeelError as fault:
        _refuse(str(fault))
    else:
        click.echo(json.dumps(value, ensure_ascii=False))


@click.group()
def decisions() -> None:
    """Evaluate decision tables."""


@decisions.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", required=True, help="The decision's name or id.")
@click.option("--input", "inputs", default="{}", callback=_json, help="The inputs by name, as a JSON object.")
def decisions_evaluate(file: Path, decision: str, inputs: dict[str, Any]) -> None:
    """Print the outcome of a decision in FILE as JSON (null where DMN says null)."""
    try:
        value = to_json(load(file.read_bytes(), file.name).evaluate(decision, inputs, now=_local_now()))
    except (DecisionError, FeelError) as fault:
        _refuse(str(fault))
    else:
        click.echo(json.dumps(value, ensure_ascii=False))


@click.group()
def calendar() -> None:
    """Count working days."""


@calendar.command("add")
@click.argument("days", type=int)
@click.option("--from", "start", required=True, metavar="DATE", help="The day to count from, as 2026-05-04.")
@click.option("--region", type=click.Choice(REGIONS), default="england-and-wales", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the parts of the sum as JSON.")
def calendar_add(days: int, start: str, region: str, as_json: bool) -> None:
    """Print the date DAYS working days from a day, and the sum that explains it."""
    try:
        begin = date.fromisoformat(start)
    except ValueError as fault:
        raise click.BadParameter("write the date as 2026-05-04", param_hint="--from") from fault
    try:
        found = calendar_of(region).add(begin, days)
    except CalendarEnds as fault:
        _refuse(str(fault))
        return
    if as_json:
        holidays = [{"date": day.isoformat(), "name": name} for day, name in found.holidays]
        facts = {"date": found.date.isoformat(), "weekends": found.weekends, "holidays": holidays}
        click.echo(json.dumps({**facts, "sum": found.sentence()}, ensure_ascii=False))
        return
    click.echo(f"{found.date.isoformat()}  {found.sentence()}")
