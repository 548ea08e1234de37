"""The lists that forms offer, as the Board's office keeps them: words added, changed, taken out of use.

A value that was chosen once keeps its words for good. Of two lists the process makes its decisions, so that
their words may be changed, but nothing can be added or taken away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.default_lists import DEFAULT_LISTS, THEMES
from reviews.models import OptionEntry
from reviews.partnership import keep, may_change, still_as_seen
from reviews.permissions import Viewer


@dataclass(frozen=True)
class ListKept:
    """One list: its name, where it is offered, and whether words can be added and taken out of use."""

    name: str
    where: str
    grows: bool = True


LISTS: dict[str, ListKept] = {
    "themes": ListKept("Themes", "Referrals, records of meetings, summaries and learning events"),
    "plan_status": ListKept("Plans a child can have", "Referrals"),
    "nature": ListKept("Why a case is referred", "Referrals", grows=False),
    "triage_outcome": ListKept("Decisions on a referral", "The decision on a referral", grows=False),
}


@dataclass(frozen=True)
class Entry:
    """One choice of a list."""

    value: str
    label: str
    group: str = ""
    active: bool = True


def list_named(name: str) -> ListKept:
    """A list by its id. Raises NotFound."""
    if name not in LISTS:
        raise NotFound("There is no such list.")
    return LISTS[name]


def entries_of(session: Session, name: str) -> list[Entry]:
    """Every choice of a list in its order, also those out of use."""
    query = select(OptionEntry).where(OptionEntry.list_id == name)
    rows = session.scalars(query.order_by(OptionEntry.position, OptionEntry.value)).all()
    if rows:
        return [Entry(row.value, row.label, row.group, row.active) for row in rows]
    groups = {value: group for group, choices in THEMES.items() for value, _ in choices}
    themes = groups if name == "themes" else {}
    return [Entry(value, label, themes.get(value, "")) for value, label in DEFAULT_LISTS.get(name, ())]


def entry_named(session: Session, name: str, value: str) -> Entry:
    """One choice. Raises NotFound."""
    list_named(name)
    found = next((each for each in entries_of(session, name) if each.value == value), None)
    if found is None:
        raise NotFound("There is no such choice.")
    return found


def words_of(session: Session, name: str) -> dict[str, str]:
    """The words of every choice that was ever offered, by its value."""
    return {each.value: each.label for each in entries_of(session, name)}


def add_entry(session: Session, viewer: Viewer, name: str, label: str, *, reason: str) -> None:
    """Add a choice at the end of a list. Its value is made of its first words, and stays. Raises NotFound,
    Refused."""
    known = list_named(name)
    reason = may_change(session, viewer, reason)
    if not known.grows:
        raise Refused("The process decides by this list: its words can be changed, nothing added.")
    rows = _own_rows(session, name)
    label = _checked(rows, label)
    last = max((each.position for each in rows), default=-1)
    row = OptionEntry(
        list_id=name, value=_new_value(rows, label), label=label, position=last + 1, active=True
    )
    session.add(row)
    session.flush()
    keep(session, viewer, key_of(name), None, _said(row), reason)


def change_entry(
    session: Session,
    viewer: Viewer,
    name: str,
    value: str,
    *,
    label: str,
    active: bool,
    reason: str,
    seen: int | None = None,
) -> None:
    """Change the words of a choice, take it out of use or bring it back. Raises NotFound, Refused."""
    entry_named(session, name, value)
    reason = may_change(session, viewer, reason)
    still_as_seen(session, key_of(name), seen)
    rows = _own_rows(session, name)
    row = next(each for each in rows if each.value == value)
    before = _said(row)
    if active != row.active and not list_named(name).grows:
        raise Refused("The process decides by this list: nothing can be taken out of use.", about="active")
    row.label, row.active = _checked([each for each in rows if each is not row], label), active
    if _said(row) == before:
        raise Refused("Nothing is different from what it was", about="label")
    if not any(each.active for each in rows):
        raise Refused("One choice must stay in use.", about="active")
    session.flush()
    keep(session, viewer, key_of(name), before, _said(row), reason)


def key_of(name: str) -> str:
    """Under what a list's history is kept."""
    return f"list:{name}"


def _own_rows(session: Session, name: str) -> list[OptionEntry]:
    """The rows of a list; with the first change the defaults become the partnership's own."""
    query = select(OptionEntry).where(OptionEntry.list_id == name)
    rows = list(session.scalars(query.order_by(OptionEntry.position, OptionEntry.value)))
    if not rows:
        rows = [
            OptionEntry(
                list_id=name, value=each.value, label=each.label, group=each.group, position=n, active=True
            )
            for n, each in enumerate(entries_of(session, name))
        ]
        session.add_all(rows)
        session.flush()
    return rows


def _checked(others: list[OptionEntry], label: str) -> str:
    label = " ".join(label.split())
    if not label or len(label) > 200:
        raise Refused("Enter its words, in 200 characters or fewer", about="label")
    if any(each.label.lower() == label.lower() for each in others):
        raise Refused("These words are on the list already", about="label")
    return label


def _new_value(rows: list[OptionEntry], label: str) -> str:
    taken = {each.value for each in rows}
    begin = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "choice"
    return next(
        each for n in range(1, len(taken) + 2) if (each := begin if n == 1 else f"{begin}_{n}") not in taken
    )


def _said(row: OptionEntry) -> dict[str, object]:
    return {"value": row.value, "label": row.label, "active": row.active}
