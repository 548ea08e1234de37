"""Commands of the worker and of the tables."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import OperationalError

from app.auth.second_factor import seal_factors_again
from app.clamd import scanner_for
from app.cli.opening import open_database, open_for_people, settings
from app.logs import say_in_logs
from app.migrate import Standing, standing, upgrade
from app.post import post_for
from app.worker import look_after_files, run_worker
from engine import StateUnreadable, seal_again, seal_log_again, tick
from reviews.files.store import seal_files_again
from reviews.long_work.results import forget_results
from reviews.long_work.working import do_due


@click.command()
@click.option("--once", is_flag=True, help="One tick, then end.")
def worker(once: bool) -> None:
    """Do what is due: timers, reminders, messages, notices."""
    config = settings()
    say_in_logs(config.log_level)
    database = open_for_people(config)
    if not once:
        run_worker(database, post_for(config), scanner_for(config))
        return
    report = tick(database, post_for(config))
    files, made = look_after_files(database, scanner_for(config)), do_due(database)
    click.echo(
        f"{report.timers} timers, {report.reminders} reminders, {report.messages} messages, "
        f"{report.notices} notices, {files} files, {made} made, {len(report.failed)} failed"
    )
    sys.exit(1 if report.failed else 0)


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to this release."""
    config = settings()
    try:
        if standing(config.database_url) in (Standing.AHEAD, Standing.AWAY):
            click.echo("The tables are those of a newer release already: install it here, too.", err=True)
            sys.exit(1)
    except OperationalError:  # there is no such file yet, or no such server: the upgrade says which
        pass
    upgrade(config.database_url, secret_key=config.secret_key.encode())
    click.echo("The database is up to date.")


@db.command("reseal")
@click.option("--old-secret-key", envvar="ROUNDTABLE_OLD_SECRET_KEY", required=True, help="The one before.")
def db_reseal(old_secret_key: str) -> None:
    """Seal with ROUNDTABLE_SECRET_KEY what the one before sealed. Stop web and worker first."""
    old = old_secret_key.encode()
    try:
        with open_database().write() as session:
            states, drafts = seal_again(session, old)
            files, factors = seal_files_again(session, old), seal_factors_again(session, old)
            entries = seal_log_again(session, old)
            forget_results(session)
    except StateUnreadable:
        click.echo("Not everything was sealed with the old key. Nothing was changed.", err=True)
        sys.exit(1)
    click.echo(
        f"{states} states, {drafts} drafts, {files} files, {factors} second factors and {entries} seals of "
        "the audit log are of the new key."
    )
