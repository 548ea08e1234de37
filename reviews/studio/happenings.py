"""What may happen at any time in a rehearsal, beside the steps: each as somebody in use would do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, came_back, extend, house, instances, local_date, send_message
from engine.models import Outbox
from engine.rehearsal import bundles_of
from reviews import action_commands, agency_commands, commands, meeting_commands
from reviews.break_glass import open_in_emergency
from reviews.models import Action, Review
from reviews.permissions import Viewer, viewer_for
from reviews.studio.people_words import agency_of, people_of
from reviews.studio.playing import CannotBeDone, forget, open_tasks
from reviews.studio.wording import day_of

Facts = Mapping[str, Any]
REASON = "This is how the scenario goes."
EMERGENCY = "The hospital rang, and nobody of the office can be reached."


@dataclass(frozen=True)
class Happening:
    """Something that may happen: who does it unless said otherwise, and how."""

    by: str
    act: Callable[[Session, Viewer, str, Facts], None]
    facts: tuple[str, ...] = ()


def happenings_of(session: Session) -> dict[str, Happening]:
    """Everything that may happen, by its words: what people do at any time, and the messages of diagrams."""
    found = dict(KNOWN)
    for process, bundle in bundles_of(session).items():
        for message in bundle.drawn.event_subprocesses() if bundle.drawn else ():
            found.setdefault(message.replace("_", " "), _message(process, message))
    return found


def let_happen(session: Session, what: str, by: object, facts: Facts) -> None:
    """Let it happen. Raises CannotBeDone, Refused, NotFound or Unknown, each with a sentence."""
    happening = happenings_of(session)[what]
    unknown = set(facts) - set(happening.facts)
    if unknown:
        raise CannotBeDone(f"{what} takes no {min(unknown)}. It takes: {', '.join(happening.facts) or '-'}.")
    people = people_of(session, by or happening.by)
    if not people:
        raise CannotBeDone(f"Nobody is there as {by or happening.by}.")
    today = local_date(house(session).clock.now())
    ref = session.scalar(select(Review.ref).order_by(Review.started_at)) or ""
    forget(session)
    happening.act(session, viewer_for(session, people[0], today), ref, facts)


def _message(process: str, message: str) -> Happening:
    def act(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
        for row in (row for key in _keys(session) for row in instances(session, key)):
            if row.process == process and row.status in ("running", "paused"):
                send_message(session, message, instance_id=row.id, payload=facts, by=Actor(viewer.person))

    return Happening("business manager", act)


def _keys(session: Session) -> set[str]:
    return {row.business_key for row in open_tasks(session)}


def _cancel_action(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
    action = session.scalars(select(Action).where(Action.process_instance.is_not(None))).first()
    if action is None:
        raise CannotBeDone("No action is at work.")
    action_commands.cancel_action(session, viewer, action.ref, reason=REASON)


def _move_meeting(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
    to = day_of(session, facts.get("to", "in 10 working days"))
    meeting_commands.move_meeting(session, viewer, ref, to=to, time="09:30", reason=REASON)


def _give_time(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
    until: dt.date = day_of(session, facts.get("until", "in 10 working days"))
    found = [row for row in open_tasks(session) if row.step == facts.get("step")]
    if not found:
        raise CannotBeDone(f"{facts.get('step') or 'No step'} is not open.")
    for row in found:
        extend(
            session,
            row.id,
            until=until,
            reason=REASON,
            approved_by=viewer.person,
            by=Actor(viewer.person),
        )


def _comes_back(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
    """The newest notice of a person that has left comes back."""
    query = select(Outbox).where(Outbox.status == "sent", Outbox.recipient == viewer.person)
    sent = session.scalars(query.order_by(Outbox.sent_at.desc())).first()
    if sent is None:
        raise CannotBeDone(f"No notice was sent to {viewer.person}.")
    came_back(session, sent.key, by=Actor.system("post"))


def _emergency(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
    if open_in_emergency(session, viewer, ref, why="child_at_risk", reason=EMERGENCY) is None:
        raise CannotBeDone("This person cannot open the review in an emergency.")


def _add_agency(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
    agency_commands.add_agency(session, viewer, ref, agency=agency_of(session, facts.get("agency", "")))


def _with_reason(command: Callable[..., None]) -> Callable[[Session, Viewer, str, Facts], None]:
    def act(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
        command(session, viewer, ref, reason=str(facts.get("reason", REASON)))

    return act


def _resume(session: Session, viewer: Viewer, ref: str, facts: Facts) -> None:
    commands.resume_review(session, viewer, ref)


_HEAD = "hosl"
KNOWN: dict[str, Happening] = {
    "withdraw": Happening(_HEAD, _with_reason(commands.withdraw), ("reason",)),
    "statutory threshold": Happening(_HEAD, _with_reason(commands.statutory_threshold), ("reason",)),
    "pause": Happening(_HEAD, _with_reason(commands.pause_review), ("reason",)),
    "resume": Happening(_HEAD, _resume),
    "cancel the meeting": Happening(
        "business_support", _with_reason(meeting_commands.cancel_meeting), ("reason",)
    ),
    "move the meeting": Happening("business_support", _move_meeting, ("to",)),
    "cancel the action": Happening("monitoring_chair", _cancel_action),
    "add an agency": Happening(_HEAD, _add_agency, ("agency",)),
    "give more time": Happening(_HEAD, _give_time, ("step", "until")),
    "a notice comes back": Happening("the referrer", _comes_back),
    "open in an emergency": Happening("safeguarding_lead of eh", _emergency),
    "declare a conflict of interest": Happening(
        "the chair", _with_reason(commands.declare_conflict), ("reason",)
    ),
}
