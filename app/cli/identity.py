"""Commands about the keys that seal who a child is: which are in use, and changing them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click
from sqlalchemy.orm import Session

from app.cli.opening import opened
from engine import StateUnreadable
from reviews.rotation import UNNAMED, KeyUse, index_again, keys_in_use
from reviews.rotation import rotate as rotate_keys


@click.group()
def identity() -> None:
    """The keys that seal who a child is."""


@identity.command("keys")
@click.option("--json", "as_json", is_flag=True)
def keys(as_json: bool) -> None:
    """Say which key seals how many values, newest first, and which may be taken away."""
    with opened() as database, database.read() as session:
        found = keys_in_use(session)
    if as_json:
        click.echo(json.dumps([{**asdict(use), "count": use.count} for use in found]))
        return
    for use in found:
        kinds = ", ".join(f"{number} {words}" for words, number in use.values.items())
        click.echo(f"{use.name}: {kinds or 'nothing'}. {_standing(use)}")


@identity.command("rotate")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each batch.")
@click.option("--leave-unreadable", is_flag=True, help="Go on past values whose key is lost.")
def rotate(as_json: bool, leave_unreadable: bool) -> None:
    """Seal everything with the newest key. The service may run on; broken off, it goes on where it stood."""
    last = None
    with opened() as database:
        for last in rotate_keys(database, leave_unreadable=leave_unreadable):
            words = f"{last.done} sealed with {last.key}, {last.left} left"
            click.echo(json.dumps(asdict(last)) if as_json else words)
    assert last is not None
    if last.unreadable and not as_json:
        click.echo("No key that is here opens these:", err=True)
        for each in last.unreadable:
            click.echo(f"  {each}", err=True)
        if not leave_unreadable:
            click.echo("Nothing was changed. Add the missing key, or use --leave-unreadable.", err=True)
    sys.exit(1 if last.left else 0)


@identity.command("reindex")
def reindex() -> None:
    """Give the index by which a child is found again a new key, and make it anew."""
    try:
        with opened() as database:
            number = database.retrying(index_again)
    except StateUnreadable as closed:
        click.echo(f"{closed} Nothing was changed: run roundtable identity rotate to see which.", err=True)
        sys.exit(1)
    click.echo(f"{number} children indexed under a new key.")


def identity_standing(session: Session) -> str:
    """One line for `roundtable doctor`: "ok", or what is still sealed with another key than the newest."""
    found = keys_in_use(session)
    lost = sum(use.count for use in found if not use.here and use.name != UNNAMED)
    if lost:
        return (
            f"{lost} values are sealed with a key that is not here: put it back into ROUNDTABLE_IDENTITY_KEYS"
        )
    left = sum(use.count for use in found if not use.newest)
    return f"{left} values are sealed with an older key: run roundtable identity rotate" if left else "ok"


def _standing(use: KeyUse) -> str:
    if use.newest:
        return "The newest: seals what is new."
    if use.name == UNNAMED:
        return "Sealed before keys had names: run roundtable identity rotate."
    if not use.here:
        return "This key is not here: these values cannot be read."
    return "Still needed: run roundtable identity rotate." if use.count else "May be taken away."
