"""Where a step is known by its short name outside the files of its process: in the reminders, which lie
beside all processes, and in the service itself.
"""

from __future__ import annotations

import re
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from engine import Refused, drawing, newest_version
from engine.diagram import read_diagram
from reviews.permissions import Viewer
from reviews.shipped import CHASING, bundle_files, shipped_processes
from reviews.studio import changes
from reviews.studio.drafting import draft_of, keep

_RULE = re.compile(r"<(?:\w+:)?rule\b.*?</(?:\w+:)?rule>", re.DOTALL)
TABLE = f"{CHASING}.dmn"


def elsewhere(session: Session, step: str) -> list[str]:
    """What knows a step by its short name and does not follow when that changes, in words."""
    found = []
    if rules := rules_naming(session, step):
        rows = "one rule" if rules == 1 else f"{rules} rules"
        found.append(f"The reminders name it in {rows}, which then no longer remind anybody of it")
    if step in _shipped_steps():
        found.append(
            "The service knows it by this name, in reports, records and forms that it fills in beforehand. "
            "Agree a new name with whoever runs the service first, or change only what it is called"
        )
    return found


def rules_naming(session: Session, step: str) -> int:
    """How many rules of the reminders in use name a step."""
    version = newest_version(session, CHASING)
    if version is None:
        return 0
    rules = _RULE.findall(version.files.get(TABLE, ""))
    return sum(drawing.names_in_table(rule, step) for rule in rules)


def change_reminders(session: Session, viewer: Viewer, old: str, new: str) -> UUID:
    """Begin a change of the reminders in which a step has its new short name; it is approved and put into use
    like any other. Raises Refused where no rule names the step."""
    if not rules_naming(session, old):
        raise Refused("No rule of the reminders names this step any more.")
    change = changes.begin(session, viewer, CHASING, title=f"The short name of {old} is {new} now")
    draft = draft_of(session, viewer, change)
    keep(session, viewer, draft, {TABLE: drawing.rename_in_table(draft.content(TABLE), old, new)})
    return change


@cache
def _shipped_steps() -> frozenset[str]:
    found: set[str] = set()
    for process in shipped_processes():
        files = bundle_files(process)
        for name, text in files.items():
            if name.endswith(".bpmn"):
                found |= {task.id for task in read_diagram(text.encode(), name).user_tasks()}
    return frozenset(found)
