"""The command `roundtable`: one group, its commands by subject. Exit 0 all well, 1 findings or refused, 2
wrong use.
"""

from __future__ import annotations

import click

from app.cli.audit import audit
from app.cli.backup import backup, restore
from app.cli.demonstration import demo
from app.cli.health import doctor
from app.cli.identity import identity
from app.cli.languages import calendar, decisions, feel
from app.cli.migrating import migrate
from app.cli.notices import notices
from app.cli.partnership import agencies, settings
from app.cli.process_reports import diff, xes
from app.cli.processes import processes
from app.cli.records import records
from app.cli.rehearsals import record, rehearse_bundle, scenarios
from app.cli.running import db, serve, worker
from app.cli.signing_in import organisation_accounts, tokens
from app.cli.users import users


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Roundtable runs multi-agency learning reviews, from a referral to learning that is shared."""


for command in (diff, migrate, record, rehearse_bundle, scenarios, xes):
    processes.add_command(command)
for command in (
    demo,
    serve,
    worker,
    db,
    doctor,
    backup,
    restore,
    audit,
    users,
    settings,
    agencies,
    tokens,
    organisation_accounts,
    identity,
    notices,
    records,
    processes,
    decisions,
    feel,
    calendar,
):
    main.add_command(command)
