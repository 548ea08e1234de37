"""Commands about notices, for the scripts of a mail server."""

from __future__ import annotations

import sys

import click

from app.cli.opening import open_database
from app.letters import key_of
from engine import Actor, NotFound, came_back

MAIL_SERVER = Actor.system("mail_server")


@click.group()
def notices() -> None:
    """Notices that were sent."""


@notices.command("bounced")
@click.argument("key")
def bounced(key: str) -> None:
    """Say that a notice came back: KEY is its key in the outbox, or the Message-ID of the letter.

    It becomes a task for business support, once however often it is said.
    """
    try:
        with open_database().write() as session:
            new = came_back(session, key_of(key), by=MAIL_SERVER)
    except NotFound as unknown:
        click.echo(str(unknown), err=True)
        sys.exit(1)
    click.echo("Business support has been asked to look into it." if new else "That was known already.")
