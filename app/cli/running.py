"""Commands that run the service: web, worker, database, a look at its health."""

from __future__ import annotations

import json
import logging
import sys

import click
import waitress
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import create_app
from app.cli.opening import open_database, settings
from app.migrate import upgrade
from app.post import post_for
from app.worker import run_worker
from engine import tick


def say_in_logs(level: str) -> None:
    """Plain logs on standard error, one line an event, without texts of cases."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("spiff").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
def serve(host: str, port: int, threads: int) -> None:
    """Answer web requests."""
    config = settings()
    say_in_logs(config.log_level)
    application = create_app(config, open_database(config))
    waitress.serve(application, host=host, port=port, threads=threads, ident=None)


@click.command()
@click.option("--once", is_flag=True, help="One tick, then end.")
def worker(once: bool) -> None:
    """Do what is due: timers, reminders, messages, notices."""
    config = settings()
    say_in_logs(config.log_level)
    database = open_database(config)
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
    config = settings()
    upgrade(config.database_url, secret_key=config.secret_key.encode())
    click.echo("The database is up to date.")


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Say what is missing or unsafe; exit 1 when something is."""
    config = settings()
    checks: dict[str, str] = {"settings": "ok"}
    try:
        with open_database(config).read() as session:
            session.execute(text("select count(*) from process_version")).scalar()
        checks["database"] = "ok"
    except SQLAlchemyError as fault:
        checks["database"] = f"cannot be read ({type(fault).__name__}): run roundtable db upgrade"
    checks["mail"] = (
        "ok"
        if config.smtp_url or config.notify_api_key
        else "not set: ROUNDTABLE_SMTP_URL or ROUNDTABLE_NOTIFY_API_KEY"
    )
    click.echo(
        json.dumps(checks) if as_json else "\n".join(f"{name}: {words}" for name, words in checks.items())
    )
    sys.exit(0 if all(words == "ok" for words in checks.values()) else 1)
