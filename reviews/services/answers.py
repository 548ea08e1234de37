"""Reading a completed form's answers, and finding the rows that a call is about.

Every function takes what the form gives and nothing more: an answer that was not asked is None or empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Refused, ServiceCall
from reviews.by_reference import action_by_process, review_by_reference
from reviews.models import Action, Review

Row = Mapping[str, Any]
YES = (True, "true", "yes", "True")


def given(call: ServiceCall) -> Row:
    """The answers of the completed form; empty for a service task."""
    return call.answers or {}


def on_the_ladder(call: ServiceCall, decision: str, text: str, new_date: dt.date | None) -> dict[str, Any]:
    """The columns that every answer on a ladder of escalation keeps."""
    return {
        "step": call.step or "",
        "decision": decision[:60],
        "text": text,
        "new_date": new_date,
        "given_by": call.actor.id,
        "given_on": call.today,
    }


def words(answers: Row, key: str) -> str:
    """A text answer without surrounding space; empty when it was not given."""
    value = answers.get(key)
    return str(value).strip() if value is not None else ""


def choice(answers: Row, key: str) -> str | None:
    """The chosen value, or None."""
    return words(answers, key) or None


def yes(answers: Row, key: str) -> bool:
    """Whether a yes-or-no question or a statement was answered with yes."""
    return answers.get(key) in YES


def yes_or_none(answers: Row, key: str) -> bool | None:
    """Yes, no, or None where the answer is neither (not known, not asked)."""
    value = answers.get(key)
    return True if value in YES else False if value in (False, "false", "no", "False") else None


def day(answers: Row, key: str) -> dt.date | None:
    """A date answer, or None."""
    value = words(answers, key)
    return dt.date.fromisoformat(value[:10]) if value else None


def number(answers: Row, key: str) -> int | None:
    """A whole number, or None."""
    value = words(answers, key)
    return int(float(value)) if value else None


def codes(answers: Row, key: str) -> list[str]:
    """The chosen values of a checklist, in order; a single choice counts as a list of one."""
    value = answers.get(key)
    if isinstance(value, str):
        return [value] if value else []
    return [str(each) for each in value or []]


def rows(answers: Row, key: str) -> list[Row]:
    """The rows of a repeating question."""
    value = answers.get(key) or []
    return [row for row in value if isinstance(row, Mapping)]


def texts(answers: Row, key: str, inner: str) -> list[str]:
    """One text of each row, without empty ones."""
    return [text for text in (words(row, inner) for row in rows(answers, key)) if text]


def review_of(call: ServiceCall) -> Review:
    """The review a call is about, by its business key. Raises Refused when there is none."""
    return review_by_ref(call.session, call.business_key)


def review_by_ref(session: Session, ref: str) -> Review:
    """The review with this reference. Raises Refused when there is none."""
    review = review_by_reference(session, ref)
    if review is None:
        raise Refused("There is no review with this reference.")
    return review


def action_of(call: ServiceCall) -> Action:
    """The action whose process makes this call. Raises Refused when there is none."""
    found = action_by_process(call.session, call.instance_id)
    if found is None:
        ref = str((call.variables.get("action") or {}).get("ref", ""))
        found = call.session.scalars(select(Action).where(Action.ref == ref)).one_or_none()
    if found is None:
        raise Refused("There is no action with this reference.")
    return found


def agency_of(call: ServiceCall) -> str:
    """The agency whose item of a multi-instance step this is. Raises Refused when the item names none."""
    item = call.item
    agency = item.get("id") if isinstance(item, Mapping) else item
    if not agency:
        raise Refused("This step does not say which agency it is for.")
    return str(agency)
