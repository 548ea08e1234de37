"""Who may see and do what, in words. Every test states its rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, ProcessVersion, UserTask
from reviews.models import (
    Conflict,
    Cover,
    Evidence,
    Involvement,
    NamedAccess,
    Person,
    PersonRole,
    QaDecision,
    Redirect,
    Review,
    Summary,
)
from reviews.permission_table import SECTIONS
from reviews.permissions import (
    Viewer,
    doing_for,
    may,
    may_do,
    sections,
    viewer_for,
    visible_actions,
    visible_reviews,
)
from reviews.task_lists import visible_tasks
from tests.reviews.worlds import DAY, NOW, a_review, an_action


def seen_by(session: Session, person: str) -> set[str]:
    viewer = viewer_for(session, person, DAY)
    return {review.ref for review in session.scalars(visible_reviews(viewer))}


def parts(session: Session, person: str, review: Review) -> set[str]:
    return sections(session, viewer_for(session, person, DAY), review)


FIRST = UUID(int=1)


@dataclass
class Task:
    """A task as the engine shows it."""

    business_key: str = "MALR-2026-001"
    process: str = "learning_review"
    step: str = "agency_preparation"
    role: str = "safeguarding_lead"
    agency: str | None = "pol"
    assignee: str | None = None
    instance_id: UUID = FIRST


def can_do(session: Session, person: str, task: Task) -> bool:
    return may_do(session, viewer_for(session, person, DAY), task)


# --- two agencies ---


def test_an_agency_sees_the_reviews_it_was_told_of_and_no_others(session: Session) -> None:
    a_review(session, "MALR-2026-001", told=("csc", "pol"))
    a_review(session, "MALR-2026-002", told=("csc",))
    assert seen_by(session, "u_police") == {"MALR-2026-001"}
    assert seen_by(session, "u_housing") == set()


def test_an_agency_named_in_a_referral_knows_nothing_until_it_is_notified(session: Session) -> None:
    review = a_review(session, told=("csc", "pol"))
    session.add(Involvement(review=review.id, agency="hou", added_on=DAY, notified_on=None))
    session.flush()
    assert seen_by(session, "u_housing") == set()


def test_before_the_meeting_an_agency_sees_only_its_own_preparation(session: Session) -> None:
    review = a_review(session)
    assert parts(session, "u_police", review) == {"overview", "own_preparation"}


def test_after_the_meeting_an_agency_sees_the_learning_but_no_other_agencys_preparation(
    session: Session,
) -> None:
    review = a_review(session, met_on=DAY)
    seen = parts(session, "u_police", review)
    assert {"learning", "meetings", "actions"} <= seen
    assert not {"preparations", "referral", "triage", "timeline", "documents"} & seen


def test_the_referring_agency_sees_its_referral(session: Session) -> None:
    review = a_review(session, told=())
    assert parts(session, "u_csc_second", review) == {"overview", "referral"}
    assert parts(session, "u_police", review) == set()


def test_a_draft_is_its_writers_own(session: Session) -> None:
    a_review(session, state="draft", told=())
    assert seen_by(session, "u_csc") == {"MALR-2026-001"}
    for person in ("u_csc_second", "u_hosl", "u_office"):
        assert seen_by(session, person) == set()


# --- blocks ---


@pytest.mark.parametrize("person", ["u_hosl", "u_office", "u_chair", "u_csc", "u_police", "u_qa"])
def test_a_conflict_of_interest_keeps_out_whoever_it_is(session: Session, person: str) -> None:
    review = a_review(session, met_on=DAY, chair="u_chair")
    session.add(QaDecision(review=review.id, meeting_on=DAY))
    session.flush()
    an_action(session, review)
    assert seen_by(session, person) == {"MALR-2026-001"}
    session.add(
        Conflict(review=review.id, person=person, declared_at=NOW, declared_by=person, reason="Knows them")
    )
    session.flush()
    viewer = viewer_for(session, person, DAY)
    assert seen_by(session, person) == set()
    assert sections(session, viewer, review) == set()
    assert not may(session, viewer, "show_identity", review)
    assert session.scalars(visible_actions(viewer)).all() == []
    assert not can_do(session, person, Task(assignee=person))


def test_a_restricted_review_is_for_those_it_names(session: Session) -> None:
    review = a_review(session, restricted=True, chair="u_chair")
    assert seen_by(session, "u_hosl") == seen_by(session, "u_chair") == seen_by(session, "u_police") == set()
    session.add(
        NamedAccess(review=review.id, person="u_hosl", given_at=NOW, given_by="u_hosl", reason="Leads it")
    )
    session.flush()
    assert seen_by(session, "u_hosl") == {"MALR-2026-001"}
    assert not can_do(session, "u_police", Task())


def test_being_named_gives_nothing_without_a_role_in_the_case(session: Session) -> None:
    review = a_review(session, restricted=True)
    session.add(
        NamedAccess(review=review.id, person="u_housing", given_at=NOW, given_by="u_hosl", reason="-")
    )
    session.flush()
    assert seen_by(session, "u_housing") == set()


# --- roles ---


@pytest.mark.parametrize(
    "person", ["u_admin", "u_process_owner", "u_auditor", "u_board", "u_practitioner", "u_scr"]
)
def test_these_see_no_case_content(session: Session, person: str) -> None:
    review = a_review(session, met_on=DAY)
    an_action(session, review)
    assert seen_by(session, person) == set()
    assert session.scalars(visible_actions(viewer_for(session, person, DAY))).all() == []


def test_the_board_sees_reports_only(session: Session) -> None:
    viewer = viewer_for(session, "u_board", DAY)
    assert may(session, viewer, "see_board_reports")
    assert not may(session, viewer, "see_action_board")


def test_the_scr_chair_sees_a_review_once_it_is_handed_over(session: Session) -> None:
    review = a_review(session)
    session.add(Redirect(review=review.id, sent_on=DAY))
    session.flush()
    assert parts(session, "u_scr", review) == {"overview", "referral", "triage"}


def test_qa_sees_a_review_once_it_is_on_an_agenda(session: Session) -> None:
    review = a_review(session, met_on=DAY)
    assert seen_by(session, "u_qa") == set()
    session.add(QaDecision(review=review.id, meeting_on=DAY))
    session.flush()
    seen = parts(session, "u_qa", review)
    assert {"learning", "actions"} <= seen
    assert not {"referral", "preparations"} & seen


def test_monitoring_sees_agreed_actions_and_not_the_case(session: Session) -> None:
    review = a_review(session, met_on=DAY)
    action = an_action(session, review, status="proposed")
    viewer = viewer_for(session, "u_monitoring", DAY)
    assert session.scalars(visible_actions(viewer)).all() == []
    action.status = "agreed"
    session.flush()
    assert session.scalars(visible_actions(viewer)).all() == [action]
    assert parts(session, "u_monitoring", review) == {"overview", "actions"}


def test_a_chair_sees_the_reviews_they_chair_and_no_others(session: Session) -> None:
    review = a_review(session, chair="u_chair")
    assert parts(session, "u_chair", review) == set(SECTIONS) - {"own_preparation"}
    assert seen_by(session, "u_other_chair") == set()


def test_somebody_who_left_sees_nothing(session: Session) -> None:
    a_review(session)
    person = session.get(Person, "u_hosl")
    assert person is not None
    person.active = False
    session.flush()
    assert seen_by(session, "u_hosl") == set()


def test_a_person_who_covers_another_acts_for_them_on_those_days_only(session: Session) -> None:
    a_review(session, chair="u_chair")
    session.add(
        Cover(
            person="u_chair",
            covered_by="u_other_chair",
            from_on=DAY,
            to_on=DAY + dt.timedelta(days=4),
            state="approved",
        )
    )
    session.flush()
    assert seen_by(session, "u_other_chair") == {"MALR-2026-001"}
    later = viewer_for(session, "u_other_chair", DAY + dt.timedelta(days=5))
    assert session.scalars(visible_reviews(later)).all() == []


def a_cover(session: Session, person: str, deputy: str, state: str = "asked", **facts: Any) -> Cover:
    row = Cover(
        person=person, covered_by=deputy, from_on=DAY, to_on=DAY + dt.timedelta(days=4), state=state, **facts
    )
    session.add(row)
    session.flush()
    return row


def a_conflict(session: Session, review: Review, person: str) -> None:
    session.add(Conflict(review=review.id, person=person, declared_at=NOW, declared_by=person, reason="-"))
    session.flush()


def test_cover_without_approval_shows_no_review_that_the_deputy_does_not_see_anyway(session: Session) -> None:
    a_review(session, chair="u_chair")
    task = Task(step="summary", role="chair", agency=None, assignee="u_chair")
    cover = a_cover(session, "u_chair", "u_other_chair", role="chair")
    assert seen_by(session, "u_other_chair") == set()
    assert not can_do(session, "u_other_chair", task)
    cover.state = "approved"
    session.flush()
    assert seen_by(session, "u_other_chair") == {"MALR-2026-001"}
    assert can_do(session, "u_other_chair", task)


def test_a_colleague_of_the_same_role_and_agency_begins_without_approval(session: Session) -> None:
    a_review(session)
    task = Task(agency="csc", assignee="u_csc")
    assert not can_do(session, "u_csc_second", task)
    a_cover(session, "u_csc", "u_csc_second", role="safeguarding_lead", agency="csc")
    assert can_do(session, "u_csc_second", task)
    a_task_row(session, step="theirs", agency="csc", assignee="u_csc")
    viewer = viewer_for(session, "u_csc_second", DAY)
    assert listed(session, viewer) == {"theirs"}
    assert doing_for(session, viewer, task) == "u_csc"
    draft = Task(step="referral", agency="csc", assignee="u_csc")
    assert not can_do(session, "u_csc_second", draft), "a draft is its writer's own"


def test_the_same_role_of_another_agency_is_not_the_same(session: Session) -> None:
    a_review(session, told=("pol",))
    cover = a_cover(session, "u_police", "u_housing", role="safeguarding_lead", agency="pol")
    assert seen_by(session, "u_housing") == set()
    assert not can_do(session, "u_housing", Task(agency="pol"))
    cover.state = "approved"
    session.flush()
    assert seen_by(session, "u_housing") == {"MALR-2026-001"}
    assert can_do(session, "u_housing", Task(agency="pol"))
    cover.state = "refused"
    session.flush()
    assert seen_by(session, "u_housing") == set()


def test_a_cover_of_one_role_gives_that_role_alone(session: Session) -> None:
    session.add(PersonRole(person="u_chair", role="hosl", from_on=DAY))
    a_review(session, "MALR-2026-001", chair="u_chair")
    a_review(session, "MALR-2026-002")
    a_cover(session, "u_chair", "u_other_chair", "approved", role="chair")
    assert seen_by(session, "u_chair") == {"MALR-2026-001", "MALR-2026-002"}
    assert seen_by(session, "u_other_chair") == {"MALR-2026-001"}


@pytest.mark.parametrize("who", ["u_hosl", "u_chair"])
def test_a_conflict_of_the_deputy_or_of_who_is_away_keeps_the_deputy_out(session: Session, who: str) -> None:
    review = a_review(session)
    task = Task(step="triage_decision", role="hosl", agency=None, assignee="u_hosl")
    a_cover(session, "u_hosl", "u_chair", "approved", role="hosl")
    a_task_row(session, step="free", role="hosl", agency=None)
    assert seen_by(session, "u_chair") == {"MALR-2026-001"}
    assert can_do(session, "u_chair", task)
    assert listed(session, viewer_for(session, "u_chair", DAY)) == {"free"}
    a_conflict(session, review, who)
    viewer = viewer_for(session, "u_chair", DAY)
    assert seen_by(session, "u_chair") == set()
    assert parts(session, "u_chair", review) == set()
    assert not may(session, viewer, "pause", review)
    assert not can_do(session, "u_chair", task)
    assert not can_do(session, "u_chair", Task(step="free", role="hosl", agency=None))
    assert listed(session, viewer) == set()


def test_a_conflict_of_who_is_away_takes_nothing_from_the_deputys_own_role(session: Session) -> None:
    review = a_review(session)
    a_cover(session, "u_hosl", "u_office", "approved", role="hosl")
    a_conflict(session, review, "u_hosl")
    assert seen_by(session, "u_office") == {"MALR-2026-001"}
    viewer = viewer_for(session, "u_office", DAY)
    assert may(session, viewer, "pause", review)
    assert not may(session, viewer, "reopen", review), "that is the Head's alone"


def test_a_restricted_review_asks_for_the_deputys_own_name(session: Session) -> None:
    review = a_review(session, restricted=True, chair="u_chair")
    a_cover(session, "u_chair", "u_other_chair", "approved", role="chair")
    session.add(NamedAccess(review=review.id, person="u_chair", given_at=NOW, given_by="u_hosl", reason="-"))
    session.flush()
    assert seen_by(session, "u_chair") == {"MALR-2026-001"}
    assert seen_by(session, "u_other_chair") == set()
    task = Task(step="summary", role="chair", agency=None, assignee="u_chair")
    assert not can_do(session, "u_other_chair", task)


def test_a_deputy_does_not_judge_what_is_the_absent_ones_own(session: Session) -> None:
    review = a_review(session, met_on=DAY)
    an_action(session, review, owner="u_monitoring", process_instance=FIRST)
    a_cover(session, "u_monitoring", "u_office", "approved", role="monitoring_chair")
    task = Task(step="action_verification", role="monitoring_chair", agency=None)
    assert not can_do(session, "u_office", task)
    task.instance_id = UUID(int=2)
    assert can_do(session, "u_office", task)


def test_cover_is_not_passed_on(session: Session) -> None:
    a_review(session, chair="u_chair")
    a_cover(session, "u_chair", "u_other_chair", "approved", role="chair")
    a_cover(session, "u_other_chair", "u_housing", "approved", role="chair")
    assert seen_by(session, "u_housing") == set()


def test_an_unknown_verb_is_refused(session: Session) -> None:
    review = a_review(session)
    viewer = viewer_for(session, "u_hosl", DAY)
    assert not may(session, viewer, "burn", review)
    assert not may(session, viewer, "burn")


def test_identity_is_for_the_office_the_chair_and_notified_agencies(session: Session) -> None:
    review = a_review(session, chair="u_chair", met_on=DAY)
    session.add(QaDecision(review=review.id, meeting_on=DAY))
    session.flush()
    allowed = {
        person
        for person in (
            "u_hosl",
            "u_office",
            "u_chair",
            "u_csc",
            "u_police",
            "u_qa",
            "u_monitoring",
            "u_housing",
        )
        if may(session, viewer_for(session, person, DAY), "show_identity", review)
    }
    assert allowed == {"u_hosl", "u_office", "u_chair", "u_csc", "u_police"}


# --- tasks ---


def test_a_task_of_an_agency_is_done_by_that_agencys_lead(session: Session) -> None:
    a_review(session)
    assert can_do(session, "u_police", Task(agency="pol"))
    assert not can_do(session, "u_csc", Task(agency="pol"))
    assert not can_do(session, "u_csc", Task(agency=None)), "a task without its agency belongs to nobody"


def test_a_task_that_names_a_person_is_theirs_alone(session: Session) -> None:
    a_review(session)
    assert can_do(session, "u_csc", Task(agency="csc", assignee="u_csc"))
    assert not can_do(session, "u_csc_second", Task(agency="csc", assignee="u_csc"))


def test_an_owner_never_verifies_their_own_action(session: Session) -> None:
    review = a_review(session, met_on=DAY)
    an_action(session, review, owner="u_monitoring", process_instance=UUID(int=1))
    task = Task(step="action_verification", role="monitoring_chair", agency=None)
    assert not can_do(session, "u_monitoring", task)
    task.instance_id = UUID(int=2)
    assert can_do(session, "u_monitoring", task)


def test_who_sent_the_evidence_for_an_owner_does_not_verify_it(session: Session) -> None:
    review = a_review(session, met_on=DAY)
    action = an_action(session, review, owner="u_police", process_instance=UUID(int=1))
    task = Task(step="action_verification", role="monitoring_chair", agency=None)
    assert can_do(session, "u_monitoring", task)
    session.add(Evidence(action=action.id, given_by="u_monitoring", given_on=DAY))
    session.flush()
    assert not can_do(session, "u_monitoring", task)


def test_the_second_reader_is_never_the_author(session: Session) -> None:
    review = a_review(session, chair="u_chair", met_on=DAY)
    task = Task(step="anonymity_check", role="business_manager", agency=None)
    assert can_do(session, "u_office", task)
    session.add(Summary(review=review.id, version=1, written_by="u_office", written_at=NOW))
    session.flush()
    assert not can_do(session, "u_office", task)


def a_task_row(session: Session, **facts: object) -> UserTask:
    version = ProcessVersion(
        process=uuid4().hex, number=1, checksum="x", files={}, deployed_by="u", deployed_at=NOW
    )
    session.add(version)
    session.flush()
    instance = ProcessInstance(
        version_id=version.id,
        process="p",
        business_key=str(facts.get("business_key", "MALR-2026-001")),
        status="running",
        state=b"",
        started_at=NOW,
        started_by="u",
    )
    session.add(instance)
    session.flush()
    defaults: dict[str, object] = {
        "process": "p",
        "version": 1,
        "name": "n",
        "status": "open",
        "opened_at": NOW,
        "business_key": "MALR-2026-001",
        "token": uuid4().hex,
        "step": "agency_preparation",
        "role": "safeguarding_lead",
        "agency": "pol",
    }
    row = UserTask(instance_id=instance.id, **{**defaults, **facts})
    session.add(row)
    session.flush()
    return row


def listed(session: Session, viewer: Viewer) -> set[str]:
    return {row.step for row in session.scalars(select(UserTask).where(visible_tasks(viewer)))}


def test_my_work_holds_my_tasks_and_my_teams_and_nobody_elses(session: Session) -> None:
    a_review(session)
    a_task_row(session, step="mine", assignee="u_police")
    a_task_row(session, step="free")
    a_task_row(session, step="another_agency", agency="csc")
    a_task_row(session, step="referral", assignee="u_police_second")
    a_task_row(session, step="a_chairs", role="chair", agency=None, assignee="u_chair")
    viewer = viewer_for(session, "u_police", DAY)
    assert listed(session, viewer) == {"mine", "free"}
    assert listed(session, viewer_for(session, "u_other_chair", DAY)) == set()
    assert listed(session, Viewer("nobody")) == set()


def test_work_of_a_closed_case_leaves_the_list(session: Session) -> None:
    review = a_review(session)
    a_task_row(session, assignee="u_police")
    viewer = viewer_for(session, "u_police", DAY)
    assert listed(session, viewer) == {"agency_preparation"}
    session.add(
        Conflict(review=review.id, person="u_police", declared_at=NOW, declared_by="u_police", reason="-")
    )
    session.flush()
    assert listed(session, viewer) == set()
