"""`roundtable audit`: is the log whole, and the anchor that is kept outside."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.opening import opened, settings
from app.config import Config
from engine import Actor, Database, LogVerdict, record, verify_export, verify_log, write_anchor

CHECKER = Actor.system("audit_check")


@click.group()
def audit() -> None:
    """The audit log: check that it is whole, hold its end outside."""


@audit.command("anchor")
@click.option("--json", "as_json", is_flag=True)
def anchor(as_json: bool) -> None:
    """Write an anchor over every case and print its digest: keep it where nobody of this service can write.

    `roundtable audit verify --anchor DIGEST` proves later that nothing before it was cut or rewritten.
    """
    with opened() as database:
        made = database.retrying(
            lambda session: write_anchor(session, database.audit_key, database.clock.now())
        )
    facts = {"number": made.number, "at": made.at.isoformat(), "digest": made.digest}
    click.echo(
        json.dumps(facts) if as_json else f"{made.digest}  anchor {made.number}, {made.at:%Y-%m-%d %H:%M} UTC"
    )


@audit.command("verify")
@click.option("--review", "ref", metavar="REF", help="Only this review (and every anchor).")
@click.option(
    "--anchor", "anchors", multiple=True, metavar="DIGEST|FILE", help="Kept outside; may be repeated."
)
@click.option(
    "--file",
    "export",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An export of the log (JSON lines) instead of the database: needs no key and no settings.",
)
@click.option("--json", "as_json", is_flag=True)
def verify(ref: str | None, anchors: tuple[str, ...], export: Path | None, as_json: bool) -> None:
    """Say whether the log is whole; exit 1 with what happened to which entry of which case."""
    if export is not None and ref:
        raise click.UsageError("--review goes with the database, not with --file.")
    kept = [digest for each in anchors for digest in _digests(each)]
    if export is not None:
        with export.open(encoding="utf-8", errors="replace") as lines:
            verdict = verify_export(lines, anchors=kept)
    else:
        verdict = _of_database(ref, kept)
    _say(verdict, as_json)
    sys.exit(1 if verdict.findings else 0)


def _of_database(ref: str | None, kept: list[str]) -> LogVerdict:
    config = settings()
    with opened(config) as database:
        return _verified(config, database, ref, kept)


def _verified(config: Config, database: Database, ref: str | None, kept: list[str]) -> LogVerdict:
    snapshot = {} if database.url.get_backend_name() == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with database.read() as session:
        connection = session.connection(execution_options=snapshot)
        verdict = verify_log(connection, config.secret_key.encode(), case=ref, anchors=kept)
    details = {"entries": verdict.entries, "cases": verdict.cases, "findings": len(verdict.findings)}
    if ref is None:  # the page of the log says when the whole was last checked
        with database.write() as session:
            record(session, kind="log.verified", business_key="audit", actor=CHECKER, details=details)
    return verdict


def _digests(given: str) -> Iterable[str]:
    """A digest, or the first word of each line of a file."""
    path = Path(given)
    if len(given) == 64 and set(given) <= set("0123456789abcdef"):
        return [given]
    if not path.is_file():
        raise click.BadParameter(f"{given} is neither a digest nor a file.", param_hint="--anchor")
    words = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [each[0] for each in words if each]


def _say(verdict: LogVerdict, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps({"whole": not verdict.findings, **asdict(verdict)}, ensure_ascii=False, indent=1)
        )
        return
    for found in verdict.findings:
        click.echo(f"[{found.what}] {found.sentence}")
    read = f"{verdict.entries} entries of {verdict.cases} cases and {verdict.anchors} anchors were read"
    click.echo(
        f"{read}: {'they are whole.' if not verdict.findings else f'{len(verdict.findings)} findings.'}"
    )
