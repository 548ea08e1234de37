"""What a rehearsal is given of the real database: the people and lists of the office, and one running case.

Decided table by table (`reviews.record_types`). Never copied: who a child is, files, drafts, anything sealed,
anything to sign in with. E-mail addresses are replaced, so that nothing could be sent even by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import LargeBinary, Table, insert, select, text
from sqlalchemy.orm import Session

from engine.models import ProcessInstance
from engine.rehearsal import RESEALED, copy_newest, copy_versions, resealed_state
from reviews.case_rows import Case, case_of, of_case, table_named
from reviews.record_types import AUDIT, TABLES

OFFICE_COPIED = frozenset(
    {
        "working_calendar",
        "calendar_day",
        "setting",
        "option_entry",
        "reference_counter",
        "policy_document",
        "other_learning",
        "agency",
        "body",
        "body_meeting",
        "term",
        "school_holiday",
        "learning_event",
        "board_report",
        "person",
        "person_role",
        "absence",
        "cover",
        "leaving",
        "retention_rule",
    }
)
# Versions are chosen one by one; the rest is of sign-in, of the log's proof, or history that nothing reads.
OFFICE_LEFT = frozenset(
    {
        "process_version",
        "process_change",
        "change_file",
        "change_revision",
        "migration",
        "schedule",
        "setting_change",
        "retention_change",
        "calendar_address",
        "search_text",
        "scenario_run",
        "agenda_item",
        "theme_alert",
        "event_answer",
        "document_template",
        "audit_anchor",
        "child_index_key",
        "sign_in_session",
        "local_account",
        "recovery_code",
        "one_time_link",
        "linked_identity",
        "used_nonce",
        "api_token",
        "sign_in_attempt",
    }
)
CASE_LEFT = frozenset(
    {
        "child_identity",
        "child_index",
        "identity_change",
        "file",
        "file_piece",
        "long_work",
        "long_work_piece",
        "draft",
        "part_text",
        "idempotency",
        "decision_made",
        "feedback_ask",
        "feedback_answer",
        "migration_case",
    }
)
Row = dict[str, Any]


def copy_office(real: Session, rehearsal: Session) -> None:
    """The people, agencies, bodies, calendars, settings and lists, and the newest version of each process."""
    _later(rehearsal)
    for name in sorted(OFFICE_COPIED):
        rows = [dict(row) for row in real.execute(select(table_named(name))).mappings()]
        _put(rehearsal, name, map(_without_address, rows) if name == "person" else rows)
    copy_newest(real, rehearsal)


def copy_case(real: Session, rehearsal: Session, ref: str) -> Case:
    """One running case with its work, as it stands; what is known of the child stays where it is.

    `rehearsal` holds the office already. Raises StateUnreadable where a state cannot be opened.
    """
    case = case_of(real, ref)
    running = select(ProcessInstance.version_id).where(ProcessInstance.business_key.in_(case.keys))
    _later(rehearsal)
    copy_versions(real, rehearsal, set(real.scalars(running)))
    for name in sorted(_of_cases()):
        table = table_named(name)
        rows = [dict(row) for row in real.execute(select(table).where(of_case(name, case))).mappings()]
        if name == ProcessInstance.__tablename__:
            _put(rehearsal, name, [{**row, RESEALED: resealed_state(real, rehearsal, row)} for row in rows])
        else:
            _put(rehearsal, name, [_unsealed(row, table) for row in rows])
    return case


def _of_cases() -> frozenset[str]:
    """The tables whose rows belong to a case, but for the log and what is left."""
    return frozenset(
        name for name, table in TABLES.items() if table.by and table.kind != AUDIT and name not in CASE_LEFT
    )


def _later(rehearsal: Session) -> None:
    """Ask only at the end whether every row that is named is there: rows name one another."""
    rehearsal.execute(text("PRAGMA defer_foreign_keys=ON"))


def _without_address(row: Row) -> Row:
    return {**row, "email": f"{row['id']}@rehearsal.invalid"}


def _put(rehearsal: Session, name: str, rows: Iterable[Row]) -> None:
    told = list(rows)
    if told:
        rehearsal.execute(insert(table_named(name)), told)


def _unsealed(row: Row, table: Table) -> Row:
    """A row without what is sealed in it: keys of the real database open nothing here."""
    return {
        name: None if isinstance(table.c[name].type, LargeBinary) else value for name, value in row.items()
    }
