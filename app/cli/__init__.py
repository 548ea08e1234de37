"""The command `roundtable`: one group, its commands by subject. Exit 0 all well, 1 findings or refused, 2
wrong use.

The module of a command is read when the command is asked for: a web process needs neither the tools that
change tables nor those that make backups.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import OperationalError

COMMANDS = {
    "agencies": "partnership",
    "audit": "audit",
    "backup": "backup",
    "calendar": "languages",
    "db": "running",
    "decisions": "languages",
    "demo": "demonstration",
    "doctor": "health",
    "feel": "languages",
    "identity": "identity",
    "notices": "notices",
    "organisation-accounts": "signing_in",
    "processes": "processes",
    "records": "records",
    "restore": "backup",
    "serve": "web",
    "settings": "partnership",
    "tokens": "signing_in",
    "users": "users",
    "worker": "running",
}
OF_PROCESSES = (
    ("migrating", "migrate"),
    ("process_reports", "diff"),
    ("process_reports", "xes"),
    ("rehearsals", "record"),
    ("rehearsals", "rehearse_bundle"),
    ("rehearsals", "scenarios"),
)


class Roundtable(click.Group):
    """Every command, found in its module when somebody asks for it. A database that is away ends it with the
    driver's own words, not with a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        found = _command(COMMANDS[cmd_name], cmd_name)
        if cmd_name == "processes" and isinstance(found, click.Group):
            for each in OF_PROCESSES:
                found.add_command(_command(*each))
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except OperationalError as fault:
            [why, *_] = str(fault.orig).splitlines() or [type(fault.orig).__name__]
            click.echo(f"The database cannot be used: {why}", err=True)
            ctx.exit(1)


@click.command(cls=Roundtable, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Roundtable runs multi-agency learning reviews, from a referral to learning that is shared."""


def _command(module: str, name: str) -> click.Command:
    with _without_collecting():
        found = getattr(import_module(f"app.cli.{module}"), name.replace("-", "_"))
    assert isinstance(found, click.Command)
    return found


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Read modules with the collector of cycles at rest: it would go again and again through what is there
    to stay, a fifth of the start, and find next to nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
