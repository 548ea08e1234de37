"""`roundtable demo`: everything at once on this machine, with invented reviews; `roundtable demo travel`:
its time moves on.
"""

from __future__ import annotations

import secrets
import sys
import webbrowser
from datetime import datetime
from pathlib import Path
from threading import Timer

import click
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from app import create_app, demonstration
from app.cli.opening import open_database
from app.cli.processes import show
from app.config import Config
from app.logs import say_in_logs
from app.migrate import upgrade
from app.post import ShownPost
from app.serving import serve_until_told
from app.worker import start_worker
from engine import BundleRefused, Database, deployed
from reviews.demonstration import load_demonstration

FOLDER = Path("build")
DATABASE = FOLDER / "demonstration.sqlite"
KEY = FOLDER / "demonstration.key"


@click.group(invoke_without_command=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--database-url", default="", help="Another database than build/demonstration.sqlite.")
@click.option("--fresh", is_flag=True, help="Begin again with today's date.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.pass_context
def demo(context: click.Context, port: int, database_url: str, fresh: bool, no_browser: bool) -> None:
    """Show Roundtable with invented people and reviews, on this machine only."""
    config = _config(database_url, port)
    context.obj = config
    if context.invoked_subcommand:
        return
    say_in_logs("WARNING")
    database = _prepare(config, fresh=fresh)
    worker = start_worker(database, ShownPost())
    address = f"http://127.0.0.1:{port}/"
    click.echo(f"Roundtable is ready: {address}   (Ctrl+C ends it)")
    click.echo('In another window, `roundtable demo travel "10 working days"` lets time pass.')
    if not no_browser and sys.stdout.isatty():
        Timer(1.0, webbrowser.open, [address]).start()
    try:
        serve_until_told(create_app(config, database), host="127.0.0.1", port=port, threads=8)
    finally:
        worker.shutdown(wait=True)
        database.dispose()


@demo.command()
@click.argument("span")
@click.pass_obj
def travel(config: Config, span: str) -> None:
    """Let SPAN pass in the demonstration ("10 working days"): reminders and escalations happen on the way."""
    _refuse_what_may_be_real(config)
    clock = demonstration.DemonstrationClock()
    database = open_database(config, clock=clock)
    clock.bind(database)
    try:
        goal = demonstration.goal_of(database, span)
    except demonstration.TravelRefused as refused:
        raise click.UsageError(str(refused)) from refused
    report = demonstration.travel_to(database, clock, goal, ShownPost(), click.echo)
    now = clock.now()
    click.echo(
        f"It is now {now:%A %-d %B %Y}. {report.timers} time limits reached, "
        f"{report.reminders} reminders, {report.notices} notices."
    )


def _config(database_url: str, port: int) -> Config:
    FOLDER.mkdir(exist_ok=True)
    if not KEY.exists():
        KEY.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        KEY.chmod(0o600)
    key = KEY.read_text(encoding="utf-8").strip()
    return Config(
        secret_key=key,
        database_url=database_url or f"sqlite:///{DATABASE.resolve()}",
        base_url=f"http://127.0.0.1:{port}",
        demonstration=True,
    )


def _prepare(config: Config, *, fresh: bool) -> Database:
    """The demonstration's database, filled when it is new or `fresh`."""
    begun = _refuse_what_may_be_real(config)
    url = make_url(config.database_url)
    if (fresh or begun == "playing") and url.get_backend_name() == "sqlite" and url.database:
        for end in ("", "-wal", "-shm"):
            Path(url.database + end).unlink(missing_ok=True)
    upgrade(config.database_url, secret_key=config.secret_key.encode())
    clock = demonstration.DemonstrationClock()
    database = open_database(config, clock=clock)
    clock.bind(database)
    if demonstration.marked(database) != "ready":
        demonstration.mark(database, "playing")
        _play(config, clock.now())
        demonstration.mark(database, "ready")
    return database


def _refuse_what_may_be_real(config: Config) -> str | None:
    """How far the demonstration has filled the database, if it has begun. Ends the command where the database
    holds something else: the demonstration would be played into it, or it would be deleted."""
    database = open_database(config)
    try:
        begun = demonstration.marked(database)
        with database.read() as session:
            holds_something = bool(deployed(session))
    except DatabaseError:
        return None  # no tables yet
    finally:
        database.dispose()
    if holds_something and begun is None:
        click.echo(
            "This database holds something else than the demonstration. Choose another with --database-url, "
            "or delete it yourself.",
            err=True,
        )
        sys.exit(1)
    return begun


def _play(config: Config, now: datetime) -> None:
    """Fill the database, saying how far it has come. Ends the command where a process has findings."""
    click.echo("Playing eighteen invented reviews from their referral to today: 0%", nl=False)
    said = 0

    def say(part: float) -> None:
        nonlocal said
        if int(part * 10) > said:
            said = int(part * 10)
            click.echo(f" {said * 10}%", nl=False)

    try:
        load_demonstration(config.database_url, secret_key=config.secret_key.encode(), now=now, say=say)
    except BundleRefused as refused:
        click.echo("\nThe processes of this folder cannot be put into use:")
        show(refused.findings, as_json=False)
        sys.exit(1)
    click.echo(" done")
