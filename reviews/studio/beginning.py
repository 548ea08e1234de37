"""Beginning a case of any process in a rehearsal: what the calendar, a person or another process begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, house, local_date, start
from reviews.board_dates import BOARD, board_key
from reviews.commands import start_referral, suggest_case
from reviews.holders import holders
from reviews.learning_events.terms import event_key, event_of_term
from reviews.models import Agency, BoardReport, BodyMeeting, PersonRole, PolicyDocument, Term
from reviews.permissions import viewer_for
from reviews.studio.playing import CannotBeDone
from reviews.studio.wording import day_of

Facts = Mapping[str, Any]
CALENDAR = Actor.system("calendar")
POLICY = "POLICY-1"


def spine_of(process: str) -> str:
    """The process that a case begins with: its review's, for one that begins within a review."""
    return "learning_review" if process in WITHIN_A_REVIEW else process


def begin_case(session: Session, process: str, facts: Facts) -> str:
    """Begin a case; its business key. A process that begins within a review begins with its review.

    Raises CannotBeDone where somebody or something it needs is not there.
    """
    beginning = _BEGINNINGS.get(spine_of(process))
    if beginning is None:
        key = f"{process.upper()}-1"
        start(session, process, business_key=key, variables=dict(facts), by=CALENDAR)
        return key
    return beginning(session, facts)


WITHIN_A_REVIEW = frozenset(
    {"action", "dissemination", "late_step", "emergency_access", "undelivered_notice"}
)
FACTS = {
    "learning_review": ("agency",),
    "case_suggestion": ("agency",),
    "learning_event": ("term ends",),
    "board_report": ("board meets",),
    "policy_review": ("review due",),
}


def _referral(session: Session, facts: Facts) -> str:
    agency = _agency(session, "safeguarding_lead", facts)
    today = local_date(house(session).clock.now())
    lead = holders(session, "safeguarding_lead", today, agency=agency)[0]
    return start_referral(session, viewer_for(session, lead, today), agency=agency).ref


def _suggestion(session: Session, facts: Facts) -> str:
    agency = _agency(session, "practitioner", facts)
    today = local_date(house(session).clock.now())
    person = holders(session, "practitioner", today, agency=agency)[0]
    return suggest_case(session, viewer_for(session, person, today), agency=agency).key


def _agency(session: Session, role: str, facts: Facts) -> str:
    """The agency that is named, else the first that has somebody in the role."""
    told = facts.get("agency")
    held = select(Agency.id).join(PersonRole, PersonRole.agency == Agency.id).where(PersonRole.role == role)
    known = list(session.scalars(held.where(Agency.active.is_(True)).order_by(Agency.id).distinct()))
    if not known or (told is not None and told not in known):
        raise CannotBeDone(
            f"No agency {told or ''} has a {role.replace('_', ' ')}. Known: {', '.join(known)}."
        )
    return str(told or known[0])


def _event(session: Session, facts: Facts) -> str:
    today = local_date(house(session).clock.now())
    told = facts.get("term ends")
    if told is not None:
        ends = day_of(session, told)
        term = Term(id="rehearsed", name="The term of the rehearsal", starts=today, ends=ends)
        session.add(term)
        session.flush()
    else:
        found = session.scalars(select(Term).where(Term.ends > today).order_by(Term.ends)).first()
        if found is None:
            raise CannotBeDone("There is no term to come. Say when it ends.")
        term = found
    event = event_of_term(session, term)
    named = {"id": term.id, "name": term.name, "ends": term.ends.isoformat()}
    event.process_instance = start(
        session, "learning_event", business_key=event_key(term.id), variables={"term": named}, by=CALENDAR
    )
    return event_key(term.id)


def _report(session: Session, facts: Facts) -> str:
    today = local_date(house(session).clock.now())
    if "board meets" in facts:
        day = day_of(session, facts["board meets"])
    else:
        ahead = select(BodyMeeting.held_on).where(BodyMeeting.body == BOARD, BodyMeeting.held_on > today)
        day = session.scalar(ahead.order_by(BodyMeeting.held_on)) or today + dt.timedelta(days=42)
    report = BoardReport(board_on=day)
    session.add(report)
    session.flush()
    report.process_instance = start(
        session,
        "board_report",
        business_key=board_key(day),
        variables={"board": {"date": day.isoformat()}},
        by=CALENDAR,
    )
    return board_key(day)


def _policy(session: Session, facts: Facts) -> str:
    due = day_of(session, facts.get("review due", "in 90 days"))
    found = session.get(PolicyDocument, POLICY)
    if found is None:
        found = PolicyDocument(
            id=POLICY,
            title="Multi-agency learning reviews",
            version="1",
            approved_on=due - dt.timedelta(days=730),
            review_due=due,
            review_every="2 years",
        )
        session.add(found)
        session.flush()
    named = {"id": found.id, "title": found.title, "review_due": due.isoformat()}
    start(session, "policy_review", business_key=found.id, variables={"policy": named}, by=CALENDAR)
    return found.id


_BEGINNINGS: dict[str, Callable[[Session, Facts], str]] = {
    "learning_review": _referral,
    "case_suggestion": _suggestion,
    "learning_event": _event,
    "board_report": _report,
    "policy_review": _policy,
}
