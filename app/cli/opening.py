"""Opening the database that the settings name, with the services, the keys and the reminders' recipients of
the product.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from app.config import Config, ConfigRefused
from app.demonstration import marked
from app.migrate import Standing, standing
from engine import Clock, Database
from reviews.domain import LEARNING_REVIEWS

UNFIT = {
    Standing.BEHIND: "The tables are older than this release: run roundtable db upgrade.",
    Standing.AWAY: "A newer release has changed the tables, and this one cannot work with them: install it.",
}


def settings(*, demonstration: bool = False) -> Config:
    """The settings from the environment. Ends the command, with every problem, when they are unsafe."""
    try:
        return Config.from_environment(os.environ, demonstration=demonstration)
    except ConfigRefused as refused:
        for problem in refused.problems:
            click.echo(problem, err=True)
        sys.exit(1)


def open_for_people(config: Config) -> Database:
    """The database to serve to real people. Ends the command where its tables are not those of this release
    or of a newer one that allows it, and where it holds the demonstration's people, whom nobody may sign in
    as."""
    database = open_database(config)
    stands = standing(config.database_url)
    if stands in UNFIT:
        _end(UNFIT[stands])
    if marked(database) is not None:
        _end("This database holds the demonstration. Set ROUNDTABLE_DATABASE_URL to another.")
    return database


def _end(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(1)


def open_database(config: Config | None = None, *, clock: Clock | None = None) -> Database:
    """The product's database for these settings (from the environment when none are given)."""
    config = config or settings()
    return Database(
        config.database_url,
        clock=clock,
        domain=LEARNING_REVIEWS,
        secret_key=config.secret_key.encode(),
        identity_keys=[key.encode() for key in config.identity_keys],
    )


@contextmanager
def opened(config: Config | None = None) -> Iterator[Database]:
    """The same for one command: its connections are closed at its end."""
    database = open_database(config)
    try:
        yield database
    finally:
        database.dispose()
