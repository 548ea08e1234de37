"""Looking into the processes of a rehearsal: what was decided there, and which words its diagrams know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bundles import Bundle, bundle_of, newest_version_id
from engine.execution import Execution
from engine.models import ProcessInstance, ProcessVersion
from engine.services import Actor

NOBODY = Actor.system("rehearsal")


def bundles_of(session: Session) -> dict[str, Bundle]:
    """The version of every process that new cases begin on, read."""
    found = {}
    for process in session.scalars(select(ProcessVersion.process).distinct()):
        version = newest_version_id(session, process)
        if version is not None:
            found[process] = bundle_of(session, version)
    return found


def decided(session: Session, element: str) -> Mapping[str, Any] | None:
    """What a table or a step has decided last in any case: its facts by name; None while it has not."""
    newest_first = select(ProcessInstance).order_by(ProcessInstance.started_at.desc())
    for instance in session.scalars(newest_first):
        drawn = bundle_of(session, instance.version_id).diagram.elements.get(element)
        if drawn is None:
            continue
        known = Execution.open(session, instance.id, NOBODY).variables
        facts = known.get(drawn.attributes.get("result") or element)
        if isinstance(facts, dict):
            return facts
    return None
