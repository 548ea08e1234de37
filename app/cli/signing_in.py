"""Commands about sign-in: tokens for programs, and the organisation accounts that people are known by."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click

from app.auth.linked import linked, unlink
from app.auth.models import ApiToken
from app.auth.tokens import MOST_DAYS, SCOPES, USUAL_DAYS, Tokens, person_named
from app.cli.opening import open_database
from engine import Actor, NotFound, Refused
from engine.clock import SystemClock

BY = Actor.system("command_line")


@click.group()
def tokens() -> None:
    """Tokens with which programs act in a person's name."""


@tokens.command("add")
@click.argument("user")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), help="Again for each.")
@click.option("--days", default=USUAL_DAYS, show_default=True, type=click.IntRange(1, MOST_DAYS))
def add(user: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token for USER, an id or an e-mail address, and print it: it is not shown again.

    Without --scope it allows all that the person may do. Name the scopes, and it allows those only.
    """
    with _said(), _tokens() as held, held.database.write() as session:
        person = person_named(session, user)
        row, secret = held.make(session, person, name=name, scopes=scopes or SCOPES, days=days, by=BY)
        until = row.expires_at.date().isoformat()
    click.echo(secret)
    click.echo(f"It acts for {person} until {until}. Keep it now: it is not shown again.", err=True)


@tokens.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_tokens(as_json: bool) -> None:
    """Every token; not what it is."""
    with _tokens() as held, held.database.read() as session:
        found = [_facts(row, held.is_live(row)) for row in held.of(session)]
    _print(found, as_json, ("id", "person", "works", "expires_at", "name"))


@tokens.command("end")
@click.argument("token_id", type=click.UUID)
def end(token_id: UUID) -> None:
    """End a token now. Its id is in the list."""
    with _said(), _tokens() as held, held.database.write() as session:
        held.end(session, token_id, by=BY)
    click.echo("It no longer works.")


@click.group("organisation-accounts")
def organisation_accounts() -> None:
    """Accounts at the organisation's provider, and who they are here."""


@organisation_accounts.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_accounts(as_json: bool) -> None:
    """Every account that is linked to a person."""
    with _tokens() as held, held.database.read() as session:
        found: list[dict[str, object]] = [
            {
                "id": str(row.id),
                "person": row.person,
                "issuer": row.issuer,
                "subject": row.subject,
                "linked_at": row.linked_at.isoformat(),
                "used_at": row.used_at.isoformat(),
            }
            for row in linked(session)
        ]
    _print(found, as_json, ("id", "person", "issuer", "subject"))


@organisation_accounts.command("end")
@click.argument("link_id", type=click.UUID)
def end_link(link_id: UUID) -> None:
    """Forget a link, so that its person can be linked to a new account at their next sign-in."""
    with _said(), _tokens() as held, held.database.write() as session:
        unlink(session, link_id, BY)
    click.echo("It is forgotten. The next sign-in with a checked address links anew.")


@contextmanager
def _tokens() -> Iterator[Tokens]:
    """The tokens of the database that the settings name, and the database itself, closed afterwards."""
    database = open_database()
    try:
        yield Tokens(database, SystemClock())
    finally:
        database.dispose()


@contextmanager
def _said() -> Iterator[None]:
    """Say what was refused, and end with 1."""
    try:
        yield
    except (NotFound, Refused) as no:
        click.echo(str(no), err=True)
        sys.exit(1)


def _facts(row: ApiToken, live: bool) -> dict[str, object]:
    return {
        "id": str(row.id),
        "person": row.person,
        "name": row.name,
        "scopes": row.scopes.split(),
        "works": live,
        "made_at": row.made_at.isoformat(),
        "made_by": row.made_by,
        "expires_at": row.expires_at.isoformat(),
        "used_at": row.used_at.isoformat() if row.used_at else None,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }


def _print(found: list[dict[str, object]], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        click.echo(json.dumps(found))
        return
    for each in found:
        click.echo("  ".join(str(each[column]) for column in columns))
