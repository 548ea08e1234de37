"""A whole case, to print or to hand over: every row of it, in the order in which people read it.

Sealed notes are never in it; who the child is only where that is asked for with its own reason. What is left
out is named in `LEFT_OUT`, and a test compares both with the classes of all tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from reviews.acting import asked_on, disclose, now_of
from reviews.case_rows import Case, case_of, of_case, table_named
from reviews.commands import show_identity
from reviews.files.reading import files_of
from reviews.identity import read_identity
from reviews.models import Agency, Person, Review
from reviews.permissions import Viewer, may, sections
from reviews.record_types import TABLES
from reviews.timeline import timeline

FORMAT, VERSION = "roundtable-case", 1


@dataclass(frozen=True)
class Part:
    """One part of an export: its tables, for those who may open one of these parts of the review's page."""

    name: str
    title: str
    opened_by: frozenset[str]
    tables: tuple[str, ...]


def _part(name: str, title: str, opened_by: str, *tables: str) -> Part:
    return Part(name, title, frozenset(opened_by.split()), tables)


PARTS: tuple[Part, ...] = (
    _part("referral", "Overview and referral", "referral", "review", "suggestion", "parallel_proceeding"),
    _part(
        "triage", "Triage", "triage", "statutory_screen", "discussion", "triage_decision", "redirect",
        "chair_nomination",
    ),
    _part("agencies", "Agencies", "agencies", "involvement"),
    _part("preparations", "Preparations", "preparations", "preparation"),
    _part("meetings", "Meetings", "meetings", "meeting", "invitation", "attendance", "challenge"),
    _part(
        "learning", "Learning", "learning", "family_view", "learning_point", "summary", "recommendation",
        "agency_view", "fact_check", "anonymity_check", "disclosure_word", "qa_decision", "impact_check",
    ),
    _part(
        "actions", "Actions", "actions", "action", "action_update", "evidence", "action_extension",
        "ladder_answer",
    ),
    _part(
        "sharing", "Sharing", "sharing", "briefing", "event_source", "event_item", "cascade",
        "training_change", "board_report_item", "board_report_line", "disclosure", "outbox",
        "undelivered_notice",
    ),
    _part(
        "steps", "Steps and time", "timeline", "user_task", "submission", "deadline", "extension",
        "writer", "time_request", "task_note", "pause", "late_step", "late_step_answer", "chase",
    ),
    _part(
        "access", "Access and records", "timeline", "conflict", "named_access", "legal_hold", "break_glass",
    ),
)  # fmt: skip
LEFT_OUT: dict[str, str] = {
    "child_identity": "sealed; added as `identity` where that is asked for",
    "child_index": "digests only",
    "identity_change": "sealed; only what is known now is exported",
    "file": "listed under documents; each is downloaded by itself, or all in the folder of an export",
    "file_piece": "the bytes of those",
    "long_work": "asked for by one person, for that person",
    "long_work_piece": "the bytes of what came of it",
    "event_seal": "shows tampering here, says nothing elsewhere",
    "audit_head": "as the seals",
    "audit_anchor_head": "as the seals",
    "audit_tombstone": "as the seals",
    "event": "told in words as `timeline`",
    "draft": "unsent, and its writer's own",
    "part_text": "unsent; what was sent is the summary",
    "process_instance": "the state of the machine, sealed",
    "decision_made": "sealed; what a table read is among the answers, what it said in the review",
    "timer": "the state of the machine",
    "message_wait": "the state of the machine",
    "migration_case": "the state of the machine; each move is in the log",
    "idempotency": "digests and ids only",
    "record_due": "about this record, not of it",
    "feedback_round": "when people were asked what it was like to take part",
    "feedback_ask": "whom that was; kept only until the round closes",
    "feedback_answer": "without a name: shown only where five or more answered",
}


@dataclass(frozen=True)
class Asked:
    """Why a case is exported, to whom it goes, on what basis; and why with the child's identity, where so."""

    reason: str
    to: str
    basis: str
    form: str  # "print", "json", or "folder": the JSON file with every document
    identity_reason: str = ""


def export_case(session: Session, viewer: Viewer, ref: str, asked: Asked) -> dict[str, Any]:
    """The whole case as plain JSON (docs/guides/case-export.md). Raises NotFound, Refused.

    Logged as an export, kept in the log of disclosures; with identity, that it was shown, too.
    """
    return whole_case(session, viewer, ask_for_export(session, viewer, ref, asked), asked)


def ask_for_export(session: Session, viewer: Viewer, ref: str, asked: Asked) -> Review:
    """The review, once it may be exported; what the logs keep of it is written. Raises NotFound, Refused."""
    review = asked_on(session, viewer, "export", ref, asked.reason)
    if asked.identity_reason and not may(session, viewer, "show_identity", review):
        raise Refused("Your part in this review does not include who the child is.", about="with_identity")
    record(
        session,
        kind="export.made",
        business_key=ref,
        actor=Actor(viewer.person),
        subject=asked.form,
        details={"identity": bool(asked.identity_reason)},
    )
    if asked.identity_reason:
        show_identity(session, viewer, ref, reason=asked.identity_reason)
    what = "whole_case_with_identity" if asked.identity_reason else "whole_case"
    disclose(session, viewer, review.id, what, purpose=asked.reason, to=asked.to, basis=asked.basis)
    return review


def whole_case(session: Session, viewer: Viewer, review: Review, asked: Asked) -> dict[str, Any]:
    """Everything, as plain JSON, for somebody who has asked for it: `ask_for_export` was there before."""
    told = _whole(session, viewer, review, asked)
    if asked.identity_reason:
        told["identity"] = read_identity(session, review.id)
    return told


def _whole(session: Session, viewer: Viewer, review: Review, asked: Asked) -> dict[str, Any]:
    opened, case = sections(session, viewer, review), case_of(session, review.ref)
    parts = [
        {"name": part.name, "title": part.title, "tables": _tables(session, part, case)}
        for part in PARTS
        if part.opened_by & opened
    ]
    people = {row.id: row.name for row in session.execute(select(Person.id, Person.name))}
    agencies = {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}
    lines = timeline(
        session,
        viewer,
        review,
        person=lambda each: people.get(each, each),
        agency=lambda each: agencies.get(each, each),
    )
    used = _mentioned(parts)
    return {
        "format": FORMAT,
        "version": VERSION,
        "reference": review.ref,
        "pseudonym": review.pseudonym,
        "exported_at": now_of(session).isoformat(),
        "exported_by": viewer.person,
        "reason": asked.reason,
        "to": asked.to,
        "basis": asked.basis,
        "parts": parts,
        "documents": _documents(session, review, parts),
        "timeline": [
            {
                "at": line.at.isoformat(),
                "by": line.by,
                "kind": line.kind,
                "words": line.words,
                "detail": line.detail,
            }
            for line in reversed(lines)
        ],
        "people": {key: name for key, name in people.items() if key in used or key == viewer.person},
        "agencies": {key: name for key, name in agencies.items() if key in used},
    }


def _tables(session: Session, part: Part, case: Case) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table of a part; tables without a row are left out."""
    found = {}
    for name in part.tables:
        table = table_named(name)
        columns = [each for each in table.columns if each.name not in TABLES[name].sealed]
        query = select(*columns).where(of_case(name, case)).order_by(*table.primary_key.columns)
        rows = [{key: _plain(value) for key, value in row._mapping.items()} for row in session.execute(query)]
        if rows:
            found[name] = sorted(rows, key=_when)
    return found


_ORDERED_BY = ("number", "version", "at", "opened_at", "held_on", "recorded_on", "asked_on", "decided_on")


def _when(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Rows by number or by day, where they have one."""
    named = (row.get(key) for key in _ORDERED_BY)
    return tuple(
        f"{value:06d}" if isinstance(value, int) else str(value) for value in named if value is not None
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _documents(session: Session, review: Review, parts: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What there is to read beside the record: versions of the summary, the briefing, evidence, files."""
    tables = {name: rows for part in parts for name, rows in part["tables"].items()}
    found = [
        {
            "kind": "summary",
            "name": f"{row['title'] or 'Summary'}, version {row['version']}",
            "at": row["written_at"],
        }
        for row in tables.get("summary", [])
    ]
    found += [
        {"kind": "briefing", "name": row["title"], "at": row["published_on"]}
        for row in tables.get("briefing", [])
    ]
    found += [
        {"kind": "evidence", "name": row["name"] or row["link"] or "Evidence in words", "at": row["given_on"]}
        for row in tables.get("evidence", [])
    ]
    found += [
        {"kind": f"file ({row.file.kind})", "name": row.name, "at": row.file.added_at.isoformat()}
        for row in files_of(session, review)
    ]
    return found


def _mentioned(value: Any) -> set[str]:
    """Every short text in the rows: what may be the id of a person or an agency."""
    if isinstance(value, Mapping):
        return {each for part in value.values() for each in _mentioned(part)}
    if isinstance(value, list):
        return {each for part in value for each in _mentioned(part)}
    return {value} if isinstance(value, str) and len(value) <= 80 else set()
