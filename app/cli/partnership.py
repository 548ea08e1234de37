"""`roundtable settings` and `roundtable agencies`: the partnership's own things from the machine, for a first
installation. In somebody's name, with their permission, in the same history as the pages.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.cli.opening import opened
from engine import NotFound, Refused, house, local_date
from reviews.agencies import SECTORS, AgencyFacts, add_agency, all_agencies
from reviews.changing_settings import all_settings, change_setting
from reviews.models import Person
from reviews.permissions import Viewer, viewer_for

BY = click.option("--by", required=True, help="Who does it: an id or an e-mail address.")
REASON = click.option("--reason", required=True, help="Why, for the history.")
JSON = click.option("--json", "as_json", is_flag=True)


@click.group()
def settings() -> None:
    """Settings of the partnership; the pages “Office”, “Partnership” have them, too."""


@settings.command("show")
@JSON
def show(as_json: bool) -> None:
    """Every setting: its name, value and default."""
    with opened() as database, database.read() as session:
        rows: list[dict[str, Any]] = [
            {
                "name": row.name,
                "title": row.known.title,
                "value": row.value,
                "default": row.known.default,
                "kind": row.known.kind,
                "changed_at": row.changed.changed_at.isoformat() if row.changed else None,
                "changed_by": row.changed.changed_by if row.changed else None,
                "reason": row.changed.reason if row.changed else None,
            }
            for row in all_settings(session)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for each in rows:
        value = str(each["value"]).replace("\n", " / ")
        mark = "" if each["value"] == each["default"] else " *"
        click.echo(f"{each['name']:20}{value[:80]}{mark}")
    click.echo("* is not the default", err=True)


@settings.command("set")
@click.argument("name")
@click.argument("value")
@BY
@REASON
def set_value(name: str, value: str, by: str, reason: str) -> None:
    """Give the setting NAME the VALUE."""
    with opened() as database, _refused_in_words(), database.write() as session:
        change_setting(session, _viewer(session, by), name, value, reason=reason)
    click.echo(f"{name} is set.")


@click.group()
def agencies() -> None:
    """Agencies of the partnership."""


@agencies.command("add")
@click.argument("name")
@click.option("--sector", required=True, type=click.Choice(list(SECTORS)))
@click.option("--statutory-partner", is_flag=True, help="It is one of the statutory safeguarding partners.")
@click.option("--reason", default="First set-up", help="Why, for the history.")
@BY
def add(name: str, sector: str, statutory_partner: bool, reason: str, by: str) -> None:
    """Add the agency NAME, and print its id."""
    with opened() as database, _refused_in_words(), database.write() as session:
        facts = AgencyFacts(name, sector, statutory_partner)
        row = add_agency(session, _viewer(session, by), facts, reason=reason)
        said = f"{row.id}  {row.name} is added."
    click.echo(said)


@agencies.command("list")
@JSON
def list_agencies(as_json: bool) -> None:
    """Every agency, those in use first."""
    with opened() as database, database.read() as session:
        rows = [
            {
                "id": row.id,
                "name": row.name,
                "sector": row.sector,
                "statutory_partner": row.statutory_partner,
                "active": row.active,
            }
            for row in all_agencies(session)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for each in rows:
        click.echo(f"{each['id']:14}{each['name']}{'' if each['active'] else ' (out of use)'}")


def _viewer(session: Session, named: str) -> Viewer:
    query = select(Person.id).where(or_(Person.id == named, func.lower(Person.email) == named.lower()))
    person = session.scalar(query.limit(1))
    if person is None:
        raise Refused("There is no such person.")
    return viewer_for(session, person, local_date(house(session).clock.now()))


@contextmanager
def _refused_in_words() -> Iterator[None]:
    """A rule that says no ends the command with its sentence."""
    try:
        yield
    except (Refused, NotFound) as no:
        click.echo(str(no), err=True)
        sys.exit(1)
