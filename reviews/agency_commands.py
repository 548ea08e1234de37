"""What people do with the agencies of a review outside a step."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, add_item, set_variables, start, task, tasks
from reviews.acting import asked_on, mail, spine, today_of
from reviews.involving import tell_agency
from reviews.late_steps import watch_newcomer
from reviews.models import Invitation, Involvement, Review
from reviews.permissions import Viewer
from reviews.posts import those_told
from reviews.services.meeting import planned_meeting

EACH_AGENCY_STEPS = ("agency_preparation", "fact_check", "cascade")  # asked of every agency at once


def add_agency(session: Session, viewer: Viewer, ref: str, *, agency: str) -> None:
    """Add an agency found later: it is told at once, and joins every step that agencies do now (P4a).

    Before the agencies are told it joins their list, and is told with them. Raises NotFound, Refused.
    """
    review = asked_on(session, viewer, "add_agency", ref)
    if review.accepted_on is None or review.ended:
        raise Refused("Agencies are added to a review that is at work.")
    if session.get(Involvement, (review.id, agency)) is not None:
        raise Refused("This agency is part of the review already.")
    row = Involvement(review=review.id, agency=agency, added_on=today_of(session))
    session.add(row)
    session.flush()
    if review.agencies_told_on is None:
        return
    actor = Actor(viewer.person)
    tell_agency(session, review, row, by=actor)
    _join_steps(session, review, agency, actor)
    _invite(session, review, agency)


def _join_steps(session: Session, review: Review, agency: str, actor: Actor) -> None:
    """One more of each step that agencies do just now; later ones ask all that know of the review by then."""
    told = select(Involvement.agency).where(
        Involvement.review == review.id, Involvement.notified_on.is_not(None)
    )
    agencies = [{"id": each} for each in session.scalars(told.order_by(Involvement.agency))]
    at_work = {
        row.instance_id: row.step
        for row in tasks(session, business_keys=[review.ref])
        if row.step in EACH_AGENCY_STEPS
    }
    for instance in {spine(review), *at_work}:
        set_variables(session, instance, {"agencies": agencies}, by=actor)
    for instance, step in at_work.items():
        for opened in add_item(session, instance, step, {"id": agency}, by=actor):
            if instance == spine(review):
                begin = partial(start, session, by=actor)
                watch_newcomer(session, review, task(session, opened), start=begin)


def _invite(session: Session, review: Review, agency: str) -> None:
    """To the meeting that is planned: the others were invited when its date was fixed."""
    meeting = planned_meeting(session, review)
    if meeting is None:
        return
    people = those_told(session, "safeguarding_lead", agency, today_of(session))
    session.add_all(Invitation(meeting=meeting.id, agency=agency, person=person) for person in people)
    facts = {"date": meeting.held_on.isoformat(), "meeting": str(meeting.id)}
    mail(session, people, "invitation", review.ref, facts)
