"""Commands that run the service: web, worker, the tables."""

from __future__ import annotations

import sys

import click
import waitress

from app import create_app
from app.cli.opening import open_for_people, settings
from app.logs import say_in_logs
from app.migrate import upgrade
from app.post import post_for
from app.worker import run_worker
from engine import tick


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
def serve(host: str, port: int, threads: int) -> None:
    """Answer web requests."""
    config = settings()
    say_in_logs(config.log_level)
    application = create_app(config, open_for_people(config))
    waitress.serve(application, host=host, port=port, threads=threads, ident=None)


@click.command()
@click.option("--once", is_flag=True, help="One tick, then end.")
def worker(once: bool) -> None:
    """Do what is due: timers, reminders, messages, notices."""
    config = settings()
    say_in_logs(config.log_level)
    database = open_for_people(config)
    if not once:
        run_worker(database, post_for(config))
        return
    report = tick(database, post_for(config))
    click.echo(
        f"{report.timers} timers, {report.reminders} reminders, {report.messages} messages, "
        f"{report.notices} notices, {len(report.failed)} failed"
    )
    sys.exit(1 if report.failed else 0)


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to this release."""
    upgrade(settings().database_url)
    click.echo("The database is up to date.")
