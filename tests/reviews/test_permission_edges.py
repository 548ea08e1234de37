"""The edges of who may see and do what, one rule a test: each falls when its clause is taken away."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import UserTask
from reviews.doing import doing
from reviews.guards import GUARDED, broken
from reviews.models import BreakGlass, ChairNomination, Cover, PersonRole, Review, TriageDecision
from reviews.permissions import may_do, sections, viewer_for, visible_actions
from reviews.task_lists import my_tasks
from tests.reviews.test_permissions import Task, a_task_row, can_do, parts, seen_by
from tests.reviews.worlds import DAY, NOW, a_review, an_action


def covers(session: Session, person: str, by: str, state: str = "approved") -> None:
    session.add(Cover(person=person, covered_by=by, from_on=DAY, to_on=DAY, state=state))
    session.flush()


def joins(session: Session, person: str, role: str, agency: str | None = None) -> None:
    session.add(PersonRole(person=person, role=role, agency=agency, from_on=DAY))
    session.flush()


def opens(session: Session, person: str, review: Review, **facts: Any) -> BreakGlass:
    given = {"ends_at": NOW + dt.timedelta(minutes=60), "process_instance": UUID(int=9), **facts}
    row = BreakGlass(review=review.id, person=person, why="on_call", reason="-", asked_at=NOW, **given)
    session.add(row)
    session.flush()
    return row


def nominates(session: Session, review: Review, person: str, reply: str | None = None) -> None:
    session.add(
        ChairNomination(
            review=review.id, nominee=person, nominated_by="u_hosl", nominated_on=DAY, reply=reply
        )
    )
    session.flush()


def test_a_nomination_shows_the_review_to_its_nominee_alone_and_until_they_reply(session: Session) -> None:
    review = a_review(session)
    nominates(session, review, "u_chair")
    assert seen_by(session, "u_chair") == {review.ref}
    assert seen_by(session, "u_other_chair") == set()
    nominates(session, another := a_review(session, "MALR-2026-002"), "u_chair", reply="decline")
    assert another.ref not in seen_by(session, "u_chair")


def test_a_role_for_one_agency_says_nothing_of_another_that_they_have_another_role_for(
    session: Session,
) -> None:
    told, referred = a_review(session), a_review(session, "MALR-2026-002", told=())
    joins(session, "u_housing", "board_member", "pol")
    joins(session, "u_housing", "practitioner", "csc")
    an_action(session, told)
    assert told.ref not in seen_by(session, "u_housing"), "the police were told"
    assert referred.ref not in seen_by(session, "u_housing"), "children's services referred it"
    assert session.scalars(visible_actions(viewer_for(session, "u_housing", DAY))).all() == []


def test_a_deputy_leaves_to_another_what_they_must_leave_themselves_and_what_the_absent_must(
    session: Session,
) -> None:
    review = a_review(session, met_on=DAY)
    an_action(session, review, owner="u_qa", process_instance=UUID(int=1))
    an_action(session, review, ref="A2", owner="u_monitoring", process_instance=UUID(int=2))
    covers(session, "u_monitoring", "u_qa")
    task = Task(step="action_verification", role="monitoring_chair", agency=None)
    assert not can_do(session, "u_qa", task), "their own action"
    task.instance_id = UUID(int=2)
    assert not can_do(session, "u_qa", task), "the action of the one who is away"
    task.instance_id = UUID(int=3)
    assert can_do(session, "u_qa", task)


def test_what_was_opened_in_an_emergency_is_read_and_ends(session: Session) -> None:
    review = a_review(session)
    row = opens(session, "u_housing", review)
    assert parts(session, "u_housing", review) == {"overview", "agencies"}
    assert seen_by(session, "u_other_chair") == set(), "the hour is the asker's own"
    row.ended_at = NOW
    session.flush()
    assert seen_by(session, "u_housing") == set()
    row.ended_at, row.ends_at = None, NOW
    session.flush()
    assert seen_by(session, "u_housing") == set(), "at the end of the hour it has ended"


def test_the_hour_is_not_passed_on_to_a_deputy_and_a_deputy_has_their_own(session: Session) -> None:
    review = a_review(session)
    covers(session, "u_housing", "u_practitioner")
    opens(session, "u_housing", review)
    assert sections(session, viewer_for(session, "u_practitioner", DAY), review) == set()
    opens(session, "u_practitioner", review)
    assert parts(session, "u_practitioner", review) == {"overview", "agencies"}


def test_what_was_opened_in_an_emergency_gives_nobody_work(session: Session) -> None:
    """A colleague covers without approval: they do what is about reviews that they see anyway."""
    review = a_review(session, told=("csc",))
    joins(session, "u_housing", "safeguarding_lead", "pol")
    covers(session, "u_police", "u_housing", state="asked")
    session.add(PersonRole(person="u_police", role="safeguarding_lead", agency="hou", from_on=DAY))
    row = a_task_row(
        session, assignee="u_police", role="safeguarding_lead", agency="pol", business_key=review.ref
    )
    opens(session, "u_housing", review)
    viewer = viewer_for(session, "u_housing", DAY)
    assert review.ref in seen_by(session, "u_housing")
    assert not may_do(session, viewer, row)
    assert session.scalars(select(UserTask).where(my_tasks(viewer))).all() == []


def test_who_opened_a_review_does_not_judge_it(session: Session) -> None:
    review = a_review(session)
    joins(session, "u_housing", "hosl")
    opens(session, "u_housing", review)
    task = Task(step="access_review", role="hosl", agency=None, instance_id=UUID(int=9))
    assert not can_do(session, "u_housing", task)
    assert can_do(session, "u_hosl", task)


def test_the_qa_chair_sees_a_referral_once_asked_to_rule_and_not_for_another_decision(
    session: Session,
) -> None:
    review = a_review(session)
    for outcome, seen in (("accept", set()), ("ask_qa_chair", {review.ref})):
        session.add(
            TriageDecision(
                review=review.id, step="second_look", outcome=outcome, decided_by="u_hosl", decided_on=DAY
            )
        )
        session.flush()
        assert seen_by(session, "u_qa") == seen


def test_the_chair_of_a_review_is_not_its_second_reader(session: Session) -> None:
    """In whatever other role they could be."""
    a_review(session, chair="u_office")
    assert not can_do(session, "u_office", Task(step="anonymity_check", role="business_manager", agency=None))


def test_who_has_lost_every_role_does_nothing_not_even_what_was_given_to_them_by_name(
    session: Session,
) -> None:
    a_review(session, chair="u_chair")
    row = a_task_row(session, step="summary", role="chair", assignee="u_chair")
    assert doing(session, viewer_for(session, "u_chair", DAY), row.id).place == "u_chair"
    for held in session.scalars(select(PersonRole).where(PersonRole.person == "u_chair")):
        held.to_on = DAY
    session.flush()
    gone = viewer_for(session, "u_chair", DAY + dt.timedelta(days=1))
    assert doing(session, gone, row.id).place is None
    assert not may_do(session, gone, row)


def test_every_step_that_a_guard_names_is_asked_about() -> None:
    """Steps that no guard names are not asked about at all: the list of those must be whole."""
    said = str(
        broken("somebody", UserTask.step, UserTask.business_key, UserTask.instance_id).compile(
            compile_kwargs={"literal_binds": True}
        )
    )
    one = set(re.findall(r"user_task\.step = '(\w+)'", said))
    several = {
        name for each in re.findall(r"user_task\.step IN \(([^)]+)\)", said) for name in each.split(", ")
    }
    assert one | {name.strip("'") for name in several} == GUARDED
