"""Commands that run the service: web, worker, the tables."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import OperationalError

from app import create_app
from app.auth.second_factor import seal_factors_again
from app.clamd import scanner_for
from app.cli.opening import open_database, open_for_people, settings
from app.config import Config
from app.logs import say_in_logs
from app.migrate import Standing, standing, upgrade
from app.post import post_for
from app.serving import serve_until_told
from app.worker import look_after_files, run_worker
from engine import StateUnreadable, seal_again, seal_log_again, tick
from reviews.files.store import seal_files_again
from reviews.long_work.results import forget_results
from reviews.long_work.working import do_due


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
def serve(host: str, port: int, threads: int) -> None:
    """Answer web requests, until told to stop (SIGTERM): what has begun is answered."""
    config = settings()
    say_in_logs(config.log_level)
    application = create_app(config, open_for_people(config))
    serve_until_told(application, host=host, port=port, threads=threads, **from_outside(config))


def from_outside(config: Config) -> dict[str, object]:
    """How people reach us: https where the proxy ends TLS, so that redirects stay there; and whose word we
    take for the address of a visitor: one proxy's, else nobody's (ASVS 5.0, 4.1.3)."""
    scheme: dict[str, object] = {"url_scheme": urlsplit(config.base_url).scheme}
    if not config.trusted_proxy:
        return scheme
    return scheme | {
        "trusted_proxy": config.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
        "clear_untrusted_proxy_headers": True,
    }


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
