"""What may happen at any time, through the engine: each rule in a sentence."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import Database, NotFound, Refused, VirtualClock, history, tasks
from reviews import commands, restricting
from reviews.agency_commands import add_agency
from reviews.completing import send_in
from reviews.demonstration import answers_referral as first
from reviews.models import Conflict, Disclosure, Involvement, Suggestion
from tests.reviews.driving import Driver


@pytest.fixture
def drive(database: Database, clock: VirtualClock) -> Driver:
    return Driver(database, clock)


def test_only_a_safeguarding_lead_or_the_head_refers(drive: Driver) -> None:
    with drive.database.write() as session, pytest.raises(Refused, match="suggest"):
        commands.start_referral(session, drive.viewer(session, "u_practitioner"))


def test_a_referral_has_the_next_reference_and_a_pseudonym(drive: Driver) -> None:
    assert drive.refer() == "MALR-2026-001"
    assert drive.refer() == "MALR-2026-002"
    with drive.database.read() as session:
        assert drive.review(session).pseudonym.startswith("Child ")


def test_wrong_answers_change_nothing_and_come_back_by_question(drive: Driver) -> None:
    drive.refer()
    with drive.database.write() as session:
        task = drive.open(session, "statutory_screen")
        outcome = send_in(session, task.id, drive.viewer(session, "u_hosl"), {})
    assert "outcome" in outcome.errors
    assert drive.steps() == {"statutory_screen"}


def test_somebody_without_a_part_in_it_does_not_even_learn_that_a_task_exists(drive: Driver) -> None:
    drive.refer()
    with drive.database.write() as session:
        task = drive.open(session, "statutory_screen")
        with pytest.raises(NotFound):
            send_in(session, task.id, drive.viewer(session, "u_police"), {})


def test_statutory_threshold_ends_the_review_from_wherever_it_stands(drive: Driver) -> None:
    ref = drive.accepted()
    with drive.database.write() as session:
        commands.statutory_threshold(session, drive.viewer(session, "u_hosl"), ref, reason="Serious harm")
    assert drive.steps() == set()
    with drive.database.read() as session:
        assert drive.review(session).state == "closed_redirected"


def test_withdrawing_takes_a_reason_and_ends_what_is_open(drive: Driver) -> None:
    ref = drive.accepted()
    with drive.database.write() as session, pytest.raises(Refused, match="reason"):
        commands.withdraw(session, drive.viewer(session, "u_hosl"), ref, reason=" ")
    with drive.database.write() as session:
        commands.withdraw(session, drive.viewer(session, "u_csc"), ref, reason="Referred twice")
    assert drive.steps() == set()
    with drive.database.read() as session:
        review = drive.review(session)
        assert (review.state, review.outcome_reason) == ("closed_withdrawn", "Referred twice")


def test_an_agency_that_was_only_told_cannot_withdraw(drive: Driver) -> None:
    ref = drive.accepted()
    with drive.database.write() as session, pytest.raises(Refused):
        commands.withdraw(session, drive.viewer(session, "u_police"), ref, reason="-")
    with drive.database.write() as session, pytest.raises(NotFound):
        commands.withdraw(session, drive.viewer(session, "u_housing"), ref, reason="-")


def test_a_paused_review_takes_nothing_in_until_it_goes_on(drive: Driver) -> None:
    ref = drive.refer()
    with drive.database.write() as session:
        commands.pause_review(session, drive.viewer(session, "u_hosl"), ref, reason="Criminal proceedings")
    with pytest.raises(Refused, match="paused"):
        drive.do("statutory_screen", "u_hosl", first.screen(drive.case()))
    with drive.database.write() as session:
        commands.resume_review(session, drive.viewer(session, "u_hosl"), ref)
    drive.do("statutory_screen", "u_hosl", first.screen(drive.case()))
    assert drive.steps() == {"referrer_discussion"}


def test_an_agency_found_later_prepares_beside_the_others(drive: Driver) -> None:
    ref = drive.accepted()
    with drive.database.write() as session:
        add_agency(session, drive.viewer(session, "u_office"), ref, agency="hou")
    with drive.database.read() as session:
        asked = {
            row.agency for row in tasks(session, business_keys=[ref]) if row.step == "agency_preparation"
        }
        row = session.get(Involvement, (drive.review(session).id, "hou"))
        assert row is not None
        assert row.notified_on == drive.today
    assert asked == {"csc", "pol", "hou"}


def test_only_somebody_who_chairs_and_has_no_conflict_takes_over(drive: Driver) -> None:
    ref = drive.chaired()
    with drive.database.write() as session, pytest.raises(Refused, match="those who chair"):
        commands.change_chair(session, drive.viewer(session, "u_hosl"), ref, to="u_police", reason="Leave")
    with drive.database.write() as session:
        commands.change_chair(
            session, drive.viewer(session, "u_hosl"), ref, to="u_other_chair", reason="Leave"
        )
    with drive.database.read() as session:
        assert drive.review(session).chair == "u_other_chair"
        assert {row.assignee for row in tasks(session, business_keys=[ref]) if row.step == "family_view"} == {
            "u_other_chair"
        }


def test_a_declared_conflict_keeps_out_at_once(drive: Driver) -> None:
    ref = drive.chaired()
    with drive.database.write() as session:
        commands.declare_conflict(session, drive.viewer(session, "u_chair"), ref, reason="A neighbour")
    with drive.database.write() as session:
        assert session.get(Conflict, (drive.review(session).id, "u_chair")) is not None
        with pytest.raises(NotFound):
            commands.pause_review(session, drive.viewer(session, "u_chair"), ref, reason="-")


def test_only_the_office_records_a_conflict_of_another(drive: Driver) -> None:
    ref = drive.chaired()
    with drive.database.write() as session, pytest.raises(Refused):
        viewer = drive.viewer(session, "u_police")
        commands.declare_conflict(session, viewer, ref, reason="-", person="u_chair")
    with drive.database.write() as session:
        viewer = drive.viewer(session, "u_hosl")
        commands.declare_conflict(session, viewer, ref, reason="-", person="u_chair")


def test_restricting_keeps_the_one_who_restricts_and_the_chair(drive: Driver) -> None:
    ref = drive.chaired()
    with drive.database.write() as session:
        restricting.restrict_access(
            session, drive.viewer(session, "u_hosl"), ref, reason="A police operation"
        )
    with drive.database.write() as session:
        with pytest.raises(NotFound):
            commands.pause_review(session, drive.viewer(session, "u_office"), ref, reason="-")
        restricting.give_access(
            session, drive.viewer(session, "u_hosl"), ref, person="u_office", reason="Papers"
        )
        commands.pause_review(session, drive.viewer(session, "u_office"), ref, reason="Trial")


def test_showing_identity_takes_a_reason_and_leaves_a_trace(drive: Driver) -> None:
    ref = drive.accepted()
    with drive.database.write() as session, pytest.raises(Refused, match="reason"):
        commands.show_identity(session, drive.viewer(session, "u_police"), ref, reason="")
    with drive.database.write() as session:
        told = commands.show_identity(
            session, drive.viewer(session, "u_police"), ref, reason="To find our file"
        )
    assert told.now["name"] == "Kestrel Quillby"
    with drive.database.read() as session:
        assert "identity.shown" in {event.kind for event in history(session, ref)}
        assert "identity" in set(session.scalars(select(Disclosure.what)))


def test_two_suggestions_have_two_keys_and_go_to_the_suggesters_own_lead(drive: Driver) -> None:
    keys = []
    for _ in range(2):
        with drive.database.write() as session:
            keys.append(commands.suggest_case(session, drive.viewer(session, "u_practitioner")).key)
    assert keys == ["SUGGESTION-0001", "SUGGESTION-0002"]
    with drive.database.write() as session:
        task = tasks(session, business_keys=keys[:1])[0]
        answers = {"what": "It went well", "why": "Others can learn", "may_contact": "true"}
        assert send_in(session, task.id, drive.viewer(session, "u_practitioner"), answers).completion
    with drive.database.write() as session:
        task = tasks(session, business_keys=keys[:1])[0]
        assert (task.step, task.agency) == ("suggestion_reply", "csc")
        answers = {"outcome": "refer", "reply": "Thank you, I will refer it."}
        assert send_in(session, task.id, drive.viewer(session, "u_csc"), answers).completion
    with drive.database.read() as session:
        row = session.scalars(select(Suggestion).where(Suggestion.key == keys[0])).one()
        assert row.review == "MALR-2026-001"
