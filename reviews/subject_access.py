"""What is held about one child, or one member of staff, for an answer to a subject access request.

Found by walking the tables, not by a list of them: what a later release keeps of a review is in the report
because its rows belong to the review. The report is for whoever prepares the answer, not for sending as it
is: everybody else whom it names is listed, to be redacted first (UK GDPR Art. 15(4); DPA
2018, schedule 2, paragraph 16).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, Table, Text, Uuid, or_, select
from sqlalchemy.orm import Session

from engine import KINDS, Actor, NotFound, Refused, record
from engine.audit_models import Event
from engine.models import Base
from reviews.acting import asked_on, disclose, now_of
from reviews.files.reading import FileRow, files_of
from reviews.identity import earlier_identity, read_identity
from reviews.models import Person, Preparation, Review
from reviews.permissions import Viewer, may
from reviews.sealed_notes import open_note
from reviews.subject_words import Fact, Words, heading

# How the service works, and nothing about anybody: positions of tokens, locks, seals; and what is sealed.
TECHNICAL = frozenset(
    {
        "process_instance",
        "message_wait",
        "timer",
        "deadline",
        "idempotency",
        "event_seal",
        "audit_head",
        "audit_anchor",
        "audit_anchor_head",
        "audit_tombstone",
        "calendar_address",
        "child_identity",
        "child_index",
        "child_index_key",
        "draft",
        "file",
        "file_piece",
        "one_time_link",
        "part_text",
        "recovery_code",
        "sign_in_attempt",
        "used_nonce",
        "event",
    }
)
# What people said of taking part is nobody's: who was asked, and the answers, are in no report.
WITHOUT_NAMES = frozenset({"feedback_round", "feedback_ask", "feedback_answer"})
LINKS = ("review", "task", "task_id")  # columns that lead to a review or a task without a foreign key
OWN_TABLES = frozenset({"person", "person_role", "absence", "cover", "leaving", "sign_in_session"})
LAST = ("outbox", "chase")  # what was sent is read after what it was about
LEFT_OUT = (
    "Left out: drafts (only their writer reads them), secret addresses and sign-in keys, what people said "
    "without a name of taking part, and the engine’s own positions and locks."
)


@dataclass
class Section:
    """Rows of one kind, each a list of what and its value."""

    title: str
    rows: list[list[Fact]] = field(default_factory=list)


@dataclass
class SubjectReport:
    """All that is held of one subject, and who else is named in it."""

    subject: str
    made_at: dt.datetime
    made_by: str
    reason: str
    note: str = LEFT_OUT
    third_parties: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


def child_report(session: Session, viewer: Viewer, ref: str, *, reason: str) -> SubjectReport:
    """All that is held of the child of a review, who the child is included; audited with the reason.

    Raises NotFound, Refused.
    """
    review = asked_on(session, viewer, "subject_access", ref, reason)
    by, words = Actor(viewer.person), Words(session, ref=ref)
    for kind, subject in (("identity.shown", "identity"), ("export.made", "subject_access")):
        record(session, kind=kind, business_key=ref, actor=by, subject=subject)
    disclose(session, viewer, review.id, "subject_access", purpose=reason)
    identity = read_identity(session, review.id)
    report = SubjectReport(ref, now_of(session), words.person(viewer.person), reason)
    report.sections.append(Section("Who the child is", [words.facts(identity)] if identity else []))
    earlier = [words.facts(facts) for _, facts in earlier_identity(session, review.id)]
    report.sections.append(Section("What was recorded of that before it was corrected", earlier))
    for table, rows in sorted(_held(session, review).items(), key=lambda held: _place(held[0], "review")):
        report.sections.append(Section(heading(table.name), [words.row(table, row) for row in rows]))
    report.sections.append(Section("Documents", [_document(words, row) for row in files_of(session, review)]))
    report.sections.append(_notes(session, viewer, review, words))
    report.sections.append(_events(session, words, Event.business_key == ref))
    report.third_parties = words.named()
    return report


def staff_report(session: Session, viewer: Viewer, person: str, *, reason: str) -> SubjectReport:
    """All that is held of a member of staff: account, roles, absences, tasks, notices, and the audit log by
    and about them; audited with the reason. What they wrote in reviews is about children and stays there.

    Raises NotFound, Refused.
    """
    if not may(session, viewer, "subject_access_staff"):
        raise Refused("Your role does not include this.")
    if not reason.strip():
        raise Refused("Give a reason.", about="reason")
    if session.get(Person, person) is None:
        raise NotFound("There is no such person.")
    record(
        session,
        kind="export.made",
        business_key=person,
        actor=Actor(viewer.person),
        subject="subject_access",
        details={"reason": reason},
    )
    words = Words(session, subject=person, viewer=viewer)
    report = SubjectReport(words.person(person), now_of(session), words.person(viewer.person), reason)
    for table in sorted(Base.metadata.sorted_tables, key=lambda each: _place(each, "person")):
        if table.name in TECHNICAL | WITHOUT_NAMES:
            continue
        rows = _rows_naming(session, table, person)
        if rows:
            told = [words.row(table, row, own=table.name in OWN_TABLES) for row in rows]
            report.sections.append(Section(heading(table.name), told))
    report.sections.append(_events(session, words, or_(Event.actor == person, Event.business_key == person)))
    report.third_parties = words.named()
    return report


def _held(session: Session, review: Review) -> dict[Table, list[Mapping[str, Any]]]:
    """The rows that belong to a review: by foreign keys, by the columns that lead to it, by its reference."""
    tables = Base.metadata.tables
    keys: dict[Table, set[Any]] = {tables["review"]: {review.id}}
    found: dict[Table, list[Mapping[str, Any]]] = {}
    for _ in range(2):  # a column without a foreign key may lead to a table that sorts later
        for table in Base.metadata.sorted_tables:
            left = table.name == "event" or table.name in WITHOUT_NAMES
            conditions = [] if left else list(_belongs(table, keys, review.ref))
            if table is tables["review"]:
                conditions = [table.c.id == review.id]
            if not conditions:
                continue
            rows = list(session.execute(select(table).where(or_(*conditions))).mappings())
            first = next(iter(table.primary_key.columns))
            keys[table] = {row[first.name] for row in rows}
            if rows and table.name not in TECHNICAL:
                found[table] = [dict(row) for row in rows]
    return found


def _belongs(table: Table, keys: Mapping[Table, set[Any]], ref: str) -> Iterator[Any]:
    for key in table.foreign_keys:
        if key.column.table in keys and len(key.column.table.primary_key.columns) == 1:
            yield key.parent.in_(keys[key.column.table])
    for column in table.columns:
        if column.name in ("business_key", "about", "ref") and isinstance(column.type, String):
            yield column == ref
        elif column.name in LINKS and not column.foreign_keys:
            leads_to = Base.metadata.tables["review" if column.name == "review" else "user_task"]
            if isinstance(column.type, Uuid) and leads_to in keys:
                yield column.in_(keys[leads_to])


def _rows_naming(session: Session, table: Table, person: str) -> list[Mapping[str, Any]]:
    columns = [
        column
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Text)
        and (column.type.length or 0) >= 80
    ]
    if table.name == "person":
        columns = [table.c.id]
    if not columns:
        return []
    query = select(table).where(or_(*(column == person for column in columns)))
    return [dict(row) for row in session.execute(query).mappings()]


def _document(words: Words, row: FileRow) -> list[Fact]:
    """A document by its name: what it says is read by opening it."""
    told = {"name": row.name, "what_it_is": row.words, "added_by": row.file.added_by, "at": row.file.added_at}
    return words.facts(told)


def _notes(session: Session, viewer: Viewer, review: Review, words: Words) -> Section:
    """Notes that must not be discussed openly: they are held, too, and told to who may read them."""
    rows = list(session.scalars(select(Preparation).where(Preparation.review == review.id)))
    title = "Notes that must not be discussed openly: think before you disclose them"
    reads = may(session, viewer, "read_sealed_note", review)
    told = [
        (
            row.agency,
            open_note(session, row) if reads else "Sealed. Ask the Head of Safeguarding and Learning.",
        )
        for row in rows
        if row.sealed_note
    ]
    return Section(title, [[(words.value(agency), text)] for agency, text in told])


def _events(session: Session, words: Words, condition: Any) -> Section:
    """The audit log: who did and who read what, and when."""
    found = session.scalars(select(Event).where(condition).order_by(Event.seq))
    rows = [
        [
            ("At", words.value(event.at)),
            ("Who", words.value(event.actor).replace("system:", "Roundtable: ")),
            ("What", KINDS[event.kind]),
            ("About", words.value(event.business_key)),
            ("Step", words.value(event.details.get("name") or event.details.get("part"))),
        ]
        for event in found
    ]
    return Section("The audit log", [[fact for fact in row if fact[1]] for row in rows])


def _place(table: Table, first: str) -> int:
    return 0 if table.name == first else 2 if table.name in LAST else 1


def as_json(report: SubjectReport) -> str:
    """The report as JSON: for a machine, or for the other half of a portability request."""
    told = {
        "subject": report.subject,
        "made_at": report.made_at.isoformat(),
        "made_by": report.made_by,
        "reason": report.reason,
        "note": report.note,
        "redact_before_sending": report.third_parties,
        "sections": [
            {"title": section.title, "rows": [[list(fact) for fact in row] for row in section.rows]}
            for section in report.sections
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)
