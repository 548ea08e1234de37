"""Opening the database that the settings name, with the services, the keys and the reminders' recipients of
the product.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.config import Config, ConfigRefused
from engine import Clock, Database
from reviews.domain import LEARNING_REVIEWS


def settings(*, demonstration: bool = False) -> Config:
    """The settings from the environment. Ends the command, with every problem, when they are unsafe."""
    try:
        return Config.from_environment(os.environ, demonstration=demonstration)
    except ConfigRefused as refused:
        for problem in refused.problems:
            click.echo(problem, err=True)
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
