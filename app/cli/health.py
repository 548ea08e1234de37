"""`roundtable doctor`: what is missing, unsafe or behind, each with what to do. Changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.auth.provider import SignInRefused, discovery
from app.clamd import scanner_for
from app.cli.identity import identity_standing
from app.cli.opening import UNFIT, open_database
from app.config import Config, ConfigRefused
from app.demonstration import marked
from app.migrate import Standing, standing
from engine import (
    Database,
    broken_invariants,
    deployed,
    local_date,
    now,
    stuck_instances,
    verify_log,
    waiting_since,
    working_calendar,
)
from engine.calendars import CalendarEnds
from reviews.files.scanning import ScannerAway
from reviews.shipped import CHASING, shipped_processes
from reviews.undelivered import unsettled

WELL = "ok"
BEHIND = timedelta(minutes=5)
ROOM = 1024**3  # bytes free beside an embedded database: less than a gigabyte is worth a word
PUT_INTO_USE = (
    "Run roundtable processes propose --shipped; once approved, roundtable processes deploy --shipped."
)
AHEAD = timedelta(days=365)


@dataclass(frozen=True)
class Found:
    """One thing that was looked at: its name, "ok" or what is wrong, and what to do about it."""

    name: str
    words: str
    what_to_do: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing is to be done."""
        return self.words == WELL


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--deep", is_flag=True, help="Also open every case, and verify the whole audit log: it takes a while."
)
def doctor(as_json: bool, deep: bool) -> None:
    """Say what is missing, unsafe or behind; exit 1 when something is."""
    found = list(_look(deep=deep))
    if as_json:
        click.echo(json.dumps({each.name: asdict(each) for each in found}))
    else:
        for each in found:
            click.echo(f"{each.name}: {each.words}" + (f". {each.what_to_do}" if each.what_to_do else ""))
    sys.exit(0 if all(each.well for each in found) else 1)


def _look(*, deep: bool) -> Iterator[Found]:
    try:
        config = Config.from_environment(os.environ)
    except ConfigRefused as refused:
        for number, problem in enumerate(refused.problems, start=1):
            yield Found(f"setting {number}", "unsafe or missing", problem)
        return
    yield Found("settings", WELL)
    yield _mail(config)
    yield _proxy(config)
    if config.organisation_sign_in:
        yield _provider(config)
    yield _scanner(config)
    yield from _room(config)
    database = open_database(config)
    try:
        yield from _database(config, database, deep=deep)
    except SQLAlchemyError as fault:
        yield Found("database", f"cannot be read ({type(fault).__name__})", "Check ROUNDTABLE_DATABASE_URL.")
    finally:
        database.dispose()


def _mail(config: Config) -> Found:
    if config.smtp_url or config.notify_api_key:
        return Found("mail", WELL)
    return Found("mail", "not set", "Set ROUNDTABLE_SMTP_URL or ROUNDTABLE_NOTIFY_API_KEY.")


def _proxy(config: Config) -> Found:
    if config.trusted_proxy:
        return Found("proxy", WELL)
    return Found("proxy", "not set", "Set ROUNDTABLE_TRUSTED_PROXY to the address of the proxy before us.")


def _provider(config: Config) -> Found:
    """Whether the provider of organisation accounts answers, and is who it should be."""
    try:
        discovery(config)
    except SignInRefused as no:
        return Found("organisation sign-in", f"cannot be used ({no.why})", "Check ROUNDTABLE_OIDC_ISSUER.")
    return Found("organisation sign-in", WELL)


def _scanner(config: Config) -> Found:
    """That there is no scanner is a choice: it is said, and is nothing to be done. That it is away is not."""
    scanner = scanner_for(config)
    if scanner is None:
        return Found("virus check", WELL, "There is none: documents are kept unchecked, and each says so.")
    try:
        scanner.ready()
    except ScannerAway as away:
        return Found("virus check", f"away: {away}", "Until it is back, new files wait and open to nobody.")
    return Found("virus check", WELL)


def _room(config: Config) -> Iterator[Found]:
    url = make_url(config.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    folder = Path(url.database).resolve().parent
    if not folder.exists():
        yield Found("disk", f"there is no folder {folder}", "Make it, or change ROUNDTABLE_DATABASE_URL.")
        return
    free = shutil.disk_usage(folder).free
    words = WELL if free > ROOM else f"{free // 1024**2} MB free beside the database"
    yield Found("disk", words, "" if words == WELL else "Make room before it is full.")


def _database(config: Config, database: Database, *, deep: bool) -> Iterator[Found]:
    stands = standing(config.database_url)
    if stands in UNFIT:
        yield Found("tables", "not those of this release", UNFIT[stands])
        return
    ahead = "They are those of a newer release already: install it here, too."
    yield Found("tables", WELL, ahead if stands is Standing.AHEAD else "")
    if marked(database):
        yield Found("people", "the demonstration's", "Use another database for real people.")
    with database.read() as session:
        for name, look in _LOOKS.items():
            words, what_to_do = look(session)
            yield Found(name, words or WELL, what_to_do if words else "")
    if deep:
        yield from _deep(config, database)


def _deep(config: Config, database: Database) -> Iterator[Found]:
    """What holds of the stored facts after every transaction, case by case; and the audit log, whole."""
    with database.read() as session:
        broken = broken_invariants(session)
        verdict = verify_log(session.connection(), config.secret_key.encode())
    yield Found(
        "every case",
        "; ".join([f"{len(broken)} facts do not agree", *broken[:10]]) if broken else WELL,
        "Stop web and worker, keep a copy, and compare with the newest backup." if broken else "",
    )
    number = len(verdict.findings)
    yield Found(
        "audit log",
        f"{number} findings" if number else WELL,
        "Run roundtable audit verify." if number else "",
    )


def _processes(session: Session) -> tuple[str, str]:
    wanted = {CHASING, *shipped_processes()}
    lacking = sorted(wanted - {version.process for version in deployed(session)})
    return (f"not in use: {', '.join(lacking)}" if lacking else "", PUT_INTO_USE)


def _worker(session: Session) -> tuple[str, str]:
    since = waiting_since(session)
    behind = since is not None and now(session) - since > BEHIND
    words = f"something is due since {since:%-d %B %Y at %H:%M} UTC" if since and behind else ""
    return words, "See that `roundtable worker` runs, and what it logs."


def _stuck(session: Session) -> tuple[str, str]:
    number = len(stuck_instances(session))
    return (f"{number} cannot go on" if number else "", "See the page “Stuck cases”.")


def _identity(session: Session) -> tuple[str, str]:
    words = identity_standing(session)
    return ("" if words == WELL else words, "See “Keys” in docs/guides/running.md.")


def _notices(session: Session) -> tuple[str, str]:
    number = unsettled(session)
    return (f"{number} could not be delivered" if number else "", "See the page “Notices”.")


def _calendar(session: Session) -> tuple[str, str]:
    year_ahead = local_date(now(session) + AHEAD)
    try:
        working_calendar(session).is_working_day(year_ahead)
    except CalendarEnds:
        return f"does not reach {year_ahead:%B %Y}", "Update to a newer release, or add the bank holidays."
    return "", ""


_LOOKS: dict[str, Callable[[Session], tuple[str, str]]] = {
    "processes": _processes,
    "worker": _worker,
    "cases": _stuck,
    "notices": _notices,
    "identity": _identity,
    "calendar": _calendar,
}
