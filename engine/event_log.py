"""The event log of a process in XES (IEEE 1849-2016), for process mining.

One trace per case, under a pseudonym that only this house's key can make and that stays the same from one
export to the next. Each step gives an event when it opens and one when it ends, with the role and the agency
whose work it was. No names of people and no texts that people typed.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, BinaryIO
from uuid import UUID

from lxml import etree
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.bundles import newest_version_id
from engine.db import house
from engine.errors import NotFound
from engine.models import ProcessInstance, UserTask
from engine.secrecy import derive_key

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = (
    ("Concept", "concept", f"{NAMESPACE}concept.xesext"),
    ("Lifecycle", "lifecycle", f"{NAMESPACE}lifecycle.xesext"),
    ("Organizational", "org", f"{NAMESPACE}org.xesext"),
    ("Time", "time", f"{NAMESPACE}time.xesext"),
)
DEFAULT: dict[Any, str] = {None: NAMESPACE}
ENDS = {"completed": "complete", "cancelled": "ate_abort"}  # transitions of the standard lifecycle
Attributes = list[tuple[str, str, str]]


def write_event_log(
    session: Session, process: str, out: BinaryIO, *, left_out: Select[str] | None = None
) -> int:
    """Write every case of a process as XES to `out`; how many cases. Raises NotFound.

    `left_out` selects the business keys of cases that are not written.
    """
    return max(event_log_steps(session, process, out, left_out=left_out), default=0)


def count_event_log(session: Session, process: str, *, left_out: Select[str] | None = None) -> int:
    """How many cases the event log of a process has. Raises NotFound."""
    if newest_version_id(session, process) is None:
        raise NotFound("This process is not in use.")
    query = select(func.count(UserTask.instance_id.distinct())).where(UserTask.process == process)
    if left_out is not None:
        query = query.where(UserTask.business_key.not_in(left_out))
    return session.scalar(query) or 0


def event_log_steps(
    session: Session, process: str, out: BinaryIO, *, left_out: Select[str] | None = None
) -> Iterator[int]:
    """The same, case by case: how many are written. `out` is whole once this has ended. Raises NotFound."""
    if newest_version_id(session, process) is None:
        raise NotFound("This process is not in use.")
    key = derive_key(house(session).state_key, "event log")
    with etree.xmlfile(out, encoding="UTF-8") as file:
        file.write_declaration()
        root = {"xes.version": "1849-2016", "xes.features": ""}
        with file.element(f"{{{NAMESPACE}}}log", root, nsmap=DEFAULT):
            _write_head(file, process)
            yield from _write_traces(file, session, process, key, left_out)


def _write_head(file: Any, process: str) -> None:
    """Extensions, globals, classifiers and the log's own attributes, in the standard's order."""
    for name, prefix, uri in EXTENSIONS:
        file.write(_element("extension", name=name, prefix=prefix, uri=uri))
    file.write(_global("trace", [("string", "concept:name", "UNKNOWN")]))
    events: Attributes = [
        ("string", "concept:name", "UNKNOWN"),
        ("string", "lifecycle:transition", "complete"),
        ("date", "time:timestamp", "1970-01-01T00:00:00+00:00"),
        ("string", "org:role", "UNKNOWN"),
    ]
    file.write(_global("event", events))
    file.write(_element("classifier", name="Step", keys="concept:name"))
    file.write(_element("classifier", name="Step and transition", keys="concept:name lifecycle:transition"))
    file.write(_attribute("string", "concept:name", process))
    file.write(_attribute("string", "lifecycle:model", "standard"))


def _write_traces(
    file: Any, session: Session, process: str, key: bytes, left_out: Select[str] | None
) -> Iterator[int]:
    found = groupby(_rows(session, process, left_out), key=lambda row: row[0])
    for written, (instance, rows) in enumerate(found, start=1):
        trace = _element("trace")
        trace.append(_attribute("string", "concept:name", _pseudonym(key, instance)))
        events = sorted(
            (event for number, row in enumerate(rows, 1) for event in _events(row, number)),
            key=lambda event: event[0],
        )
        for _, attributes in events:
            drawn = etree.SubElement(trace, f"{{{NAMESPACE}}}event")
            drawn.extend(_attribute(*each) for each in attributes)
        file.write(trace)
        yield written


def _rows(session: Session, process: str, left_out: Select[str] | None) -> Iterator[Any]:
    query = (
        select(
            UserTask.instance_id,
            UserTask.name,
            UserTask.status,
            UserTask.role,
            UserTask.agency,
            UserTask.opened_at,
            UserTask.completed_at,
        )
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.process == process)
        .order_by(ProcessInstance.started_at, UserTask.instance_id, UserTask.opened_at, UserTask.id)
    )
    if left_out is not None:
        query = query.where(UserTask.business_key.not_in(left_out))
    yield from session.execute(query.execution_options(yield_per=5000))


def _events(row: Any, number: int) -> Iterator[tuple[tuple[datetime, int], Attributes]]:
    """The opening of a step and its end, to be put in the order of time: an end comes before what it
    opens."""
    _, name, status, role, agency, opened, ended = row
    facts: Attributes = [
        ("string", "concept:name", name),
        ("string", "concept:instance", str(number)),  # of several at once: which end belongs to which start
        ("string", "org:role", role),
        *([("string", "org:group", agency)] if agency else []),
    ]
    yield (opened, 1), [*facts, *_moment("start", opened)]
    if ended is not None and status in ENDS:
        yield (ended, 0 if ended > opened else 2), [*facts, *_moment(ENDS[status], ended)]


def _moment(transition: str, at: datetime) -> Attributes:
    return [
        ("string", "lifecycle:transition", transition),
        ("date", "time:timestamp", at.isoformat(timespec="milliseconds")),
    ]


def _pseudonym(key: bytes, instance: UUID) -> str:
    return hmac.digest(key, instance.bytes, "sha256").hex()[:16]


def _global(scope: str, attributes: Attributes) -> etree._Element:
    found = _element("global", scope=scope)
    found.extend(_attribute(*each) for each in attributes)
    return found


def _attribute(kind: str, key: str, value: str) -> etree._Element:
    return _element(kind, key=key, value=value)


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{NAMESPACE}}}{tag}", attributes, nsmap=DEFAULT)
