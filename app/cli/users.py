"""`roundtable users`: who may sign in, from the machine the service runs on. So the first administrator gets
in, and somebody is switched off at once. No password is ever chosen or seen here.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.auth.accounts import make_link, standings
from app.auth.links import place_of
from app.auth.sessions import Sessions
from app.auth.tokens import Tokens
from app.cli.opening import opened, settings
from app.config import Config
from engine import Actor, Refused, SystemClock, local_date
from reviews.adding_people import new_person, switch_off, switch_on
from reviews.models import Person
from reviews.permissions import viewer_for
from reviews.roles import ROLES

CONSOLE = Actor.system("console")


@click.group()
def users() -> None:
    """People who may sign in."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Their name, as others see it.")
@click.option("--role", required=True, type=click.Choice(sorted(ROLES)), help="Their first role.")
@click.option("--agency", default=None, help="The id of their agency; needed for a role of an agency.")
def add(email: str, name: str, role: str, agency: str | None) -> None:
    """Add the person of EMAIL, and print the link with which they set a password.

    The first administrator of an empty installation, too: --role system_admin.
    """
    config = settings()
    try:
        with opened(config) as database, database.write() as session:
            row = new_person(session, CONSOLE, name=name, email=email, role=role, agency=agency)
            address = _new_link(session, config, row.id, anew=True)
    except Refused as no:
        _refuse(no)
    click.echo(f"{row.id}  {row.name} is added.\n{address}")
    click.echo("The link works once, within 24 hours. Give it to nobody else.", err=True)


@users.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_users(as_json: bool) -> None:
    """Everybody, with their roles today and whether they can sign in."""
    with opened(settings()) as database, database.read() as session:
        people = session.scalars(select(Person).order_by(Person.name, Person.id)).all()
        known = standings(session, [row.id for row in people])
        today = local_date(database.clock.now())
        rows: list[dict[str, Any]] = [
            {
                "id": row.id,
                "name": row.name,
                "email": row.email,
                "agency": row.agency,
                "roles": sorted(viewer_for(session, row.id, today).mine.roles),
                "active": row.active,
                "account": known[row.id].state,
                "second_factor": known[row.id].factor,
            }
            for row in people
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for each in rows:
        standing = each["account"] if each["active"] else "switched off"
        click.echo(f"{each['id']:16} {standing:14} {each['email']:32} {', '.join(each['roles'])}")


@users.command("disable")
@click.argument("person")
def disable(person: str) -> None:
    """Switch PERSON (an id or an e-mail address) off; their sessions and tokens end at once."""
    config = settings()
    try:
        with opened(config) as database, database.write() as session:
            sessions = Sessions(database, SystemClock(), config.session_idle, config.session_longest)
            row = _person(session, person)
            switch_off(session, row, CONSOLE)
            sessions.end_all(session, row.id)
            Tokens(database, SystemClock()).end_all(session, row.id, by=CONSOLE)
    except Refused as no:
        _refuse(no)
    click.echo(f"{row.name} is switched off. Hand over what they hold on the page “People”.")


@users.command("enable")
@click.argument("person")
def enable(person: str) -> None:
    """Let PERSON in again who was switched off."""
    try:
        with opened(settings()) as database, database.write() as session:
            row = _person(session, person)
            switch_on(session, row, CONSOLE)
    except Refused as no:
        _refuse(no)
    click.echo(f"{row.name} can sign in again.")


@users.command("link")
@click.argument("person")
@click.option("--lost-phone", is_flag=True, help="Their authenticator app is set up anew, too.")
def link(person: str, lost_phone: bool) -> None:
    """Print a new one-time link for PERSON to set a password. Links of before end."""
    config = settings()
    try:
        with opened(config) as database, database.write() as session:
            address = _new_link(session, config, _person(session, person).id, anew=lost_phone)
    except Refused as no:
        _refuse(no)
    click.echo(address)


def _new_link(session: Session, config: Config, person: str, *, anew: bool) -> str:
    made = make_link(session, person, anew=anew, by=CONSOLE, now=SystemClock().now())
    return f"{config.base_url}/{place_of(session, made)}"


def _person(session: Session, named: str) -> Person:
    query = select(Person).where(or_(Person.id == named, func.lower(Person.email) == named.lower()))
    found = session.scalars(query.limit(1)).first()
    if found is None:
        raise Refused("There is no such person.")
    return found


def _refuse(no: Refused) -> None:
    click.echo(str(no), err=True)
    sys.exit(1)
