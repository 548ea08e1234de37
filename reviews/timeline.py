"""The timeline of a review: its audit events in words, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import KINDS, history
from engine.audit_models import Event
from reviews.models import Review
from reviews.permissions import Viewer, sections
from reviews.wording import counted

Names = Callable[[str], str]
Details = Mapping[str, Any]
# What a verb beside the steps is called once it was done.
DONE = {
    "statutory_threshold": "Statutory threshold reached",
    "withdraw": "Withdrawn",
    "feedback_asked": "Those who took part were asked what it was like",
    "feedback_closed": "What those who took part said is in",
    "pass_on_feedback": "Link handed out to say what it was like",
    "ask_family_feedback": "Family asked what it was like",
    "reopen": "Opened again",
    "carries_on": "Begun to carry on a review that had ended",
    "pause": "Asked to pause",
    "resume": "Asked to go on",
    "change_chair": "Chair changed",
    "restrict_access": "Access changed",
    "name_access": "Access changed",
    "declare_conflict": "Conflict of interest declared",
    "record_conflict": "Conflict of interest recorded",
    "add_agency": "Agency added",
    "arrange_meeting": "Meeting moved",
    "meeting_cancelled": "Meeting cancelled",
    "time_asked": "More time asked for",
    "time_decided": "Decided about more time",
    "step_not_mine": "Said to be for somebody else",
    "step_blocked": "Something is in the way",
    "cancel_action": "Action cancelled",
    "action_added": "Action added",
    "action_update": "Action updated",
    "email_corrected": "E-mail address corrected",
    "action_reassigned": "Action given to another owner",
    "hold_placed": "Legal hold placed: nothing is destroyed",
    "hold_ended": "Legal hold ended",
    "retention_dated": "Day worked out on which the record is looked at",
    "record_kept": "Record kept for longer",
    "destruction_proposed": "Destruction of records proposed",
    "destruction_sent_back": "Destruction not approved",
}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `words` names steps and agencies, never what was written in them."""

    at: dt.datetime
    by: str
    kind: str
    words: str
    detail: str = ""


def timeline(
    session: Session,
    viewer: Viewer,
    review: Review,
    *,
    person: Names = str,
    agency: Names = str,
    limit: int | None = None,
) -> list[Entry]:
    """The timeline of a review for a viewer, newest first; empty for somebody who may not open it.

    `person` and `agency` put names in place of ids.
    """
    if "timeline" not in sections(session, viewer, review):
        return []
    entries = [
        entry
        for event in history(session, review.ref)
        if (entry := _entry(event, person, agency)) is not None
    ]
    entries.reverse()
    return entries[:limit]


def _entry(event: Event, person: Names, agency: Names) -> Entry | None:
    words = _WORDS.get(event.kind)
    if words is None:
        return None
    told = words(event, person, agency)
    if told is None:
        return None
    by = "" if event.actor.startswith("system:") else person(event.actor)
    if by and event.details.get("for"):
        by = f"{by} for {person(str(event.details['for']))}"
    return Entry(event.at, by, event.kind, told[0], told[1])


Told = tuple[str, str] | None


def _step(prefix: str) -> Callable[[Event, Names, Names], Told]:
    def told(event: Event, _person: Names, agency: Names) -> Told:
        name = str(event.details.get("name") or event.subject)
        where = event.details.get("agency")
        return (f"{prefix}: {name}", agency(str(where)) if where else "")

    return told


def _assigned(event: Event, person: Names, _agency: Names) -> Told:
    before, to = event.details.get("from"), event.details.get("to")
    words = [f"from {person(str(before))}" if before else "", f"to {person(str(to))}" if to else ""]
    return (f"Handed over: {event.details.get('name')}", " ".join(filter(None, words)))


def _given_back(event: Event, person: Names, _agency: Names) -> Told:
    before = event.details.get("from")
    if not before or before == event.actor:
        return None
    return (f"Given back to the team: {event.details.get('name')}", f"from {person(str(before))}")


def _chased(event: Event, person: Names, _agency: Names) -> Told:
    late = int(event.details.get("working_days_late") or 0)
    days = counted(abs(late), "working day")
    when = f"{days} late" if late > 0 else f"{days} before it is due" if late else "on the day it is due"
    return (f"Reminder: {event.details.get('name')}", f"{when}, to {person(str(event.details.get('to')))}")


def _moved(event: Event, _person: Names, _agency: Names) -> Told:
    old, new = event.details.get("old"), event.details.get("new")
    return (f"Due date changed: {event.details.get('name')}", f"from {old} to {new}" if old and new else "")


def _changed(event: Event, _person: Names, _agency: Names) -> Told:
    words = DONE.get(event.subject or "")
    return (words, str(event.details.get("action") or "")) if words else None


def _named(words: str) -> Callable[[Event, Names, Names], Told]:
    def told(event: Event, person: Names, _agency: Names) -> Told:
        who = event.details.get("person")
        return (words, person(str(who)) if who else "")

    return told


def _destroyed(event: Event, _person: Names, _agency: Names) -> Told:
    return ("Records destroyed", f"certificate {event.details.get('certificate')}")


def _plain(words: str) -> Callable[[Event, Names, Names], Told]:
    """Words without a detail: what a document is called is not told here."""
    return lambda _event, _person, _agency: (words, "")


def _note_shown(event: Event, _person: Names, agency: Names) -> Told:
    return ("Opened a note that must not be discussed openly", agency(str(event.details.get("agency"))))


def _corrected(event: Event, _person: Names, _agency: Names) -> Told:
    fact = (event.subject or "").replace("_", " ")
    return ("Who the child is was corrected", fact[:1].upper() + fact[1:])


def _process(words: str) -> Callable[[Event, Names, Names], Told]:
    called = {
        "learning_review": "the review",
        "action": "an action",
        "dissemination": "sharing the learning",
        "undelivered_notice": "a notice that did not arrive",
        "late_step": "the questions about a late step",
        "emergency_access": "the look at an emergency access",
    }

    def told(event: Event, _person: Names, _agency: Names) -> Told:
        outcome = event.details.get("outcome") or event.details.get("reason") or ""
        return (f"{words} {called.get(event.subject or '', 'a process')}", str(outcome))

    return told


_WORDS: dict[str, Callable[[Event, Names, Names], Told]] = {
    "instance.started": _process("Started"),
    "instance.ended": _process("Ended"),
    "instance.paused": _process("Paused"),
    "instance.resumed": _process("Resumed"),
    "instance.cancelled": _process("Cancelled"),
    "task.opened": _step("Now to do"),
    "task.completed": _step("Done"),
    "task.cancelled": _step("No longer needed"),
    "task.assigned": _assigned,
    "task.released": _given_back,
    "deadline.extended": _step("More time agreed"),
    "deadline.moved": _moved,
    "timer.fired": _step("Time reached"),
    "decision.made": _step("Decided by table"),
    "service.performed": _step("Done by the service"),
    "chase.sent": _chased,
    "identity.shown": _named("Identity shown"),
    "identity.searched": _named("Found by a search for a child"),
    "identity.compared": _plain(KINDS["identity.compared"]),
    "identity.corrected": _corrected,
    "note.shown": _note_shown,
    "access.changed": _named("Access changed"),
    "conflict.declared": _named("Conflict of interest"),
    "mark.answered": _plain(KINDS["mark.answered"]),
    "record.changed": _changed,
    "feedback.given": _plain(KINDS["feedback.given"]),
    "export.made": _named("Export made"),
    "record.destroyed": _destroyed,
    **{kind: _plain(KINDS[kind]) for kind in KINDS if kind.startswith("file.") and kind != "file.opened"},
}
