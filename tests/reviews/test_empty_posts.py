"""Practice 2.7: if a post is empty, go to the next level. Empty is also a post whose holders are all away
without a deputy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import UserTask
from reviews.models import Absence, Agency, Body, Conflict, Cover, PersonRole, Review
from reviews.posts import post_for, those_told
from reviews.recipients import recipients
from tests.reviews.test_permissions import a_cover, a_task_row
from tests.reviews.worlds import DAY, NOW, a_review

YESTERDAY = DAY - dt.timedelta(days=1)


def leaves_role(session: Session, role: str, agency: str | None = None) -> None:
    """Nobody holds a role since today."""
    held = select(PersonRole).where(PersonRole.role == role, PersonRole.agency.is_not_distinct_from(agency))
    for row in session.scalars(held).all():
        row.to_on = YESTERDAY
    session.flush()


def is_away(session: Session, person: str) -> None:
    session.add(Absence(person=person, from_on=DAY, to_on=DAY, entered_by=person, entered_at=NOW))
    session.flush()


def a_body(session: Session, body: str, deputy: str | None) -> None:
    session.add(Body(id=body, name=body, deputy=deputy, quorum=""))
    session.flush()


def test_a_post_that_is_held_is_where_its_steps_go(session: Session) -> None:
    assert post_for(session, "safeguarding_lead", "pol") == ("safeguarding_lead", "pol", None)
    assert those_told(session, "safeguarding_lead", "pol", DAY) == ["u_police"]


@pytest.mark.parametrize("empty", [leaves_role, lambda session, *_: is_away(session, "u_police")])
def test_above_an_agencys_lead_stands_its_registered_lead_then_the_head(
    session: Session, empty: Callable[..., Any]
) -> None:
    empty(session, "safeguarding_lead", "pol")
    assert post_for(session, "safeguarding_lead", "pol") == ("hosl", None, None)
    assert those_told(session, "safeguarding_lead", "pol", DAY) == ["u_hosl"]
    session.get_one(Agency, "pol").lead = "u_monitoring"
    session.flush()
    assert post_for(session, "safeguarding_lead", "pol") == ("safeguarding_lead", "pol", "u_monitoring")
    assert those_told(session, "safeguarding_lead", "pol", DAY) == ["u_monitoring"]
    is_away(session, "u_monitoring")
    assert those_told(session, "safeguarding_lead", "pol", DAY) == ["u_hosl"]


def test_above_a_sub_groups_chair_stands_its_deputy_then_the_business_manager(session: Session) -> None:
    leaves_role(session, "qa_chair")
    assert post_for(session, "qa_chair", None) == ("business_manager", None, None)
    a_body(session, "qapm", "u_chair")
    assert post_for(session, "qa_chair", None) == ("qa_chair", None, "u_chair")
    assert those_told(session, "qa_chair", None, DAY) == ["u_chair"]


def test_the_office_stands_above_each_other_and_nobody_is_asked_for_ever(session: Session) -> None:
    leaves_role(session, "hosl")
    assert post_for(session, "hosl", None) == ("business_manager", None, None)
    leaves_role(session, "business_manager")
    assert post_for(session, "hosl", None) == ("hosl", None, None)
    assert those_told(session, "hosl", None, DAY) == []


def test_a_deputy_in_force_keeps_the_post_filled(session: Session) -> None:
    is_away(session, "u_police")
    cover = a_cover(session, "u_police", "u_board", role="safeguarding_lead", agency="pol")
    assert those_told(session, "safeguarding_lead", "pol", DAY) == ["u_hosl"], "not approved yet"
    cover.state = "approved"
    session.flush()
    assert post_for(session, "safeguarding_lead", "pol") == ("safeguarding_lead", "pol", None)
    assert those_told(session, "safeguarding_lead", "pol", DAY) == ["u_board"]
    is_away(session, "u_board")
    assert those_told(session, "safeguarding_lead", "pol", DAY) == ["u_hosl"]


def a_late_task(session: Session, **facts: Any) -> UserTask:
    a_review(session)
    return a_task_row(session, **facts)


def test_a_reminder_goes_to_the_deputy_instead_of_who_is_away(session: Session) -> None:
    task = a_late_task(session, agency="csc", assignee="u_csc")
    assert recipients(session, task, "assignee") == ["u_csc"]
    a_cover(session, "u_csc", "u_csc_second", role="safeguarding_lead", agency="csc")
    assert recipients(session, task, "assignee") == ["u_csc_second"]


def test_without_a_deputy_who_is_away_and_the_level_above_are_reminded(session: Session) -> None:
    task = a_late_task(session, agency="pol", assignee="u_police")
    is_away(session, "u_police")
    assert recipients(session, task, "assignee") == ["u_police", "u_hosl"]
    assert recipients(session, task, "agency_lead") == ["u_hosl"]


def test_a_deputy_hears_nothing_of_a_case_that_is_closed_to_who_is_away(session: Session) -> None:
    task = a_late_task(session, role="hosl", agency=None)
    a_cover(session, "u_hosl", "u_chair", "approved", role="hosl")
    assert recipients(session, task, "hosl") == ["u_chair"]
    review = session.scalars(select(Review)).one()
    session.add(
        Conflict(review=review.id, person="u_hosl", declared_at=NOW, declared_by="u_hosl", reason="-")
    )
    session.flush()
    assert recipients(session, task, "hosl") == []


def test_a_cover_of_other_days_changes_nothing(session: Session) -> None:
    task = a_late_task(session, agency="csc", assignee="u_csc")
    later = DAY + dt.timedelta(days=1)
    session.add(
        Cover(person="u_csc", covered_by="u_csc_second", from_on=later, to_on=later, state="approved")
    )
    session.flush()
    assert recipients(session, task, "assignee") == ["u_csc"]
