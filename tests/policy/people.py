"""What the tests of absence and leaving do on the pages of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import history
from engine.audit_models import Event
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership


def plans_absence(
    person: Person, first: dt.date, last: dt.date, deputies: Mapping[str, str], of: str = ""
) -> Page:
    """Plan an absence on its page: one's own, or as the office that of another."""
    path = f"/people/{of}/absence/new" if of else "/absence/new"
    given = {"from": first, "to": last, **{f"deputy.{role}": who for role, who in deputies.items()}}
    page = person.open(path)
    return person.submit(page.form("/new"), page.path, given)


def decides(person: Person, decision: str) -> Page:
    """Approve or refuse the first cover that waits."""
    page = person.open("/covers/")
    form = next(each for each in page.tree.forms if "/covers/" in (each.get("action") or ""))  # type: ignore[union-attr]
    values = {**dict(form.form_values()), "decision": decision}
    response = person.client.post(form.get("action"), data=values, follow_redirects=True)
    return Page(response, response.request.path)


def arranges_leaving(
    office: Person,
    person: str,
    last: dt.date,
    *,
    roles: Mapping[str, str] | None = None,
    work: Mapping[str, str] | None = None,
) -> Page:
    """Go through the leaver's wizard to its end. What is handed over is named by the words of its label."""
    page = office.open(f"/people/{person}/leaver")
    page = office.submit(page.form("/leaver"), page.path, {"last": last})
    assert page.path.endswith("/roles"), page.errors()
    page = office.submit(page.form("/roles"), page.path, _by_label(page, roles or {}))
    assert page.path.endswith("/work"), page.errors()
    page = office.submit(page.form("/work"), page.path, _by_label(page, work or {}))
    assert page.path.endswith("/check"), page.errors()
    return office.submit(page.form("/check"), page.path)


def _by_label(page: Page, wanted: Mapping[str, str]) -> dict[str, Any]:
    assert page.tree is not None
    labels = {
        " ".join(label.text_content().split()): label.get("for") for label in page.tree.xpath("//main//label")
    }
    found = {}
    for words, who in wanted.items():
        [field] = [name for text, name in labels.items() if text.startswith(words)]
        found[field] = who
    return found


def audit(p: Partnership, about: str, kind: str) -> list[Event]:
    """The lines of one kind in the audit log of a case or a person."""
    with p.database.read() as session:
        return [event for event in history(session, about) if event.kind == kind]


def subjects(p: Partnership, person: str) -> list[str]:
    """What the audit log says of a person's roles, absence and leaving."""
    with p.database.read() as session:
        theirs = Event.business_key == person, Event.kind == "person.changed"
        found = select(Event.subject).where(*theirs).order_by(Event.seq)
        return [subject or "" for subject in session.scalars(found)]
