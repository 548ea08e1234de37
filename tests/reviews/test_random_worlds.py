"""Random partnerships: whatever roles, covers, conflicts, restrictions and relations there are, the queries
that pages start from say what a second opinion says (`tests.access_model`). 0 differences.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, ProcessVersion, UserTask
from reviews import models as m
from reviews.permission_table import VERBS_ABOUT_NO_REVIEW, VERBS_ON_A_REVIEW
from reviews.permissions import may, may_do, sections, viewer_for, visible_actions, visible_reviews
from reviews.roles import AGENCY_ROLES, ROLES
from reviews.task_lists import visible_tasks
from tests.access_model import Model
from tests.reviews.worlds import DAY, NOW

WHO = ("u_1", "u_2", "u_3")
AGENCIES = ("csc", "pol")
STEPS = ("agency_preparation", "referral", "action_verification", "anonymity_check", "access_review")
people, agencies, few = st.sampled_from(WHO), st.sampled_from(AGENCIES), st.integers(0, 2)
# Those whom relations and agencies concern come up most, so that worlds hold something to disagree about.
MANY = (
    "safeguarding_lead",
    "chair",
    "agency_manager",
    "monitoring_chair",
    "board_member",
    "qa_chair",
    "hosl",
)
roles = st.one_of(st.sampled_from(MANY), st.sampled_from(sorted(ROLES)))
instances = st.sampled_from([UUID(int=number) for number in range(1, 4)])
maybe = st.booleans()


@pytest.fixture
def house_of_three(session: Session) -> Session:
    """Three people without roles, and the rows that tasks hang on."""
    for person in WHO:
        session.add(m.Person(id=person, name=person, email=f"{person}@board.example"))
    version = ProcessVersion(process="p", number=1, checksum="x", files={}, deployed_by="u", deployed_at=NOW)
    session.add(version)
    session.flush()
    for number in range(1, 4):
        session.add(
            ProcessInstance(
                id=UUID(int=number),
                version_id=version.id,
                process="p",
                business_key="-",
                status="running",
                state=b"",
                started_at=NOW,
                started_by="u",
            )
        )
    session.flush()
    return session


@pytest.mark.sqlite_only
@given(data=st.data())
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_in_any_world_the_queries_and_the_second_opinion_agree(
    house_of_three: Session, data: st.DataObject
) -> None:
    _compare(house_of_three, data)


@pytest.mark.postgresql_only
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_on_the_other_database_too(house_of_three: Session, data: st.DataObject) -> None:
    _compare(house_of_three, data)


def _compare(session: Session, data: st.DataObject) -> None:
    point = session.begin_nested()
    try:
        cases = _world(session, data.draw)
        session.flush()
        session.expire_all()
        model = Model(session, NOW, DAY)
        for person in WHO:
            _compare_one(session, model, person, cases)
    finally:
        point.rollback()
        session.expire_all()


def _compare_one(session: Session, model: Model, person: str, cases: list[m.Review]) -> None:
    viewer = viewer_for(session, person, DAY)
    shown = {row.id for row in session.scalars(visible_reviews(viewer))}
    assert shown == {case.id for case in cases if model.may(person, "see", case)}
    for case in cases:
        assert sections(session, viewer, case) == model.sections(person, case)
        for verb in VERBS_ON_A_REVIEW:
            assert may(session, viewer, verb, case) == model.may(person, verb, case), verb
    for verb in VERBS_ABOUT_NO_REVIEW:
        assert may(session, viewer, verb) == model.has(person, verb), verb
    listed = {row.id for row in session.scalars(visible_actions(viewer))}
    assert listed == {row.id for row in model.rows[m.Action] if model.sees_action(person, row)}
    able = {row.id for row in session.scalars(select(UserTask)) if may_do(session, viewer, row)}
    assert able == {row.id for row in session.scalars(select(UserTask)) if model.may_do(person, row)}
    work = {row.id for row in session.scalars(select(UserTask).where(visible_tasks(viewer)))}
    free = {row.id for row in session.scalars(select(UserTask)) if row.step != "referral" or row.assignee}
    assert able & free <= work, "what somebody may do is in their work list"


def _world(session: Session, draw: Any) -> list[m.Review]:
    """Everything about everybody, drawn."""
    for person in WHO:
        session.get_one(m.Person, person).active = draw(st.sampled_from([True, True, True, False]))
        for role in draw(st.lists(roles, max_size=3, unique=True)):
            since = draw(st.sampled_from([DAY, DAY + dt.timedelta(days=1)])) if draw(maybe) else DAY
            agency = draw(agencies) if role in AGENCY_ROLES else None
            session.add(m.PersonRole(person=person, role=role, agency=agency, from_on=since))
    session.flush()
    for _ in range(draw(st.integers(0, 3))):
        person, other = draw(people), draw(people)
        state = draw(st.sampled_from(["asked", "approved", "refused"]))
        held = list(session.scalars(select(m.PersonRole).where(m.PersonRole.person == person)))
        one = draw(st.sampled_from([None, *held]))
        if person != other:
            session.add(
                m.Cover(
                    person=person,
                    covered_by=other,
                    role=one.role if one else None,
                    agency=one.agency if one else None,
                    from_on=DAY,
                    to_on=DAY,
                    state=state,
                )
            )
    cases = [_case(session, draw, number) for number in range(2)]
    for number in range(draw(few)):
        _task(session, draw, draw(st.sampled_from([case.ref for case in cases] + ["EVENT-1"])), number)
    return cases


def _case(session: Session, draw: Any, number: int) -> m.Review:
    case = m.Review(
        ref=f"MALR-2026-{number + 1:03d}",
        state=draw(st.sampled_from(["draft", "agency_preparation", "monitoring"])),
        pseudonym="Child Alder",
        referrer=draw(people),
        referring_agency=draw(agencies),
        started_at=NOW,
        chair=draw(st.sampled_from([None, *WHO])),
        met_on=DAY if draw(maybe) else None,
        restricted=draw(st.sampled_from([False, False, True])),
    )
    session.add(case)
    session.flush()
    key = {"review": case.id}
    for agency in draw(st.lists(agencies, unique=True, max_size=2)):
        told = DAY if draw(maybe) else None
        session.add(m.Involvement(agency=agency, added_on=DAY, notified_on=told, **key))
    for person in draw(st.lists(people, unique=True, max_size=2)):
        session.add(m.NamedAccess(person=person, reason="-", given_at=NOW, given_by="-", **key))
    for person in draw(st.lists(people, unique=True, max_size=1)):
        session.add(m.Conflict(person=person, reason="-", declared_at=NOW, declared_by="-", **key))
    if draw(maybe):
        reply = draw(st.sampled_from([None, "accept"]))
        session.add(
            m.ChairNomination(nominee=draw(people), nominated_by="-", nominated_on=DAY, reply=reply, **key)
        )
    if draw(maybe):
        outcome = draw(st.sampled_from(["ask_qa_chair", "accept"]))
        session.add(m.TriageDecision(step="x", outcome=outcome, decided_by="-", decided_on=DAY, **key))
    if draw(maybe):
        session.add(m.QaDecision(meeting_on=DAY, **key))
    if draw(maybe):
        session.add(m.Redirect(sent_on=DAY, reason="-", **key))
    if draw(maybe):
        session.add(m.Summary(version=1, written_by=draw(people), written_at=NOW, **key))
    for action in range(draw(few)):
        _action(session, draw, case, action)
    if draw(maybe):
        left = dt.timedelta(minutes=draw(st.sampled_from([-1, 0, 30])))
        ended = draw(st.sampled_from([None, None, NOW]))
        session.add(
            m.BreakGlass(
                person=draw(people),
                why="on_call",
                reason="-",
                asked_at=NOW,
                ends_at=NOW + left,
                ended_at=ended,
                process_instance=draw(instances),
                **key,
            )
        )
    return case


def _action(session: Session, draw: Any, case: m.Review, number: int) -> None:
    row = m.Action(
        ref=f"{case.ref}-A{number}",
        review=case.id,
        text="-",
        agency=draw(agencies),
        owner=draw(people),
        status=draw(st.sampled_from(["proposed", "agreed"])),
        due=DAY,
        original_due=DAY,
        proposed_on=DAY,
        process_instance=draw(st.one_of(st.none(), instances)),
    )
    session.add(row)
    session.flush()
    if draw(maybe):
        session.add(m.Evidence(action=row.id, given_by=draw(people), given_on=DAY))


def _task(session: Session, draw: Any, key: str, number: int) -> None:
    role = draw(roles)
    session.add(
        UserTask(
            id=UUID(int=100 + number),
            instance_id=draw(instances),
            process="p",
            version=1,
            name="n",
            status="open",
            opened_at=NOW,
            business_key=key,
            token=uuid4().hex,
            step=draw(st.sampled_from(STEPS)),
            role=role,
            agency=draw(agencies) if role in AGENCY_ROLES else None,
            assignee=draw(st.sampled_from([None, *WHO])),
        )
    )
