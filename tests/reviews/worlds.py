"""Small worlds for tests of this package: agencies, the people who matter, a review, in few words."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine import Actor, ServiceCall
from reviews.models import Action, Agency, Involvement, Person, PersonRole, Review
from reviews.roles import AGENCY_ROLES
from reviews.services import registry

DAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
PEOPLE: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "u_hosl": ("csc", ("hosl",)),
    "u_office": ("csc", ("business_manager",)),
    "u_chair": ("icb", ("chair",)),
    "u_other_chair": ("icb", ("chair",)),
    "u_csc": ("csc", ("safeguarding_lead",)),
    "u_csc_second": ("csc", ("safeguarding_lead",)),
    "u_police": ("pol", ("safeguarding_lead",)),
    "u_housing": ("hou", ("safeguarding_lead",)),
    "u_qa": ("icb", ("qa_chair",)),
    "u_monitoring": ("pol", ("monitoring_chair",)),
    "u_scr": ("pol", ("scr_chair",)),
    "u_board": ("icb", ("board_member",)),
    "u_practitioner": ("csc", ("practitioner",)),
    "u_admin": (None, ("system_admin",)),
    "u_process_owner": (None, ("process_owner",)),
    "u_auditor": (None, ("auditor",)),
}


def populate(session: Session) -> None:
    """Agencies and people."""
    for agency in ("csc", "pol", "icb", "hou"):
        session.add(
            Agency(id=agency, name=f"Agency {agency}", sector="any", statutory_partner=agency != "hou")
        )
    session.flush()
    for person, (agency, roles) in PEOPLE.items():
        session.add(Person(id=person, name=person, email=f"{person}@board.example", agency=agency))
        session.flush()
        for role in roles:
            held_for = agency if role in AGENCY_ROLES else None
            session.add(
                PersonRole(person=person, role=role, agency=held_for, from_on=dt.date(2025, 1, 1), to_on=None)
            )
    session.flush()


def a_review(session: Session, ref: str = "MALR-2026-001", **facts: Any) -> Review:
    """A review that csc referred and of which csc and the police were told, unless said otherwise."""
    told = facts.pop("told", ("csc", "pol"))
    defaults: dict[str, Any] = {
        "state": "agency_preparation",
        "pseudonym": "Child Alder",
        "referrer": "u_csc",
        "referring_agency": "csc",
        "started_at": NOW,
    }
    review = Review(ref=ref, **{**defaults, **facts})
    session.add(review)
    session.flush()
    for agency in told:
        session.add(Involvement(review=review.id, agency=agency, added_on=DAY, notified_on=DAY))
    session.flush()
    return review


def an_action(session: Session, review: Review, **facts: Any) -> Action:
    """An agreed action of the police, unless said otherwise."""
    defaults: dict[str, Any] = {
        "ref": f"{review.ref}-A1",
        "text": "Change the form",
        "agency": "pol",
        "owner": "u_police",
        "status": "agreed",
        "proposed_on": DAY,
        "due": DAY,
        "original_due": DAY,
    }
    action = Action(review=review.id, **{**defaults, **facts})
    session.add(action)
    session.flush()
    return action


class Sent:
    """What a service asked for: notices, messages, processes."""

    def __init__(self) -> None:
        self.mail: list[tuple[str, str]] = []
        self.messages: list[tuple[str, UUID]] = []
        self.started: list[tuple[str, str, dict[str, Any]]] = []


def a_call(session: Session, ref: str, **facts: Any) -> tuple[ServiceCall, Sent]:
    """A call as the engine makes it, and what the service asked for through it."""
    sent = Sent()

    def start(process: str, *, business_key: str, variables: dict[str, Any]) -> UUID:
        sent.started.append((process, business_key, variables))
        return uuid4()

    defaults: dict[str, Any] = {
        "service": "",
        "instance_id": uuid4(),
        "process": "learning_review",
        "variables": {},
        "inputs": {},
        "item": None,
        "answers": {},
        "identity": {},
        "task_id": None,
        "step": None,
        "actor": Actor("u_hosl"),
        "now": NOW,
    }
    call = ServiceCall(
        session=session,
        business_key=ref,
        _start=start,
        _send=lambda message, *, to, payload: sent.messages.append((message, to)),
        _mail=lambda *, to, text, about, facts, urgent: sent.mail.append((to, text)),
        **{**defaults, **facts},
    )
    return call, sent


def perform(session: Session, service: str, ref: str, **facts: Any) -> Sent:
    """Run one service; what it asked for."""
    call, sent = a_call(session, ref, service=service, **facts)
    registry[service](call)
    session.flush()
    return sent
