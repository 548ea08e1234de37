"""The audit log for those who check it: who did or read what and when, in words.

An auditor sees references of reviews; a system administrator sees that something was done to a review, not to
which. Neither sees what is written in one. A recorded conflict of interest closes a review here, too. Pages
go by the number of a row, not by an offset, so that the hundred-thousandth row costs what the first costs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine import KINDS, Actor, Anchor, Refused, end_of_day, newest_anchor, record, start_of_day
from engine.audit_export import export_lines
from engine.audit_models import Event
from reviews.models import Disclosure, Person, Review
from reviews.permissions import Viewer, may
from reviews.relations import conflict_of

PER_PAGE = 50
READINGS = ("case.read", "identity.shown", "note.shown", "export.made")
NO_CASE = {
    "calendar": "The calendars",
    "texts": "Texts of notices",
    "partnership": "The partnership",
    "audit": "The audit log",
    "destruction": "Destroyed records",
    "documents": "Documents of no one review",
    "lists": "Lists taken out as a file",
}
PEOPLE = ("to", "from", "person", "for")  # details that name somebody


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed to; empty is everything."""

    ref: str = ""
    person: str = ""
    kind: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class LogRow:
    """One line: ids, which the page resolves."""

    seq: int
    at: dt.datetime
    actor: str
    kind: str
    about: str
    details: Mapping[str, Any]

    @property
    def words(self) -> str:
        """What was done, for a lay reader."""
        return KINDS[self.kind]

    @property
    def people(self) -> list[str]:
        """Whom it names: who did it, and whom it was about."""
        return [self.actor, *(str(self.details[key]) for key in PEOPLE if self.details.get(key))]


@dataclass(frozen=True)
class LogPage:
    """One page of the log, newest first, and the keys of those beside it (0: there is none)."""

    rows: Sequence[LogRow]
    older: int
    newer: bool


@dataclass(frozen=True)
class LogState:
    """When the log was last anchored and checked, and what was found then."""

    anchor: Anchor | None
    checked_at: dt.datetime | None
    findings: int


def sees_references(viewer: Viewer) -> bool:
    """Whether references of reviews are shown: to auditors, not to administrators."""
    return "auditor" in viewer.roles


def log_page(session: Session, viewer: Viewer, asked: Asked, *, before: int = 0) -> LogPage:
    """One page of the log, of rows below the row `before`. Raises Refused without the permission."""
    conditions = _conditions(session, viewer, asked)
    if before:
        conditions.append(Event.seq < before)
    query = select(Event).where(*conditions).order_by(Event.seq.desc()).limit(PER_PAGE + 1)
    found = list(session.scalars(query))
    older = found[PER_PAGE - 1].seq if len(found) > PER_PAGE else 0
    return LogPage(_rows(session, viewer, found[:PER_PAGE]), older, bool(before))


def log_state(session: Session) -> LogState:
    """When the log was last anchored and checked."""
    checked = select(Event).where(Event.business_key == "audit", Event.kind == "log.verified")
    last = session.scalars(checked.order_by(Event.seq.desc()).limit(1)).one_or_none()
    findings = int(last.details.get("findings", 0)) if last else 0
    return LogState(newest_anchor(session), last.at if last else None, findings)


def export_rows(session: Session, viewer: Viewer, asked: Asked) -> list[LogRow]:
    """Every row that was asked for, oldest first, as words; audited. Raises Refused."""
    conditions = _conditions(session, viewer, asked)
    _audited(session, viewer, asked, "csv")
    found = list(session.scalars(select(Event).where(*conditions).order_by(Event.seq)))
    return _rows(session, viewer, found)


def export_proof(session: Session, viewer: Viewer, asked: Asked) -> list[dict[str, Any]]:
    """The same rows with what proves them, and the anchors; audited. Raises Refused: it names every case."""
    if not sees_references(viewer):
        raise Refused("The export with digests names every review; it is for auditors.")
    conditions = _conditions(session, viewer, asked)
    _audited(session, viewer, asked, "jsonl")
    return list(export_lines(session, conditions))


def readers(session: Session, viewer: Viewer, review: Review, *, before: int = 0) -> LogPage:
    """Who has looked at a review: every reading of it, newest first. Raises Refused."""
    if not may(session, viewer, "see_readers", review):
        raise Refused("Your role on this review does not include this.")
    wanted = [Event.business_key == review.ref, Event.kind.in_(READINGS)]
    if before:
        wanted.append(Event.seq < before)
    found = list(session.scalars(select(Event).where(*wanted).order_by(Event.seq.desc()).limit(PER_PAGE + 1)))
    older = found[PER_PAGE - 1].seq if len(found) > PER_PAGE else 0
    told = list(session.scalars(select(Disclosure).where(Disclosure.review == review.id)))
    rows = [_reading(event, told) for event in found[:PER_PAGE]]
    return LogPage(rows, older, bool(before))


def people_in_log(session: Session) -> list[str]:
    """Everybody, for the filter."""
    return list(session.scalars(select(Person.id)))


def _conditions(session: Session, viewer: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    if not may(session, viewer, "see_audit"):
        raise Refused("Your role does not include the audit log.")
    closed = select(Review.ref).where(conflict_of(viewer.person))
    found: list[ColumnElement[bool]] = [Event.business_key.not_in(closed)]
    if asked.ref and sees_references(viewer):
        found.append(Event.business_key == asked.ref)
    if asked.person:
        found.append(Event.actor == asked.person)
    if asked.kind:
        found.append(Event.kind == asked.kind)
    if asked.first:
        found.append(Event.at >= start_of_day(asked.first))
    if asked.last:
        found.append(Event.at < end_of_day(asked.last))
    return found


def _audited(session: Session, viewer: Viewer, asked: Asked, form: str) -> None:
    details = {
        "form": form,
        "kind": asked.kind,
        "of": asked.person,
        "ref": asked.ref,
        "first": asked.first.isoformat() if asked.first else "",
        "last": asked.last.isoformat() if asked.last else "",
    }
    told = {name: value for name, value in details.items() if value}
    record(
        session,
        kind="export.made",
        business_key="audit",
        actor=Actor(viewer.person),
        subject="audit_log",
        details=told,
    )


def _rows(session: Session, viewer: Viewer, events: Sequence[Event]) -> list[LogRow]:
    keys = {event.business_key for event in events}
    people = set(session.scalars(select(Person.id).where(Person.id.in_(keys)))) if keys else set()
    open_keys = sees_references(viewer)
    return [_row(event, people, open_keys=open_keys) for event in events]


def _row(event: Event, people: Iterable[str], *, open_keys: bool) -> LogRow:
    key = event.business_key
    plain = key in NO_CASE or key in people
    about = NO_CASE.get(key, key) if plain or open_keys else "A case"
    named = ("name", "agency", *PEOPLE) if plain or open_keys else ()
    details = {name: event.details[name] for name in named if event.details.get(name)}
    return LogRow(event.seq, event.at, event.actor, event.kind, about, details)


def _reading(event: Event, told: Iterable[Disclosure]) -> LogRow:
    """A reading with its reason, which is kept with the disclosure that was made at the same moment."""
    near = dt.timedelta(seconds=2)
    reason = next(
        (each.purpose for each in told if each.by == event.actor and abs(each.at - event.at) < near), ""
    )
    part = event.details.get("part") or event.details.get("agency") or event.subject or ""
    return LogRow(event.seq, event.at, event.actor, event.kind, str(part), {"reason": reason})
